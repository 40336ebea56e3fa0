// AsciiDoc (docs.asciidoctor.org), as far as a man page needs it. Words go in as they are: none of their characters is markup.

const plain = (text: string): string => (text === '' ? '' : `pass:c[${text.replaceAll(']', '\\]')}]`);

export const bold = (text: string): string => `**${plain(text)}**`;

export const italic = (text: string): string => `__${plain(text)}__`;

/** A sentence in which code stands between backticks: that is bold, as man pages have it. */
export function sentence(text: string): string {
  const parts = text.split(/`([^`]+)`/);
  return parts.map((part, index) => (index % 2 === 0 ? plain(part) : bold(part))).join('');
}

export const paragraph = (text: string): string => `${sentence(text)}\n`;

/** @param level 1 for a section of the page, 2 for one below it */
export const heading = (level: 1 | 2, title: string): string => `${'='.repeat(level + 1)} ${plain(title)}\n`;

/** Terms, which are marked up, and what each means in words. Nothing where there are none. */
export function definitions(entries: readonly (readonly [term: string, meaning: string])[], title?: string): string {
  if (entries.length === 0) return '';
  const items = entries.map(([term, meaning]) => `${term}::\n${sentence(meaning)}\n`);
  return `${titleOf(title)}${items.join('\n')}`;
}

/** Lines to copy. Nothing where there are none. */
export function listing(lines: readonly string[], title?: string): string {
  return lines.length === 0 ? '' : `${titleOf(title)}....\n${lines.join('\n')}\n....\n`;
}

const titleOf = (title: string | undefined): string => (title === undefined ? '' : `.${plain(title)}\n`);
