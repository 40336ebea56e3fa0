import { parseBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { sleep } from '../core/deadline.js';
import type { Entry } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import { entriesOfType } from '../study/entries.js';
import { decideHold, type HoldDecision } from '../study/hold-decision.js';
import { BOUNDS } from '../verdict/bounds.js';
import type { Stage } from './stage.js';
import { hasTimedKiller } from './timed-killers.js';
import type { Watch } from './watch.js';

/**
 * A box without free memory is kept so for so long at most until its kernel kills: without swap it drops and reads back
 * program text, and the slower it is, the longer that looks like progress to it. Milliseconds.
 */
const EXHAUSTED_MS = 90_000;

/** What a hold needs of a drill. */
export type HoldingStage = Pick<
  Stage,
  'plan' | 'recorder' | 'settings' | 'fullHold' | 'progress' | 'pace' | 'deadline' | 'signal'
>;

/**
 * Holds until nothing that may still happen can change the outcome, for as long as the scenario says at most, and on while
 * the guest is out of memory and its kernel has not killed yet: what it kills decides the outcome.
 *
 * @param entries of the record since the injection began, and the last answer before it; they grow meanwhile
 * @param pause between two looks; a test has a clock of its own
 */
export async function runHold(
  stage: HoldingStage,
  watch: Watch,
  entries: readonly Entry[],
  pause = sleep,
): Promise<void> {
  const { injections, phases } = stage.plan.scenario;
  const states = injections.map(({ name }) => `${name} is ${watch.progressOf(name)?.state ?? 'starting'}`).join(', ');
  stage.progress(`hold: ${formatSeconds(phases.holdMs)}; ${states}`);
  const decide = prepareDecision(stage, entries);
  let decision: HoldDecision | undefined;
  await holdOn(phases.holdMs, stage, pause, () => {
    decision = decide();
    return decision !== undefined;
  });
  if (decision) sayDecision(stage, decision);
  const mostMs = stage.pace.stretch(EXHAUSTED_MS);
  stage.deadline.postpone(mostMs);
  if (!isExhausted(stage, watch)) return;
  stage.progress(`the guest is out of memory and kills nothing: holding on for up to ${formatSeconds(mostMs)}`);
  await holdOn(mostMs, stage, pause, () => !isExhausted(stage, watch));
}

const DECISIONS: Readonly<Record<HoldDecision, string>> = {
  livelock: 'clients have given up, and nothing moves any more that could end it',
  plateau: 'clients would have given up by now, and nothing has happened',
  ended: 'what was injected has ended, and the server is healthy',
  gone: 'what was injected has ended, and the server with it',
};

/** Prepares to tell whether a hold that began now is decided; it never is where it is to be held in full. */
function prepareDecision(
  { plan, recorder, settings, fullHold, pace }: HoldingStage,
  entries: readonly Entry[],
): () => HoldDecision | undefined {
  const { injections, expect } = plan.scenario;
  const wantsPercentile = expect.p50Ms !== undefined || expect.p90Ms !== undefined || expect.p99Ms !== undefined;
  // A percentile rests on as many answers as its author reckoned with, and being shut out takes time.
  if (fullHold || wantsPercentile || expect.shutOutForMs !== undefined || hasTimedKiller(plan.bundle))
    return () => undefined;
  const from = recorder.clock.now();
  const hold = {
    entries,
    from,
    injectedT: entriesOfType(entries, 'injection')[0]?.t ?? from,
    sampleIntervalMs: settings.sampleIntervalMs,
    windowMs: windowMs(settings.watchdog),
    injections: injections.map(({ name }) => name),
    load: settings.load,
    slowness: pace.slowness,
    guestMemoryBytes: parseBytes(plan.bundle.manifest.host.memory),
  };
  return () => decideHold({ ...hold, now: recorder.clock.now() });
}

function sayDecision({ recorder, progress }: HoldingStage, decision: HoldDecision): void {
  const message = `the hold ended early: ${DECISIONS[decision]}`;
  progress(message);
  recorder.write({ type: 'note', t: recorder.clock.now(), message });
}

/** Whether the guest has no memory left while an injection still grows. */
function isExhausted({ plan }: HoldingStage, watch: Watch): boolean {
  const available = watch.availableBytes();
  const least = parseBytes(plan.bundle.manifest.host.memory) * BOUNDS.boxAvailableShare;
  if (available === undefined || available >= least) return false;
  return plan.scenario.injections.some(({ name }) => watch.progressOf(name)?.state === 'ramping');
}

/** Sleeps through a hold, in steps, so that a full disk does not go unseen for long; it ends early once `isOver`. */
export async function holdOn(
  ms: number,
  { recorder, signal }: Pick<Stage, 'recorder' | 'signal'>,
  pause = sleep,
  isOver = () => false,
): Promise<void> {
  const end = recorder.clock.now() + ms;
  while (recorder.clock.now() < end && !isOver()) {
    recorder.throwIfBroken();
    await pause(Math.min(STEP_MS, end - recorder.clock.now()), signal);
  }
}

const STEP_MS = 1_000;
