import { escapeCommand, printable } from './printable.js';

declare const isPrintable: unique symbol;

/**
 * Text for people: printable characters, line breaks of ours, and colours of ours. What a command prints has this type, so
 * that nothing from outside is printed that was not escaped; only the functions of this file make it.
 */
export type PrintableText = string & { readonly [isPrintable]: true };

/** A part of a line that is printed as it is: printable text in colours of ours. `paint` makes one. */
export class Painted {
  constructor(readonly shown: string) {}
}

/** A text from anywhere in a colour, such as `colors.red` of picocolors. */
export const paint = (color: (text: string) => string, text: string): Painted => new Painted(color(printable(text)));

/** A line, or its parts side by side. What is a string may hold text from outside, and is escaped. */
export type TextLine = string | Painted | readonly (string | Painted)[];

/** Lines as a text, each with a line break at its end. */
export const textOf = (lines: readonly TextLine[]): PrintableText =>
  lines.map((line) => `${renderLine(line)}\n`).join('') as PrintableText;

function renderLine(line: TextLine): string {
  if (typeof line === 'string') return printable(line);
  if (line instanceof Painted) return line.shown;
  return escapeCommand(line.map(renderLine).join(''));
}

/** One text after the other. */
export const joinTexts = (texts: readonly PrintableText[]): PrintableText => texts.join('') as PrintableText;

/**
 * A text whose format has rules of its own for what stands in it, such as TAP, JSON or a script of ours: it is printed as
 * it is. Its renderer has to escape what comes from outside.
 */
export const formattedText = (text: string): PrintableText => text as PrintableText;
