import { type Bytes, parseBytes } from '../core/bytes.js';
import { OomdrillError } from '../core/errors.js';
import { mustBe } from '../core/must-be.js';

/**
 * A size that a flag was given: finite, and at least one byte unless `min` says otherwise.
 *
 * @throws OomdrillError `SIZE_INVALID` that names the flag
 */
export function sizeOf(text: string, flag: string, min: Bytes = 1): Bytes {
  try {
    const bytes = parseBytes(text);
    if (bytes >= min && Number.isFinite(bytes)) return bytes;
  } catch (thrown) {
    if (!(thrown instanceof OomdrillError)) throw thrown;
  }
  throw mustBe('SIZE_INVALID', flag, `a size in bytes, such as 16G or 512M${min === 0 ? ', or 0' : ''}`, text);
}
