import { type Bytes, parseBytes, SIZE_HINT } from '../core/bytes.js';
import { OomdrillError } from '../core/errors.js';
import { mustError } from '../core/must.js';

/**
 * A size that a flag was given: finite, and at least one byte unless `min` says otherwise.
 *
 * @throws OomdrillError of this code, which names the flag
 */
export function sizeOf(text: string, flag: string, min: Bytes = 1, code = 'SIZE_INVALID'): Bytes {
  try {
    const bytes = parseBytes(text);
    if (bytes >= min && Number.isFinite(bytes)) return bytes;
  } catch (thrown) {
    if (!(thrown instanceof OomdrillError)) throw thrown;
  }
  throw mustError(
    code,
    flag,
    min === 0 ? 'be a size such as 16G, or 0' : 'be a size above 0, such as 16G or 512M',
    text,
    SIZE_HINT,
  );
}
