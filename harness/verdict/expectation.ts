import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import type { Expectation } from '../record/schema.js';
import type { Study } from '../study/study.js';
import { BOUNDS } from './bounds.js';
import type { Missed } from './summary.js';

/** Each bound of the expectation that does not hold, but for the outcome. What the record cannot say does not hold. */
export function findMissedBounds(expect: Expectation, found: Study): Missed[] {
  const missed: Missed[] = [];
  for (const [bound, sentencesFor] of Object.entries(CHECKS))
    for (const sentence of sentencesFor(expect, found)) missed.push({ bound: bound as Bound, sentence });
  return missed;
}

/** What may be expected of a drill besides its outcome. */
type Bound = Exclude<keyof Expectation, 'outcomes'>;

/** Says in sentences how one bound was missed; nothing where it holds, or was not asked for. */
type BoundCheck = (expect: Expectation, found: Study) => string[];

/** In the order in which they are told. A bound that nobody checks does not compile. */
const CHECKS: Readonly<Record<Bound, BoundCheck>> = {
  killed: ({ killed }, found) => findMissedKills(killed, found),
  fullStallPercent: ({ fullStallPercent: wanted }, { memory: { fullStallPercent: was } }) => {
    if (wanted === undefined || (was !== null && was >= wanted)) return [];
    const found = was === null ? 'not recorded' : was.toFixed(0);
    return [`All tasks should have stood still for ${wanted} % of the hold, and it was ${found}.`];
  },
  highEvents: ({ highEvents: wanted }, { memory: { highEvents: were } }) => {
    if (wanted === undefined || were === wanted) return [];
    return [`There should have been ${wanted} high events, and there were ${were ?? 'none recorded'}.`];
  },
  longestGapMs: ({ longestGapMs: within }, { availability: { longestGapMs } }) =>
    isLate(longestGapMs, within) ? [`The longest gap should have been under ${within / 1000} s.`] : [],
  answersWithinMs: ({ answersWithinMs: within }, { availability: { recoveryMs } }) => {
    if (!isLate(recoveryMs, within)) return [];
    if (recoveryMs === null) return ['The server did not answer again after the SIGKILL.'];
    return [
      `The server answered again ${(recoveryMs / 1000).toFixed(1)} s after the SIGKILL, later than ${within / 1000} s.`,
    ];
  },
  repairedWithinMs: ({ repairedWithinMs: within }, { availability: { repairMs } }) => {
    if (!isLate(repairMs, within)) return [];
    if (repairMs === null) return ['The server did not answer again after the repair, with the hog still there.'];
    return [
      `The server answered again ${formatSeconds(repairMs)} after the repair began, later than ${formatSeconds(within)}.`,
    ];
  },
  sidecarGapMs: ({ sidecarGapMs: within }, { sidecarGapsMs }) => {
    if (within === undefined) return [];
    const gaps = Object.entries(sidecarGapsMs);
    if (gaps.length === 0) return ['Nothing is known of the units beside the serving one.'];
    return gaps
      .filter(([, gap]) => gap > within)
      .map(
        ([unit, gap]) =>
          `${unit} left its clients without an answer for ${formatSeconds(gap)}, longer than ${formatSeconds(within)}.`,
      );
  },
  withinBytes: ({ withinBytes }, { memory }) => outgrown('Memory', memory.peakBytes, withinBytes),
  swapWithinBytes: ({ swapWithinBytes }, { memory }) => outgrown('Swap', memory.peakSwapBytes, swapWithinBytes),
  sameServer: ({ sameServer }, { parties: { before, after } }) => {
    const isSame =
      before && after && before.mainPid === after.mainPid && after.mainPid > 0 && before.nRestarts === after.nRestarts;
    if (sameServer === true && !isSame) return ['The server should have kept its process without a restart.'];
    if (sameServer === false && (isSame || !after)) return ['The server should have lost its process, and kept it.'];
    return [];
  },
  placeLives: ({ placeLives }, { parties: { placesAfter } }) => {
    if (placeLives === undefined) return [];
    const areAsWanted = placesAfter.every(({ activeState }) => (activeState === 'active') === placeLives);
    if (placesAfter.length > 0 && areAsWanted) return [];
    return [`The hog's place should have been ${placeLives ? 'left alone' : 'stopped'} by systemd, and was not.`];
  },
};

function findMissedKills(wanted: Expectation['killed'], { memory, parties }: Study): string[] {
  const { injections, injectionKilled, otherVictims } = parties;
  const areOthers = otherVictims.length > 0;
  const isAnything = injectionKilled || areOthers || memory.oomKills !== 0;
  if (wanted === 'none' && isAnything) return ['Nothing should have been killed, and something was.'];
  if (wanted === 'injections' && (areOthers || injections.some(({ killed }) => !killed)))
    return ['The kernel should have killed the hog and only the hog.'];
  if (wanted === 'some-injections' && (areOthers || !injectionKilled))
    return ['A hog should have been killed, and nothing but hogs.'];
  return [];
}

/** Whether something took longer than it may; what never came did. */
const isLate = (ms: number | null, withinMs: number | undefined): withinMs is number =>
  withinMs !== undefined && !((ms ?? Number.POSITIVE_INFINITY) <= withinMs);

/** What went past the limit that is claimed for it. */
function outgrown(what: string, peak: number | null, within: number | undefined): string[] {
  if (within === undefined) return [];
  if (peak === null) return [`Nothing is known of how far ${what.toLowerCase()} rose.`];
  if (peak <= within * (1 + BOUNDS.escapedShare)) return [];
  return [`${what} should have stayed within ${formatBytes(within)}, and it rose to ${formatBytes(peak)}.`];
}
