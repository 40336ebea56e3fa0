import type { Failure } from '../contract/failure.js';
import { describeError, exitCodeOf } from '../core/report-error.js';

/** Written out, and checked by the type: every command loads this file, and none needs zod to say what is wrong. */
const FAILURE_SCHEMA: Failure['schema'] = 'oomdrill.error/1';

/** An error as facts for programs. */
export function failureOf(thrown: unknown): Failure {
  return { schema: FAILURE_SCHEMA, error: describeError(thrown), exitCode: exitCodeOf(thrown) };
}
