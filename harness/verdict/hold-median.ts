import { formatSeconds } from '../core/clock.js';
import type { Header } from '../record/schema.js';
import type { Study } from '../study/study.js';
import { BOUNDS } from './bounds.js';
import { hostShare } from './causes.js';
import type { BoundState } from './silence.js';
import { weighSilence } from './silence.js';

/**
 * What the time to an answer during the hold says about a bound: the canary's own is subtracted, and it counts only with
 * memory evidence, or with that of CPU or disk inside of the guest, in the hold.
 *
 * @param ms infinite where so many requests got no answer
 * @param canaryMs the same figure of the canary; null where it is unknown, or there is no canary
 */
function compareLateness(
  { attribution: { hold } }: Study,
  header: Header,
  { ms, canaryMs, boundMs }: { readonly ms: number; readonly canaryMs: number | null; readonly boundMs: number },
): BoundState {
  const ownMs = ms - (canaryMs ?? 0);
  if (ownMs <= boundMs) return 'held';
  if (hold === null) return 'open';
  const { isReal, isShared } = weighSilence(hold, header);
  const share = hold.canarySilentMs === null ? 1 : hostShare(hold, header);
  const leastMs = Number.isFinite(ownMs) && share < BOUNDS.quietShare ? ownMs * share : ownMs;
  return isReal && !isShared && leastMs > boundMs ? 'missed' : 'open';
}

/** The same for the median of the hold and the bound that every server is held to. */
export function compareHoldMedian(study: Study, header: Header): BoundState {
  const { availability, attribution } = study;
  const ms = availability.holdMedianMs ?? Number.POSITIVE_INFINITY;
  return compareLateness(study, header, {
    ms,
    canaryMs: attribution.canary?.holdMedianMs ?? null,
    boundMs: BOUNDS.degradedMedianMs,
  });
}

/** Why answers of the hold were late: for want of memory of the cgroup, or of the whole guest, or of CPU or disk in it. */
type Want = 'memory' | 'box-memory' | 'starved';

/** Says that the median of the hold misses its bound, where it does for certain and for this want; nothing otherwise. */
export function findLateHold(study: Study, header: Header, want: Want): string[] {
  const { hold } = study.attribution;
  if (hold === null || compareHoldMedian(study, header) !== 'missed') return [];
  const { causes } = weighSilence(hold, header);
  const found: Want = causes.includes('memory') ? 'memory' : causes.includes('box-memory') ? 'box-memory' : 'starved';
  return found === want ? [describeHoldMedian(study)] : [];
}

/** The median of the hold, as a sentence. */
export function describeHoldMedian({ availability: { holdMedianMs, isAsked } }: Study): string {
  if (holdMedianMs !== null) return `The median answer took ${formatSeconds(holdMedianMs)} during the hold.`;
  return isAsked
    ? 'Most requests during the hold got no answer.'
    : 'How long requests took during the hold is not known.';
}
