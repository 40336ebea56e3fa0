import { type Bytes, parseBytes } from '../core/bytes.js';
import { OomdrillError, usageError } from '../core/errors.js';

/**
 * A size that a flag was given, which has to be one: neither nothing nor infinity.
 *
 * @throws OomdrillError `SIZE_INVALID` that names the flag
 */
export function sizeOf(text: string, flag: string): Bytes {
  try {
    const bytes = parseBytes(text);
    if (bytes > 0 && Number.isFinite(bytes)) return bytes;
  } catch (thrown) {
    if (!(thrown instanceof OomdrillError)) throw thrown;
  }
  throw usageError('SIZE_INVALID', `${flag} ${text}: this is no size.`, 'Write bytes with K, M, G or T, such as 16G.');
}
