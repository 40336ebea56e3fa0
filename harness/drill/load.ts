import { mustError } from '../core/must.js';
import type { Load } from '../record/load.js';

/**
 * Fresh connections from one address to one port: each keeps a port of the host's 28,000 for a minute after its end
 * (ip(7), ip_local_port_range; TCP_TIMEWAIT_LEN).
 */
const MAX_LOAD = 450;

/** How long a ramp takes: it is at its top for most of any hold. Milliseconds. */
const RAMP_MS = 10_000;

/**
 * The load that was asked for: `20` for so many requests a second, `5..50` for a rate that rises.
 *
 * @param text as a person wrote it
 * @param option what has that value, such as `--load`
 * @throws OomdrillError `LOAD_INVALID`
 */
export function loadOf(text: string | number, option: string): Load {
  const [, low, high] = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(String(text)) ?? [];
  const from = Number(low);
  const to = Number(high ?? low);
  const isRising = high === undefined || to > from;
  if (from >= 1 && to <= MAX_LOAD && isRising) return { from, to, rampMs: high === undefined ? 0 : RAMP_MS };
  const must = `be requests a second, an integer from 1 to ${MAX_LOAD}, or two of them for a rate that rises, such as 5..50`;
  throw mustError('LOAD_INVALID', option, must, String(text));
}
