import type { OomdrillError } from '../core/errors.js';
import { reportError } from '../core/report-error.js';

/**
 * Does what calls a user's own code, which may end the program, or wait for what never comes: Node.js ends then, with
 * status 0 or 13 and without a word. Here that is reported, and the status is that of an error.
 *
 * @param error what is reported then
 */
export async function guardEarlyExit<T>(error: OomdrillError, work: () => T): Promise<Awaited<T>> {
  const onExit = () => {
    process.exitCode = reportError(error);
  };
  process.once('exit', onExit);
  try {
    return await work();
  } finally {
    process.off('exit', onExit);
  }
}
