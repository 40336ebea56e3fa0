import { formatSeconds } from '../../core/clock.js';
import { wordsOf } from '../../record/injection.js';
import { formatQuantity } from '../../record/progress.js';
import type { Header } from '../../record/schema.js';
import { windowMs } from '../../record/watchdog.js';
import type { InjectionFate } from '../../study/injected.js';
import type { Study } from '../../study/study.js';
import { hasEnded } from '../../study/task-state.js';
import { BOUNDS } from '../bounds.js';
import type { OutcomeDefinition } from './definition.js';
import { livelocked } from './livelocked.js';
import { unitStopped } from './unit-stopped.js';

/** The drill shows nothing, neither for nor against. */
export const inconclusive: OutcomeDefinition = {
  badness: null,
  zone: null,
  sentence: () => 'nothing was shown, neither for nor against',
  manual: {
    evidence:
      "the hog never reached its target or left by itself; samples or requests are missing (not where the kernel's log says that the whole box ran out of memory: that starves the sampler too); the host was starved, left the guest's CPUs without a core, or its clock jumped (such a drill is tried a second time, by itself, and the report says so); the server was unwell before the injection; the hold was no longer than the watchdog's window",
    usualCauses: 'a busy host, too little memory, a server that does not fit the scale',
  },
  isHostToBlame: (study, header) => !study.brokenOff && hostTroubles(study, header).length > 0,
  reasonsFor: (study, header) => {
    const { parties, phases } = study;
    if (study.brokenOff) return [`The drill was broken off: ${study.brokenOff.replace(/\.?$/, '.')}`];
    if (parties.injections.length === 0 || !phases.hold || !parties.before || !parties.after)
      return ['The record holds no whole drill: a phase or a look at the unit is missing.'];
    const reasons = hostTroubles(study, header);
    // A hog that is stuck on its way beside a server that is silent has shown what it was to show.
    if (livelocked.reasonsFor(study, header).length === 0)
      for (const fate of parties.injections) reasons.push(...injectionTroubles(fate, study, header));
    reasons.push(...recordTroubles(study));
    const held = phases.hold.to - phases.hold.from;
    const window = windowMs(header.watchdog);
    if (held <= window)
      reasons.push(
        `The hold of ${formatSeconds(held)} is no longer than the watchdog window of ${formatSeconds(window)}.`,
      );
    return reasons;
  },
};

/** What of the host's own state makes the drill's timings worthless. */
function hostTroubles({ host }: Study, header: Header): string[] {
  const reasons: string[] = [];
  if (host.longestStallMs === null) reasons.push('Nothing is known of how the host fared.');
  else if (host.longestStallMs > BOUNDS.hostStallMs)
    reasons.push(`The harness itself stood still for ${formatSeconds(host.longestStallMs)}: the host was starved.`);
  const spare = header.host.cpus - Math.min(header.guestCpus, header.host.cpus) * BOUNDS.guestCoresShare;
  if (host.othersBusyCores !== null && host.othersBusyCores > spare)
    reasons.push(
      `Others kept ${host.othersBusyCores.toFixed(1)} of the host's ${header.host.cpus} cores busy: the guest's CPUs had too little left.`,
    );
  if (host.stealPercent !== null && host.stealPercent > BOUNDS.stealPercent)
    reasons.push(`${host.stealPercent.toFixed(0)} % of the host's CPU time was stolen from it.`);
  if (host.clockJumpMs !== null && host.clockJumpMs > BOUNDS.clockJumpMs)
    reasons.push(`The host's clock jumped by ${formatSeconds(host.clockJumpMs)}.`);
  return reasons;
}

/** What of an injection makes the drill prove nothing. */
function injectionTroubles(fate: InjectionFate, study: Study, header: Header): string[] {
  const { injection, progress, target, reachedTarget, killed } = fate;
  const { noun, verb } = wordsOf(injection);
  const reasons: string[] = [];
  if (progress === null || progress.state === 'starting')
    reasons.push(`The ${noun} ${injection.name} was never seen to ${verb}.`);
  if (!reachedTarget && !killed && target !== null) {
    const was =
      progress === null ? 'never seen' : `${progress.state} with ${formatQuantity(progress.value, progress.unit)}`;
    const wanted = formatQuantity(target.value, target.unit);
    reasons.push(`The ${noun} never came to its target of ${wanted}: it was ${was}.`);
  }
  // One that ended in the hold without any killer's doing put no strain on anybody from then on; systemd, which ends all of a unit
  // whose server is gone, has a reason.
  const somebodyDidIt = killed || (study.memory.oomKills ?? 0) > 0 || unitStopped.reasonsFor(study, header).length > 0;
  if (progress !== null && hasEnded(progress) && !somebodyDidIt)
    reasons.push(
      `The ${noun} did not stay: it was ${progress.state} before the release, and no killer says that it did it.`,
    );
  return reasons;
}

/** What the record lacks, or shows to have been wrong before the injection. */
function recordTroubles({ availability, missingProbesPercent, parties, sampling }: Study): string[] {
  const reasons: string[] = [];
  if (missingProbesPercent !== null && missingProbesPercent > BOUNDS.missingProbesPercent)
    reasons.push(`${missingProbesPercent.toFixed(1)} % of the requests are missing.`);
  const missing = sampling.missingPercent ?? 100;
  // A box that ran out of memory starves the sampler too: the kernel's own log is enough then.
  if (parties.boxKills === 0 && missing > BOUNDS.missingSamplesPercent)
    reasons.push(`${missing.toFixed(1)} % of the samples are missing.`);
  const { baselineGapMs } = availability;
  if (baselineGapMs === null) reasons.push('Nothing is known of how the server was before the injection.');
  else if (baselineGapMs > BOUNDS.baselineGapMs)
    reasons.push(`The server was not well before the injection: its longest gap was ${formatSeconds(baselineGapMs)}.`);
  return reasons;
}
