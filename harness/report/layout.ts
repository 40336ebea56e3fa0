/** How a terminal wants its text. */
export interface TerminalStyle {
  readonly color: boolean;
  /** Characters a line holds. */
  readonly columns: number;
}

/** Where the output is no terminal, its width is not known: this many characters. */
const DEFAULT_COLUMNS = 100;

/** Colour only for a terminal that wants it: NO_COLOR, when set and not empty, forbids it (no-color.org). */
export function terminalStyle(
  stream: { isTTY?: boolean; columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): TerminalStyle {
  return {
    color: stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    columns: stream.columns || DEFAULT_COLUMNS,
  };
}

/** Breaks a line at spaces; a word that is longer than the line stays whole. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Each text in lines that stand four characters in and end within the columns. */
export function indent(texts: readonly string[], columns: number): string[] {
  return texts.flatMap((text) => wrap(text, columns - 4)).map((line) => `    ${line}`);
}
