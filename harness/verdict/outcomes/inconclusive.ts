import { formatSeconds } from '../../core/clock.js';
import { wordsOf } from '../../record/injection.js';
import { formatQuantity } from '../../record/progress.js';
import type { Header, InjectionProgress } from '../../record/schema.js';
import { windowMs } from '../../record/watchdog.js';
import type { InjectionFate } from '../../study/injected.js';
import type { Study } from '../../study/study.js';
import { hasEnded } from '../../study/task-state.js';
import { BOUNDS } from '../bounds.js';
import { isListenerLost } from '../end-state.js';
import { findOpenAnswers, type Problem } from '../open-silences.js';
import { compareSilence, isHostsDoing, weighSilence } from '../silence.js';
import { describeSilence } from '../silence-sentence.js';
import { collateralKill } from './collateral-kill.js';
import type { OutcomeDefinition } from './definition.js';
import { findBrokenLimits } from './escaped.js';
import { livelocked } from './livelocked.js';
import { unitStopped } from './unit-stopped.js';

/** The drill proves nothing, neither for nor against the claim. */
export const inconclusive: OutcomeDefinition = {
  badness: null,
  zone: null,
  sentence: () => 'nothing was proved, neither for nor against the claim',
  manual: {
    meaning:
      'nothing was proved: the hog did not reach its size, this machine was too busy, or measurements are missing',

    evidence:
      "the hog never reached its target, or ended by itself (but not where the server is `livelocked`: a hog that is stuck on its way, next to a silent server, is proof enough); samples or requests are missing (samples may be missing if a limit did not hold or the whole guest ran out of memory, which starves the sampler too); this machine was overloaded, left too little CPU to the guest, or its clock jumped (such a drill is run a second time, alone, and the report says so); the server was not healthy before the injection; the hold was not longer than the watchdog's window, while a hog lived",
    usualCauses: 'a busy machine, too little memory, a server that does not fit the scale',
  },
  isHostToBlame: (study, header) =>
    !study.incompleteReason && findProblems(study, header).some(({ isHostsDoing }) => isHostsDoing),
  reasonsFor: (study, header) => findProblems(study, header).map(({ sentence }) => sentence),
};

/** All that keeps the drill from proving anything, the most important first. */
function findProblems(study: Study, header: Header): Problem[] {
  const { parties, phases, attribution } = study;
  if (study.incompleteReason)
    return ownProblems([`The drill did not finish: ${study.incompleteReason.replace(/\.?$/, '.')}`]);
  if (parties.injections.length === 0 || !phases.hold || !parties.before || !parties.after)
    return ownProblems(['The record is not complete: a phase, the injection or the state of the unit is missing.']);
  const isProven = hasStateOutcome(study, header);
  const problems: Problem[] = [];
  if (attribution.canary === null) problems.push(...hostProblems(findHostProblems(study, header)));
  else if (!isProven) problems.push(...hostProblems(findUnwatchedHold(study, header)));
  // A hog that is stuck on its way, with a silent server next to it, is proof enough.
  if (livelocked.reasonsFor(study, header).length === 0)
    for (const fate of parties.injections) problems.push(...ownProblems(findInjectionProblems(fate, study, header)));
  problems.push(...ownProblems(findRecordProblems(study, header)), ...findUnhealthyBaseline(study, header));
  const held = phases.hold.to - phases.hold.from;
  const window = windowMs(header.watchdog);
  // What has ended makes no further silence.
  const areOver = parties.injections.every(({ isAlive }) => !isAlive);
  if (held <= window && !areOver)
    problems.push(
      ...ownProblems([
        `The hold of ${formatSeconds(held)} is not longer than the watchdog window of ${formatSeconds(window)}.`,
      ]),
    );
  if (!isProven) problems.push(...findOpenAnswers(study, header));
  return problems;
}

const hostProblems = (sentences: readonly string[]): Problem[] =>
  sentences.map((sentence) => ({ sentence, isHostsDoing: true }));
const ownProblems = (sentences: readonly string[]): Problem[] =>
  sentences.map((sentence) => ({ sentence, isHostsDoing: false }));

/** Whether limits, killers, units or a socket prove an outcome by their state, on however busy a host. */
const hasStateOutcome = (study: Study, header: Header): boolean =>
  findBrokenLimits(study, header).length > 0 ||
  unitStopped.reasonsFor(study, header).length > 0 ||
  collateralKill.reasonsFor(study, header).length > 0 ||
  isListenerLost(study);

/**
 * With a canary a busy host spoils a drill only by its effect: what the canary did not see of the hold did not test
 * the limits.
 */
function findUnwatchedHold({ attribution: { hold }, host }: Study, header: Header): string[] {
  if (host.longestStallMs === null) return ['How busy the host was is not known.'];
  const silentMs = hold?.canarySilentMs ?? 0;
  const window = windowMs(header.watchdog);
  if (hold === null || hold.ms <= window || hold.ms - silentMs > window) return [];
  const silence = weighSilence(hold, header);
  return [
    `The canary was silent for ${formatSeconds(silentMs)} of the hold, so that clients could not have waited for the ${formatSeconds(window)} of their watchdog. ${describeSilence(silence, header, 'The hold')}`,
  ];
}

/** What in the state of the host makes the timings of a drill without a canary worthless. */
function findHostProblems({ host }: Study, header: Header): string[] {
  const reasons: string[] = [];
  if (host.longestStallMs === null) reasons.push('How busy the host was is not known.');
  else if (host.longestStallMs > BOUNDS.hostStallMs)
    reasons.push(`The harness itself stalled for ${formatSeconds(host.longestStallMs)}: the host was overloaded.`);
  const spare = header.host.cpus - Math.min(header.guestCpus, header.host.cpus) * BOUNDS.guestCoresShare;
  if (host.othersBusyCores !== null && host.othersBusyCores > spare)
    reasons.push(
      `Other processes kept ${host.othersBusyCores.toFixed(1)} of the host's ${header.host.cpus} cores busy, which left too little for the guest.`,
    );
  if (host.stealPercent !== null && host.stealPercent > BOUNDS.stealPercent)
    reasons.push(`${host.stealPercent.toFixed(0)} % of the host's CPU time was stolen by its hypervisor.`);
  if (host.clockJumpMs !== null && host.clockJumpMs > BOUNDS.clockJumpMs)
    reasons.push(`The host's clock jumped by ${formatSeconds(host.clockJumpMs)}.`);
  return reasons;
}

/** What in the course of an injection makes the drill prove nothing. */
function findInjectionProblems(fate: InjectionFate, study: Study, header: Header): string[] {
  const { injection, progress, seenT, target, reachedTarget, killed } = fate;
  const { noun, verb } = wordsOf(injection);
  const reasons: string[] = [];
  if (progress === null)
    reasons.push(`Whether the ${noun} ${injection.name} ${verb}s is not known: no sample shows it.`);
  else if (progress.state === 'starting' || progress.state === 'asleep')
    reasons.push(`The ${noun} ${injection.name} was never seen to ${verb}.`);
  if (!reachedTarget && !killed && target !== null && progress !== null) {
    const wanted = formatQuantity(target.value, target.unit);
    reasons.push(
      `The ${noun} never reached its target of ${wanted}: it was ${describeLastSeen(progress, seenT, study)}.`,
    );
  }
  // An injection that ended by itself during the hold caused no more pressure from then on. If systemd ended it
  // together with a unit whose server is gone, that is not by itself.
  const wasEnded = killed || (study.memory.oomKills ?? 0) > 0 || unitStopped.reasonsFor(study, header).length > 0;
  if (progress !== null && hasEnded(progress) && !wasEnded)
    reasons.push(
      `The ${noun} did not stay: its state was "${progress.state}" before the release, and no killer logged that it ended it.`,
    );
  return reasons;
}

/** The last state that a sample shows, and how long before the release that was. */
function describeLastSeen(progress: InjectionProgress, seenT: number | null, { phases }: Study): string {
  const state = `${progress.state} with ${formatQuantity(progress.value, progress.unit)}`;
  const unseenMs = phases.release && seenT !== null ? phases.release.from - seenT : 0;
  return unseenMs > MAX_UNSEEN_MS
    ? `${state} when it was last seen, ${formatSeconds(unseenMs)} before the release`
    : state;
}

/** A state that is older is not the one of the release. Milliseconds. */
const MAX_UNSEEN_MS = 1_000;

/** What is missing in the record. */
function findRecordProblems(study: Study, header: Header): string[] {
  const { attribution, missingProbesPercent, sampling } = study;
  const reasons: string[] = [];
  if (missingProbesPercent !== null && missingProbesPercent > BOUNDS.missingProbesPercent)
    reasons.push(`${missingProbesPercent.toFixed(1)} % of the requests are missing.`);
  const { missingPercent } = sampling;
  // A guest that runs out of memory starves the sampler too: what proves that it did is enough.
  const bound = attribution.canary ? BOUNDS.missingSamplesWithCanaryPercent : BOUNDS.missingSamplesPercent;
  if (findBrokenLimits(study, header).length === 0) {
    if (missingPercent === null) reasons.push('How many of the samples are missing is not known.');
    else if (missingPercent > bound) reasons.push(`${missingPercent.toFixed(1)} % of the samples are missing.`);
  }
  return reasons;
}

/** A server that was silent before the injection, and what that was due to. */
function findUnhealthyBaseline({ attribution, availability }: Study, header: Header): Problem[] {
  const { baselineGapMs } = availability;
  if (baselineGapMs === null) return ownProblems(['Whether the server was healthy before the injection is not known.']);
  const silences = attribution.baseline.map((span) => weighSilence(span, header));
  const [longest] = silences
    .filter((silence) => compareSilence(silence, BOUNDS.baselineGapMs) !== 'held')
    .toSorted((a, b) => b.span.ms - a.span.ms);
  if (!longest) return [];
  const unhealthy = `The server was not healthy before the injection: its longest gap was ${formatSeconds(baselineGapMs)}.`;
  if (attribution.canary === null) return ownProblems([unhealthy]);
  const sentence = `${unhealthy} ${describeSilence(longest, header)}`;
  return [{ sentence, isHostsDoing: isHostsDoing(longest) }];
}
