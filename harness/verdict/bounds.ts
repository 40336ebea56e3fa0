import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import type { Expectation } from '../record/schema.js';
import type { Study } from '../study/study.js';
import { BOUNDS, said } from './outcome.js';

/** Each bound of the expectation that does not hold, in a sentence. What the record cannot say does not hold. */
export function missedBounds(expect: Expectation, found: Study): string[] {
  return [
    ...missedKills(expect, found),
    ...missedEvents(expect, found),
    ...missedAnswers(expect, found),
    ...outgrown('Memory', found.memory.peakBytes, expect.withinBytes),
    ...outgrown('Swap', found.memory.peakSwapBytes, expect.swapWithinBytes),
    ...missedLives(expect, found),
  ];
}

function missedKills({ killed }: Expectation, { memory, parties }: Study): string[] {
  const { hogs, hogKilled, otherVictims } = parties;
  const anybody = hogKilled || otherVictims.length > 0 || memory.oomKills !== 0;
  const others = otherVictims.length > 0;
  return said(
    [killed === 'nobody' && anybody, 'Nobody should have been killed, and somebody was.'],
    [
      killed === 'hog' && (hogs.some((hog) => !hog.killed) || others),
      'The kernel should have killed the hog and only the hog.',
    ],
    [killed === 'some-hog' && (!hogKilled || others), 'A hog should have been killed, and nobody but hogs.'],
  );
}

function missedEvents(expect: Expectation, { memory }: Study): string[] {
  const { fullStallPercent, highEvents } = expect;
  return said(
    [
      fullStallPercent !== undefined && !((memory.fullStallPercent ?? 0) >= fullStallPercent),
      `All tasks should have stood still for ${fullStallPercent} % of the hold, and it was ${memory.fullStallPercent?.toFixed(0) ?? 'not recorded'}.`,
    ],
    [
      highEvents !== undefined && memory.highEvents !== highEvents,
      `There should have been ${highEvents} high events, and there were ${memory.highEvents ?? 'none recorded'}.`,
    ],
  );
}

/** Whether something took longer than it may; what never came did. */
const isLate = (ms: number | null, withinMs: number | undefined): withinMs is number =>
  withinMs !== undefined && !((ms ?? Number.POSITIVE_INFINITY) <= withinMs);

function missedAnswers(expect: Expectation, { availability, besideGapsMs }: Study): string[] {
  const { longestGapMs, answersWithinMs, repairedWithinMs, besideGapMs } = expect;
  const { recoveryMs, repairMs } = availability;
  const missed: string[] = [];
  if (isLate(availability.longestGapMs, longestGapMs))
    missed.push(`The longest gap should have been under ${longestGapMs / 1000} s.`);
  if (isLate(recoveryMs, answersWithinMs))
    missed.push(
      recoveryMs === null
        ? 'The server did not answer again after the SIGKILL.'
        : `The server answered again ${(recoveryMs / 1000).toFixed(1)} s after the SIGKILL, later than ${answersWithinMs / 1000} s.`,
    );
  if (isLate(repairMs, repairedWithinMs))
    missed.push(
      repairMs === null
        ? 'The server did not answer again after the repair, with the hog still there.'
        : `The server answered again ${formatSeconds(repairMs)} after the repair began, later than ${formatSeconds(repairedWithinMs)}.`,
    );
  if (besideGapMs === undefined) return missed;
  const gaps = Object.entries(besideGapsMs);
  const late = gaps.filter(([, gap]) => gap > besideGapMs);
  return [
    ...missed,
    ...said([gaps.length === 0, 'Nothing is known of the units beside the serving one.']),
    ...late.map(
      ([unit, gap]) =>
        `${unit} left its clients without an answer for ${formatSeconds(gap)}, longer than ${formatSeconds(besideGapMs)}.`,
    ),
  ];
}

/** What went past the limit that is claimed for it. */
function outgrown(what: string, peak: number | null, within: number | undefined): string[] {
  if (within === undefined) return [];
  if (peak === null) return [`Nothing is known of how far ${what.toLowerCase()} rose.`];
  if (peak <= within * (1 + BOUNDS.escapedShare)) return [];
  return [`${what} should have stayed within ${formatBytes(within)}, and it rose to ${formatBytes(peak)}.`];
}

function missedLives({ sameServer, placeLives }: Expectation, { parties }: Study): string[] {
  const { before, after, placesAfter } = parties;
  const isSame =
    before && after && before.mainPid === after.mainPid && after.mainPid > 0 && before.nRestarts === after.nRestarts;
  const fared =
    placesAfter.length > 0 && placesAfter.every(({ activeState }) => (activeState === 'active') === placeLives);
  return said(
    [sameServer === true && !isSame, 'The server should have kept its process without a restart.'],
    [sameServer === false && (isSame || !after), 'The server should have lost its process, and kept it.'],
    [
      placeLives !== undefined && !fared,
      `The hog's place should have been ${placeLives ? 'left alone' : 'stopped'} by systemd, and was not.`,
    ],
  );
}
