import { type OomdrillError, usageError } from './errors.js';

/**
 * The error of a value that is not what it must be: `--repeat must be an integer from 1 to 1000 (got 0).`
 *
 * @param name what has the value, such as `--repeat`
 * @param must what would be right, after "must": `be a port from 1 to 65535`, `name a host`
 */
export function mustError(code: string, name: string, must: string, given: string, hint?: string): OomdrillError {
  // A word stands as it is; white space, or nothing at all, would not be seen.
  const shown = /^\S+$/.test(given) ? given : JSON.stringify(given);
  return usageError(code, `${name} must ${must} (got ${shown}).`, hint);
}
