import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import type { Expectation } from '../record/schema.js';
import type { Study } from '../study/study.js';
import { BOUNDS } from './bounds.js';
import { findMissedKills } from './missed-kills.js';
import type { Missed } from './summary.js';

/**
 * Each bound of the expectation that does not hold, except the outcome. A bound that the record cannot show does not
 * hold.
 */
export function findMissedBounds(expect: Expectation, found: Study): Missed[] {
  const missed: Missed[] = [];
  for (const [bound, sentencesFor] of Object.entries(CHECKS))
    for (const sentence of sentencesFor(expect, found)) missed.push({ bound: bound as Bound, sentence });
  return missed;
}

/** What a scenario may expect of a drill in addition to its outcome. */
type Bound = Exclude<keyof Expectation, 'outcomes'>;

/** Says in sentences how one bound was missed; none where it holds or is not set. */
type BoundCheck = (expect: Expectation, found: Study) => string[];

/** In the order of the report. A bound without a check does not compile. */
const CHECKS: Readonly<Record<Bound, BoundCheck>> = {
  killed: ({ killed }, found) => findMissedKills(killed, found),
  fullStallPercent: ({ fullStallPercent: wanted }, { memory: { fullStallPercent: found } }) => {
    if (wanted === undefined || (found !== null && found >= wanted)) return [];
    const share = found === null ? 'it is not known' : `it was ${found.toFixed(0)} %`;
    return [
      `The full stall (all tasks waiting for memory) should have been ${wanted} % of the hold or more, but ${share}.`,
    ];
  },
  highEvents: ({ highEvents: wanted }, { memory: { highEvents: found } }) => {
    if (wanted === undefined || found === wanted) return [];
    const counted = found === null ? 'the count is not known' : `there were ${found}`;
    return [`There should have been ${wanted} high events, but ${counted}.`];
  },
  longestGapMs: ({ longestGapMs: within }, { availability: { longestGapMs } }) =>
    isLate(longestGapMs, within) ? [`The longest gap should have been at most ${within / 1000} s.`] : [],
  answersWithinMs: ({ answersWithinMs: within }, { availability: { recoveryMs }, parties }) => {
    if (!isLate(recoveryMs, within)) return [];
    // The harness sends no SIGKILL to a hog that is gone.
    const release = parties.injections.some(({ isAlive }) => isAlive) ? 'SIGKILL' : 'release';
    if (recoveryMs === null) return [`The server did not answer again after the ${release}.`];
    return [
      `The server answered again ${(recoveryMs / 1000).toFixed(1)} s after the ${release}, later than ${within / 1000} s.`,
    ];
  },
  repairedWithinMs: ({ repairedWithinMs: within }, { availability: { repairMs } }) => {
    if (!isLate(repairMs, within)) return [];
    if (repairMs === null) return ['The server did not answer again after the repair while the hog was still there.'];
    return [
      `The server answered again ${formatSeconds(repairMs)} after the repair began, later than ${formatSeconds(within)}.`,
    ];
  },
  sidecarGapMs: ({ sidecarGapMs: within }, { sidecarGapsMs }) => {
    if (within === undefined) return [];
    const gaps = Object.entries(sidecarGapsMs);
    if (gaps.length === 0) return ['How long the sidecars left their clients without an answer is not known.'];
    return gaps
      .filter(([, gap]) => gap > within)
      .map(
        ([unit, gap]) =>
          `${unit} left its clients without an answer for ${formatSeconds(gap)}, longer than ${formatSeconds(within)}.`,
      );
  },
  withinBytes: ({ withinBytes }, { memory }) => checkPeak('Memory', memory.peakBytes, withinBytes),
  swapWithinBytes: ({ swapWithinBytes }, { memory }) => checkPeak('Swap', memory.peakSwapBytes, swapWithinBytes),
  sameServer: ({ sameServer }, { parties: { before, after } }) => {
    const isSame =
      before && after && before.mainPid === after.mainPid && after.mainPid > 0 && before.nRestarts === after.nRestarts;
    if (sameServer === true && !isSame)
      return ['The server should have kept its process without a restart, but it did not.'];
    if (sameServer === false && (isSame || !after)) return ['The server should have lost its process, but it kept it.'];
    return [];
  },
  placeLives: ({ placeLives }, { parties: { placesAfter } }) => {
    if (placeLives === undefined) return [];
    if (placesAfter.length === 0) return ["Whether systemd stopped the hog's own unit is not known."];
    if (placesAfter.every(({ activeState }) => (activeState === 'active') === placeLives)) return [];
    return [
      placeLives
        ? "systemd should have left the hog's own unit running, but it did not."
        : "systemd should have stopped the hog's own unit, but it did not.",
    ];
  },
};

/** Whether something took longer than allowed; what never happened did. */
const isLate = (ms: number | null, withinMs: number | undefined): withinMs is number =>
  withinMs !== undefined && !((ms ?? Number.POSITIVE_INFINITY) <= withinMs);

/** Whether memory or swap went past the bound that the claim sets for it. */
function checkPeak(what: string, peak: number | null, within: number | undefined): string[] {
  if (within === undefined) return [];
  if (peak === null) return [`How far ${what.toLowerCase()} rose is not known.`];
  if (peak <= within * (1 + BOUNDS.escapedShare)) return [];
  return [`${what} should have stayed within ${formatBytes(within)}, but it rose to ${formatBytes(peak)}.`];
}
