import { parseDuration } from '../core/duration.js';
import { OomdrillError } from '../core/errors.js';
import { mustError } from '../core/must.js';

/**
 * The duration that stands behind an option, milliseconds.
 *
 * @throws OomdrillError `DURATION_INVALID` that names the option
 */
export function durationOf(text: string, option: string): number {
  try {
    return parseDuration(text);
  } catch (thrown) {
    if (!(thrown instanceof OomdrillError)) throw thrown;
    throw mustError(thrown.code, option, 'be a duration of at most 24h', text, 'Write 10min, 1h 30min, or 0.');
  }
}
