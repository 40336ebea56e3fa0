import type { ZodError } from 'zod';
import type { Failure } from '../contract/failure.js';
import { messageOf, OomdrillError } from '../core/errors.js';

/** Written out, and checked by the type: every command loads this file, and none needs zod to say what is wrong. */
const FAILURE_SCHEMA: Failure['schema'] = 'oomdrill.error/1';

const BUG_HINT = 'This is a bug: run it again with OOMDRILL_DEBUG=1 for the stack, and report it.';

/** An error as facts for programs. Any other error is a bug of oomdrill, and its message says so. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof OomdrillError)
    return { schema: FAILURE_SCHEMA, error: thrown.toJSON(), exitCode: thrown.kind === 'usage' ? 64 : 2 };
  const error = { code: 'BUG', message: `Internal error: ${describeBug(thrown)}.`, hint: BUG_HINT };
  return { schema: FAILURE_SCHEMA, error, exitCode: 2 };
}

/** The message of an error of ours, in one line; the message of a ZodError is JSON over many lines. */
function describeBug(thrown: unknown): string {
  if (!isZodError(thrown)) return messageOf(thrown);
  return thrown.issues.map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`).join('; ');
}

const isZodError = (thrown: unknown): thrown is ZodError => thrown instanceof Error && thrown.name === 'ZodError';

/** Says on standard error what went wrong, and gives the exit status. Stacks are for those who ask for them. */
export function reportError(thrown: unknown): number {
  const { error, exitCode } = failureOf(thrown);
  process.stderr.write(`oomdrill: ${error.message} [${error.code}]\n`);
  if (error.hint !== undefined) process.stderr.write(`hint: ${error.hint}\n`);
  if (process.env.OOMDRILL_DEBUG) console.error(thrown);
  return exitCode;
}
