import { mustError } from '../core/must.js';

/** Five questions a second: the longest gap is known to within a fifth of a second and a round trip. */
export const DEFAULT_RATE = 5;

/** Under emulation the canary alone spends a tenth of a CPU on so many answers, and the server more: a drill would measure itself. */
const MAX_RATE = 50;

/**
 * The time from one question of the prober to the next, milliseconds.
 *
 * @param rate how many a second, as a person wrote it
 * @param option what has that value, such as `--rate`
 * @throws OomdrillError `RATE_INVALID`
 */
export function intervalAt(rate: string | number, option: string): number {
  const perSecond = Number(rate);
  if (/^\d+$/.test(String(rate)) && perSecond >= 1 && perSecond <= MAX_RATE) return 1_000 / perSecond;
  throw mustError('RATE_INVALID', option, `be an integer from 1 to ${MAX_RATE}`, String(rate));
}
