import { isDeepStrictEqual } from 'node:util';
import { OomdrillError } from '../harness/core/errors.js';
import { textOf } from '../harness/core/printable-text.js';
import { errorLines } from '../harness/core/report-error.js';

/** What a reader says of an input: a value, or one of our own errors. */
export type Answer = { readonly value: unknown } | { readonly refused: string; readonly code: string };

/**
 * Asks a reader. An error of ours, of kind `usage` or `machine`, is an answer, and what is printed of it is for people;
 * any other is a bug of the reader, and is thrown on.
 */
export async function ask(read: () => unknown): Promise<Answer> {
  try {
    return { value: await read() };
  } catch (thrown) {
    if (!(thrown instanceof OomdrillError)) throw thrown;
    if (!/^[A-Z][A-Z0-9_]*$/.test(thrown.code)) throw new Error(`the code of an error is ${thrown.code}`);
    const refused = textOf(errorLines(thrown));
    checkPrintable(refused);
    return { refused, code: thrown.code };
  }
}

/**
 * What acts on a terminal or on the order of letters instead of being shown: controls but the line feed, marks of
 * direction and of no width, separators of lines, halves of characters.
 */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b-\u200d\u2060-\u2064\ufeff]/u;

/** Checks a text for people: only line feeds may break its lines, and nothing in it acts. @throws Error */
export function checkPrintable(text: string): void {
  const found = UNPRINTABLE.exec(text)?.[0];
  if (found === undefined) return;
  const code = found.charCodeAt(0).toString(16).padStart(4, '0');
  throw new Error(`U+${code} comes through in ${JSON.stringify(text.slice(0, 300))}`);
}

/** Checks that two answers are the same. @throws Error */
export function mustBeSame(first: unknown, second: unknown, when: string): void {
  if (isDeepStrictEqual(first, second)) return;
  throw new Error(`another answer ${when}: ${show(first)}, then ${show(second)}`);
}

const show = (value: unknown): string => String(JSON.stringify(value)).slice(0, 500);
