import { formatBytes } from '../core/bytes.js';
import type { Expectation, Header } from '../record/schema.js';
import type { Study } from '../study/study.js';
import { ANSWER_CHECKS, type BoundCheck, type Checked } from './answer-bounds.js';
import { BOUNDS } from './bounds.js';
import { findMissedKiller, findMissedKills } from './missed-kills.js';
import type { Problem } from './open-silences.js';
import { isHostsDoing, weighSilence } from './silence.js';
import { describeStretch } from './silence-sentence.js';
import type { Missed } from './summary.js';

/** What of an expectation does not hold, except its outcomes. */
interface Shortfalls {
  readonly missed: Missed[];
  /** Bounds that do not hold as they were measured, perhaps by the host's doing. */
  readonly open: Problem[];
}

/** Checks each bound of the expectation. A bound that the record cannot show is missed. */
export function findShortfalls(header: Header, found: Study): Shortfalls {
  const missed: Missed[] = [];
  const open: Problem[] = [];
  for (const [bound, check] of Object.entries(CHECKS)) {
    const checked = check(header.scenario.expect, found, header);
    for (const sentence of checked.missed) missed.push({ bound: bound as Bound, sentence });
    open.push(...checked.open);
  }
  return { missed, open };
}

/** What a scenario may expect of a drill in addition to its outcome. */
type Bound = Exclude<keyof Expectation, 'outcomes'>;

/** A bound on a state: says in sentences how it was missed, on however busy a host. */
const ofState =
  (findMissed: (expect: Expectation, found: Study) => string[]): BoundCheck =>
  (expect, found) => ({ missed: findMissed(expect, found), open: [] });

/** In the order of the report. A bound without a check does not compile. */
const CHECKS: Readonly<Record<Bound, BoundCheck>> = {
  killed: ({ killed }, found, header) => checkKills(findMissedKills(killed, found), killed !== 'none', found, header),
  firstKiller: ({ firstKiller }, found, header) =>
    checkKills(findMissedKiller(firstKiller, found.parties), found.parties.deaths?.length === 0, found, header),
  fullStallPercent: ofState(({ fullStallPercent: wanted }, { memory: { fullStallPercent: found } }) => {
    if (wanted === undefined || (found !== null && found >= wanted)) return [];
    const share = found === null ? 'it is not known' : `it was ${found.toFixed(0)} %`;
    return [
      `The full stall (all tasks waiting for memory) should have been ${wanted} % of the hold or more, but ${share}.`,
    ];
  }),
  highEvents: ofState(({ highEvents: wanted }, { memory: { highEvents: found } }) => {
    if (wanted === undefined || found === wanted) return [];
    const counted = found === null ? 'the count is not known' : `there were ${found}`;
    return [`There should have been ${wanted} high events, but ${counted}.`];
  }),
  ...ANSWER_CHECKS,
  withinBytes: ofState(({ withinBytes }, { memory }) => checkPeak('Memory', memory.peakBytes, withinBytes)),
  swapWithinBytes: ofState(({ swapWithinBytes }, { memory }) =>
    checkPeak('Swap', memory.peakSwapBytes, swapWithinBytes),
  ),
  sameServer: ofState(({ sameServer }, { parties: { before, after } }) => {
    if (sameServer !== undefined && (!before || !after)) return ['Whether the server kept its process is not known.'];
    const isSame =
      before && after && before.mainPid === after.mainPid && after.mainPid > 0 && before.nRestarts === after.nRestarts;
    if (sameServer === true && !isSame)
      return ['The server should have kept its process without a restart, but it did not.'];
    if (sameServer === false && isSame) return ['The server should have lost its process, but it kept it.'];
    return [];
  }),
  placeLives: ofState(({ placeLives }, { parties: { placesAfter } }) => {
    if (placeLives === undefined) return [];
    if (placesAfter.length === 0) return ["Whether systemd stopped the hog's own unit is not known."];
    if (placesAfter.every(({ activeState }) => (activeState === 'active') === placeLives)) return [];
    return [
      placeLives
        ? "systemd should have left the hog's own unit running, but it did not."
        : "systemd should have stopped the hog's own unit, but it did not.",
    ];
  }),
};

/**
 * A hog that was not killed because it never came to its limit may have been slowed down by the host.
 *
 * @param isKillMissing whether a kill is what may be missing
 */
function checkKills(missed: string[], isKillMissing: boolean, found: Study, header: Header): Checked {
  const { attribution, effect, memory, parties } = found;
  const max = effect?.limits.max ?? null;
  const isShort = max !== null && memory.peakBytes !== null && memory.peakBytes < max * (1 - BOUNDS.escapedShare);
  const isSlow = isKillMissing && isShort && parties.otherVictims.length === 0;
  const { hold, canary } = attribution;
  if (missed.length === 0 || !isSlow || hold === null || canary === null) return { missed, open: [] };
  if (!isHostsDoing(weighSilence(hold, header))) return { missed, open: [] };
  const sentence = `The hog did not come to its limit. ${describeStretch(hold, header)} during the hold.`;
  return { missed: [], open: [{ sentence, isHostsDoing: true }] };
}

/** Whether memory or swap went past the bound that the claim sets for it. */
function checkPeak(what: string, peak: number | null, within: number | undefined): string[] {
  if (within === undefined) return [];
  if (peak === null) return [`How far ${what.toLowerCase()} rose is not known.`];
  if (peak <= within * (1 + BOUNDS.escapedShare)) return [];
  return [`${what} should have stayed within ${formatBytes(within)}, but it rose to ${formatBytes(peak)}.`];
}
