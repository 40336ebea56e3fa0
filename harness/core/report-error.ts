import { inspect } from 'node:util';
import { asKnownError, type ErrorFacts, messageOf, OomdrillError } from './errors.js';
import { renderHint } from './hint.js';
import { textOf } from './printable-text.js';
import { say } from './say.js';
import { printError } from './standard-streams.js';

const BUG_HINT = 'This is a bug: run it again with OOMDRILL_DEBUG=1 for the stack, and report it.';

/** What is said of an error. Any other error than ours is a bug of oomdrill, and its message says so. */
export function describeError(thrown: unknown): Pick<ErrorFacts, 'code' | 'message'> & { hint: string | undefined } {
  const known = asKnownError(thrown);
  if (known) return known.toJSON();
  return { code: 'BUG', message: `Internal error: ${describeBug(thrown)}.`, hint: BUG_HINT };
}

/** The exit status of a program that an error ends. */
export const exitCodeOf = (thrown: unknown): 64 | 2 =>
  thrown instanceof OomdrillError && thrown.kind === 'usage' ? 64 : 2;

/** What is said of an error, line by line: the message with its code, and the hint. */
export function errorLines(thrown: unknown): [string, ...string[]] {
  const { code, message, hint } = describeError(thrown);
  const first = `${message} [${code}]`;
  return hint === undefined ? [first] : [first, `hint: ${renderHint(hint)}`];
}

/** Says on standard error what went wrong, and gives the exit status. Stacks are for those who ask for them. */
export function reportError(thrown: unknown): number {
  say(...errorLines(thrown));
  if (process.env.OOMDRILL_DEBUG) printError(textOf(inspect(thrown).split('\n')));
  return exitCodeOf(thrown);
}

/** The message of an error in one line; that of a ZodError is JSON over many lines. zod itself is not loaded for it. */
function describeBug(thrown: unknown): string {
  if (!isZodError(thrown)) return messageOf(thrown);
  return thrown.issues.map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`).join('; ');
}

interface Issues {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

const isZodError = (thrown: unknown): thrown is Issues => thrown instanceof Error && thrown.name === 'ZodError';
