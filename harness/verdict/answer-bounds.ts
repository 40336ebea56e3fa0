import { formatSeconds } from '../core/clock.js';
import type { Expectation, Header } from '../record/schema.js';
import type { SpanEvidence } from '../study/attribution/attribution.js';
import type { PERCENTILES } from '../study/latency.js';
import type { Study } from '../study/study.js';
import { describeOpen, type Problem } from './open-silences.js';
import { describeSlow } from './percentile.js';
import { compareSilence, isHostsDoing, type Silence, weighSilence } from './silence.js';
import { describeSilence, describeStretch } from './silence-sentence.js';

/** How a bound does not hold: missed for certain, or open, because it may be the host's doing. */
export interface Checked {
  readonly missed: readonly string[];
  readonly open: readonly Problem[];
}

/** Checks one bound of an expectation. */
export type BoundCheck = (expect: Expectation, found: Study, header: Header) => Checked;

/** The bounds that speak of how long clients wait. What was never measured is missed. */
type AnswerBound =
  | 'longestGapMs'
  | 'p50Ms'
  | 'p90Ms'
  | 'p99Ms'
  | 'answersWithinMs'
  | 'repairedWithinMs'
  | 'sidecarGapMs'
  | 'longestLoginGapMs'
  | 'shutOutForMs';

const HOLDS: Checked = { missed: [], open: [] };
const misses = (...sentences: string[]): Checked => ({ missed: sentences, open: [] });

export const ANSWER_CHECKS: Readonly<Record<AnswerBound, BoundCheck>> = {
  longestGapMs: ({ longestGapMs: within }, { availability: { longestGapMs }, attribution }, header) => {
    if (within === undefined) return HOLDS;
    const sentence = `The longest gap should have been at most ${within / 1000} s.`;
    if (longestGapMs === null) return misses('How long the server left its clients without an answer is not known.');
    return checkSilences(attribution.server, within, header, () => sentence);
  },
  p50Ms: ({ p50Ms }, study, header) => checkPercentile(50, p50Ms, study, header),
  p90Ms: ({ p90Ms }, study, header) => checkPercentile(90, p90Ms, study, header),
  p99Ms: ({ p99Ms }, study, header) => checkPercentile(99, p99Ms, study, header),
  answersWithinMs: ({ answersWithinMs: within }, study, header) => {
    const { recoveryMs } = study.availability;
    if (!isLate(recoveryMs, within)) return HOLDS;
    // The harness sends no SIGKILL to a hog that is gone.
    const release = study.parties.injections.some(({ isAlive }) => isAlive) ? 'SIGKILL' : 'release';
    const sentence =
      recoveryMs === null
        ? sayNoAnswer(study, `the ${release}`, study.phases.release !== undefined)
        : `The server answered again ${(recoveryMs / 1000).toFixed(1)} s after the ${release}, later than ${within / 1000} s.`;
    return checkDelay(study.attribution.recovery, study, header, { within, sentence, hasEnded: recoveryMs !== null });
  },
  repairedWithinMs: ({ repairedWithinMs: within }, study, header) => {
    const { repairMs } = study.availability;
    if (!isLate(repairMs, within)) return HOLDS;
    const sentence =
      repairMs === null
        ? sayNoAnswer(study, 'the repair while the hog was still there', study.phases.repair !== undefined)
        : `The server answered again ${formatSeconds(repairMs)} after the repair began, later than ${formatSeconds(within)}.`;
    return checkDelay(study.attribution.repair, study, header, { within, sentence, hasEnded: repairMs !== null });
  },
  sidecarGapMs: ({ sidecarGapMs: within }, { sidecarGapsMs, attribution }, header) => {
    if (within === undefined) return HOLDS;
    if (Object.keys(sidecarGapsMs).length === 0)
      return misses('How long the sidecars left their clients without an answer is not known.');
    const checks = Object.entries(attribution.sidecars).map(([unit, silences]) =>
      checkSilences(
        silences,
        within,
        header,
        ({ ms }) =>
          `${unit} left its clients without an answer for ${formatSeconds(ms)}, longer than ${formatSeconds(within)}.`,
        `The silence of ${unit}`,
      ),
    );
    return { missed: checks.flatMap(({ missed }) => missed), open: checks.flatMap(({ open }) => open) };
  },
  longestLoginGapMs: ({ longestLoginGapMs: within }, { wayIn, attribution }, header) => {
    if (within === undefined) return HOLDS;
    if ((wayIn?.longestGapMs ?? null) === null) return misses('For how long no one could log in is not known.');
    const say = ({ ms }: SpanEvidence) =>
      `No one could log in for ${formatSeconds(ms)}, longer than ${formatSeconds(within)}.`;
    return checkSilences(attribution.logins, within, header, say, WITHOUT_LOGIN);
  },
  shutOutForMs: ({ shutOutForMs: least }, { wayIn, attribution }, header) => {
    if (least === undefined) return HOLDS;
    const longestMs = wayIn?.longestGapMs ?? null;
    if (longestMs === null) return misses('For how long no one could log in is not known.');
    const long = attribution.logins.filter(({ ms }) => ms >= least).map((span) => weighSilence(span, header));
    if (long.some(({ isReal, leastMs }) => isReal && leastMs >= least)) return HOLDS;
    const [open] = long;
    return open
      ? { missed: [], open: [describeShortened(open, least, header)] }
      : misses(
          `No one should have been able to log in for ${formatSeconds(least)}, but the longest time without a login was ${formatSeconds(longestMs)}.`,
        );
  },
};

const WITHOUT_LOGIN = 'The time without a login';

/** A time without a login that is as long as is claimed, but perhaps by the host's doing. */
function describeShortened(silence: Silence, leastMs: number, header: Header): Problem {
  const sentences = [describeSilence(silence, header, WITHOUT_LOGIN)];
  if (silence.isReal)
    sentences.push(
      `${describeStretch(silence.span, header)}: without that it may have lasted ${formatSeconds(silence.leastMs)}, and ${formatSeconds(leastMs)} are claimed.`,
    );
  return { sentence: sentences.join(' '), isHostsDoing: isHostsDoing(silence) };
}

/** That there was no answer is known only where there were requests, and where that moment came. */
const sayNoAnswer = ({ availability: { isAsked } }: Study, moment: string, isThere: boolean): string =>
  isAsked && isThere
    ? `The server did not answer again after ${moment}.`
    : `Whether the server answered again after ${moment} is not known.`;

/** Whether something took longer than allowed; what never happened did. */
const isLate = (ms: number | null, withinMs: number | undefined): withinMs is number =>
  withinMs !== undefined && !((ms ?? Number.POSITIVE_INFINITY) <= withinMs);

/** Slow answers are the cgroup's only where the hold shows that memory, CPU or disk of the guest had to do with them. */
function checkPercentile(
  percent: (typeof PERCENTILES)[number],
  within: number | undefined,
  { attribution, latencies: { hold } }: Study,
  header: Header,
): Checked {
  const sentence = within === undefined ? null : describeSlow(percent, hold, within);
  if (sentence === null) return HOLDS;
  const isKnown = hold !== null && hold[`p${percent}`].state !== 'too-few';
  if (!isKnown || attribution.hold === null) return misses(sentence);
  const silence = weighSilence(attribution.hold, header);
  // With a canary a busy host shows in the answers of the same hold, and how much of them is its part is not known.
  const isStretched = attribution.canary !== null && isHostsDoing(silence);
  if (silence.isReal && !isStretched) return misses(sentence);
  return { missed: [], open: [{ sentence, isHostsDoing: isHostsDoing(silence) }] };
}

/** The longest silence that misses the bound for certain decides; if there is none, the longest one that may. */
function checkSilences(
  spans: readonly SpanEvidence[],
  within: number,
  header: Header,
  say: (span: SpanEvidence) => string,
  what?: string,
): Checked {
  const weighed = spans.filter(({ ms }) => ms > within).map((span) => weighSilence(span, header));
  const missed = weighed.find((one) => compareSilence(one, within) === 'missed');
  if (missed) return misses(say(missed.span));
  const open = weighed.find((one) => compareSilence(one, within) === 'open');
  return open ? { missed: [], open: [describeOpen(open, within, header, what)] } : HOLDS;
}

/**
 * A wait that began at a moment of the drill. Memory had to do with it also where it had to do with the silence that was
 * already there.
 */
function checkDelay(
  span: SpanEvidence | null,
  { attribution }: Study,
  header: Header,
  { within, sentence, hasEnded }: { readonly within: number; readonly sentence: string; readonly hasEnded: boolean },
): Checked {
  if (span === null) return misses(sentence);
  const silence = weighSilence(span, header);
  const before = attribution.server.find(({ from, to }) => from < span.from && to > span.from);
  const isReal = silence.isReal || (before !== undefined && weighSilence(before, header).isReal);
  // An answer that did not come in the whole of the time came later than any bound.
  const found = hasEnded
    ? compareSilence({ ...silence, isReal }, within)
    : isReal && !silence.isShared
      ? 'missed'
      : 'open';
  if (found === 'missed') return misses(sentence);
  return found === 'held' ? HOLDS : { missed: [], open: [describeOpen(silence, within, header, 'The wait')] };
}
