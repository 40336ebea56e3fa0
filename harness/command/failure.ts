import { messageOf, OomdrillError } from '../core/errors.js';

/** What a failed command says to programs (`--json`). */
export const FAILURE_SCHEMA = 'oomdrill.error/1';

export interface Failure {
  readonly schema: typeof FAILURE_SCHEMA;
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly exitCode: 2 | 64;
}

/** An error as facts for programs. Whatever is no error of ours is a bug, and says so. */
export function failureOf(thrown: unknown): Failure {
  const known = thrown instanceof OomdrillError;
  const code = known ? thrown.code : 'BUG';
  const message = known ? thrown.message : `oomdrill broke: ${messageOf(thrown)}.`;
  const hint = known ? thrown.hint : 'This is a bug; run again with OOMDRILL_DEBUG=1 for the stack, and report it.';
  return {
    schema: FAILURE_SCHEMA,
    error: { code, message, hint },
    exitCode: known && thrown.kind === 'usage' ? 64 : 2,
  };
}

/** Says on standard error what went wrong, and gives the exit status. Stacks are for those who ask for them. */
export function reportError(thrown: unknown): number {
  const { error, exitCode } = failureOf(thrown);
  process.stderr.write(`oomdrill: ${error.message} [${error.code}]\n`);
  if (error.hint !== undefined) process.stderr.write(`hint: ${error.hint}\n`);
  if (process.env.OOMDRILL_DEBUG) console.error(thrown);
  return exitCode;
}
