import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import type { RunRecord } from '../record/reader.js';
import type { Expectation, Outcome } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import { type Study, study } from '../study/study.js';
import { BOUNDS, decideOutcome } from './outcome.js';
import type { Evidence, Verdict } from './summary.js';

/** A record, judged. */
export interface Judgement {
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  /** Sentences; those on a missed expectation first. */
  readonly reasons: string[];
  readonly evidence: Evidence;
  /** Whether it was the host's own state that left the drill inconclusive. */
  readonly spoiledByHost: boolean;
}

/** Judges a record: pure, so that a stored record is judged alike at any later time. */
export function judge(record: RunRecord): Judgement {
  const found = study(record);
  const { outcome, reasons, spoiledByHost } = decideOutcome(found, record.header);
  const { expect } = record.header.scenario;
  const expected = expect.outcomes.includes(outcome);
  const evidence = evidenceOf(found, windowMs(record.header.watchdog));
  if (outcome === 'inconclusive' && !expected)
    return { outcome, verdict: 'inconclusive', reasons: [...reasons], evidence, spoiledByHost };
  const missed = [
    ...(expected ? [] : [`Expected ${expect.outcomes.join(' or ')}, and it was ${outcome}.`]),
    ...missedBounds(expect, found),
  ];
  const verdict = missed.length === 0 ? 'pass' : 'fail';
  return { outcome, verdict, reasons: [...missed, ...reasons], evidence, spoiledByHost };
}

/** Each bound of the expectation that does not hold, in a sentence. What the record cannot say does not hold. */
function missedBounds(expect: Expectation, { availability, besideGapsMs, memory, parties }: Study): string[] {
  const { before, after, placesAfter } = parties;
  const missed: string[] = [];
  const killed = parties.hogKilled || parties.otherVictims.length > 0 || memory.oomKills !== 0;
  if (expect.killed === 'nobody' && killed) missed.push('Nobody should have been killed, and somebody was.');
  if (expect.killed === 'hog' && (parties.hogs.some((hog) => !hog.killed) || parties.otherVictims.length > 0))
    missed.push('The kernel should have killed the hog and only the hog.');
  if (expect.killed === 'some-hog' && (!parties.hogKilled || parties.otherVictims.length > 0))
    missed.push('A hog should have been killed, and nobody but hogs.');
  if (expect.fullStallPercent !== undefined && !((memory.fullStallPercent ?? 0) >= expect.fullStallPercent))
    missed.push(
      `All tasks should have stood still for ${expect.fullStallPercent} % of the hold, and it was ${memory.fullStallPercent?.toFixed(0) ?? 'not recorded'}.`,
    );
  if (expect.highEvents !== undefined && memory.highEvents !== expect.highEvents)
    missed.push(
      `There should have been ${expect.highEvents} high events, and there were ${memory.highEvents ?? 'none recorded'}.`,
    );
  if (
    expect.longestGapMs !== undefined &&
    !((availability.longestGapMs ?? Number.POSITIVE_INFINITY) <= expect.longestGapMs)
  ) {
    missed.push(`The longest gap should have been under ${expect.longestGapMs / 1000} s.`);
  }
  if (
    expect.answersWithinMs !== undefined &&
    !((availability.recoveryMs ?? Number.POSITIVE_INFINITY) <= expect.answersWithinMs)
  ) {
    missed.push(
      availability.recoveryMs === null
        ? 'The server did not answer again after the SIGKILL.'
        : `The server answered again ${(availability.recoveryMs / 1000).toFixed(1)} s after the SIGKILL, later than ${expect.answersWithinMs / 1000} s.`,
    );
  }
  if (
    expect.repairedWithinMs !== undefined &&
    !((availability.repairMs ?? Number.POSITIVE_INFINITY) <= expect.repairedWithinMs)
  ) {
    missed.push(
      availability.repairMs === null
        ? 'The server did not answer again after the repair, with the hog still there.'
        : `The server answered again ${formatSeconds(availability.repairMs)} after the repair began, later than ${formatSeconds(expect.repairedWithinMs)}.`,
    );
  }
  const { besideGapMs } = expect;
  if (besideGapMs !== undefined) {
    const gaps = Object.entries(besideGapsMs);
    if (gaps.length === 0) missed.push('Nothing is known of the units beside the serving one.');
    for (const [unit, gap] of gaps.filter(([, gap]) => gap > besideGapMs))
      missed.push(
        `${unit} left its clients without an answer for ${formatSeconds(gap)}, longer than ${formatSeconds(besideGapMs)}.`,
      );
  }
  missed.push(
    ...outgrown('Memory', memory.peakBytes, expect.withinBytes),
    ...outgrown('Swap', memory.peakSwapBytes, expect.swapWithinBytes),
  );
  const sameServer =
    before && after && before.mainPid === after.mainPid && after.mainPid > 0 && before.nRestarts === after.nRestarts;
  if (expect.sameServer === true && !sameServer)
    missed.push('The server should have kept its process without a restart.');
  if (expect.sameServer === false && (sameServer || !after))
    missed.push('The server should have lost its process, and kept it.');
  const placesLive = placesAfter.map(({ activeState }) => activeState === 'active');
  if (
    expect.placeLives !== undefined &&
    !(placesLive.length > 0 && placesLive.every((lives) => lives === expect.placeLives))
  )
    missed.push(
      `The hog's place should have been ${expect.placeLives ? 'left alone' : 'stopped'} by systemd, and was not.`,
    );
  return missed;
}

/** What went past the limit that is claimed for it. */
function outgrown(what: string, peak: number | null, within: number | undefined): string[] {
  if (within === undefined) return [];
  if (peak === null) return [`Nothing is known of how far ${what.toLowerCase()} rose.`];
  if (peak <= within * (1 + BOUNDS.escapedShare)) return [];
  return [`${what} should have stayed within ${formatBytes(within)}, and it rose to ${formatBytes(peak)}.`];
}

function evidenceOf(
  { availability, besideGapsMs, brim, host, memory, parties, sampling }: Study,
  watchdogWindowMs: number,
): Evidence {
  return {
    longestGapMs: availability.longestGapMs,
    watchdogWindowMs,
    oomKills: memory.oomKills,
    highEvents: memory.highEvents,
    maxEvents: memory.maxEvents,
    fullStallPercent: memory.fullStallPercent,
    plateauBytes: memory.plateauBytes,
    plateauErrorPercent: memory.plateauErrorPercent,
    serverPidBefore: parties.before?.mainPid ?? null,
    serverPidAfter: parties.after?.mainPid ?? null,
    nRestarts: parties.after?.nRestarts ?? null,
    hogState: parties.hogs.at(-1)?.state?.state ?? null,
    missingSamplesPercent: sampling.missingPercent,
    recoveryMs: availability.recoveryMs,
    repairMs: availability.repairMs,
    besideGapMs: Object.keys(besideGapsMs).length === 0 ? null : Math.max(...Object.values(besideGapsMs)),
    brimBytes: brim && brim.to - brim.from,
    hostStallMs: host.longestStallMs,
    baselineMedianMs: availability.baselineMedianMs,
    holdMedianMs: availability.holdMedianMs,
  };
}
