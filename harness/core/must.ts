import { type OomdrillError, usageError } from './errors.js';

/**
 * The error of a value that is not what it must be: `--repeat must be an integer from 1 to 1000 (got 0).`
 *
 * @param name what has the value, such as `--repeat`
 * @param must what would be right, after "must": `be a port from 1 to 65535`, `name a host`
 */
export function mustError(code: string, name: string, must: string, given: string, hint?: string): OomdrillError {
  return usageError(code, `${name} must ${must} (got ${quoteUnlessWord(given)}).`, hint);
}

/** A word as it is, and any other text in quotes: white space, or nothing at all, would not be seen. */
export const quoteUnlessWord = (text: string): string => (/^\S+$/.test(text) ? text : JSON.stringify(text));
