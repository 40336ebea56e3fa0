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
