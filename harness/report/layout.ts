import { printable } from '../core/printable.js';

/** How text for a terminal is formatted. */
export interface TerminalStyle {
  readonly color: boolean;
  /** Width of a line, characters. */
  readonly columns: number;
}

/** The width of output that does not go to a terminal, characters. */
const DEFAULT_COLUMNS = 100;

/** Chooses the style: colour only on a terminal, and not if NO_COLOR is set to anything (no-color.org). */
export function chooseStyle(
  stream: { isTTY?: boolean; columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): TerminalStyle {
  return {
    color: stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    columns: stream.columns || DEFAULT_COLUMNS,
  };
}

/** Breaks text at spaces into printable lines; a word that is longer than a line is not broken. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  // A line break that a value brought along is shown, and does not break the line.
  for (const word of printable(text).split(/ +/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Breaks each text into lines with four spaces at the start, at most as wide as the columns. */
export function indent(texts: readonly string[], columns: number): string[] {
  return texts.flatMap((text) => wrap(text, columns - 4)).map((line) => `    ${line}`);
}
