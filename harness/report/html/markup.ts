import { printable } from '../../core/printable.js';

/** Text that is HTML. Only `html` and the page's own assets create it, so that no text of a record is ever HTML. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | null | readonly Part[];

/** A template for HTML: values are escaped, except markup. Null gives no text; the parts of an array are joined. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    texts.map((text, index) => text + (index < parts.length ? renderPart(parts[index] ?? null) : '')).join(''),
  );
}

function renderPart(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  return Array.isArray(part) ? part.map(renderPart).join('') : escapeHtml(String(part));
}

/** Printable, and valid as text and as the value of an attribute in double quotes (HTML Standard, "Serializing HTML fragments"). */
const escapeHtml = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
