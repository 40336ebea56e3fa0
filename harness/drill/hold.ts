import { parseBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { sleep } from '../core/deadline.js';
import { BOUNDS } from '../verdict/bounds.js';
import type { Stage } from './stage.js';
import type { Watch } from './watch.js';

/**
 * A box without free memory is kept so for so long at most until its kernel kills: without swap it drops and reads back
 * program text, and the slower it is, the longer that looks like progress to it. Milliseconds.
 */
const EXHAUSTED_MS = 90_000;

/** What a hold needs of a drill. */
export type HoldingStage = Pick<Stage, 'plan' | 'recorder' | 'progress' | 'pace' | 'deadline' | 'signal'>;

/**
 * Holds for as long as the scenario says, and on while the guest is out of memory and its kernel has not killed yet: what
 * it kills decides the outcome.
 *
 * @param pause between two looks; a test has a clock of its own
 */
export async function runHold(stage: HoldingStage, watch: Watch, pause = sleep): Promise<void> {
  const { injections, phases } = stage.plan.scenario;
  const states = injections.map(({ name }) => `${name} is ${watch.progressOf(name)?.state ?? 'starting'}`).join(', ');
  stage.progress(`hold: ${formatSeconds(phases.holdMs)}; ${states}`);
  await holdOn(phases.holdMs, stage, pause);
  const mostMs = stage.pace.stretch(EXHAUSTED_MS);
  stage.deadline.postpone(mostMs);
  if (!isExhausted(stage, watch)) return;
  stage.progress(`the guest is out of memory and kills nothing: holding on for up to ${formatSeconds(mostMs)}`);
  await holdOn(mostMs, stage, pause, () => !isExhausted(stage, watch));
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
