import { sleep } from '../core/deadline.js';
import { formatDuration } from '../core/duration.js';
import { whyNotAnswering, whyNotListening, whyWrongAnswer } from './guest/server.js';
import { describeHeard, type Heard, isClosedForGood, isWrongForGood } from './heard.js';
import { saidNowAndThen } from './said.js';
import type { Stage } from './stage.js';

/** A unit that is waited for, and how it is asked. */
export interface AskedUnit {
  readonly unit: string;
  readonly port: number;
  readonly path: string;
  /** Since when it is asked, milliseconds of the record. */
  readonly since: number;
  /** How long it may take from now on, milliseconds. */
  readonly readyMs: number;
  isReady(): boolean;
  lastHeard(): Heard | undefined;
  /** Whether its process is known to be no more. */
  isGone?(): boolean;
}

/** What a wait for a unit needs of a drill. */
export type WaitingStage = Pick<Stage, 'machine' | 'recorder' | 'progress' | 'pace' | 'deadline' | 'signal'>;

/**
 * Waits until a unit answers as it should, and says now and then what was last heard of it. What waiting cannot change ends
 * the wait at once: a process that is gone, the same wrong answer again and again of a unit that is active, and a port that nothing listens at
 * when the unit has said that it is ready.
 *
 * @param pause between two looks; a test has a clock of its own
 * @throws OomdrillError `SERVER_SILENT`, `SERVER_WRONG_ANSWER`, `SERVER_PORT`, `SERVER_START`, `RECORD_WRITE`
 */
export async function waitUntilReady(stage: WaitingStage, asked: AskedUnit, pause = sleep): Promise<void> {
  const { machine, recorder, progress, pace, signal } = stage;
  const { now } = recorder.clock;
  const end = now() + asked.readyMs;
  stage.deadline.postpone(asked.readyMs);
  const say = saidNowAndThen(progress, now);
  let judgedSinceT: number | undefined;
  while (!asked.isReady()) {
    recorder.throwIfBroken();
    const heard = asked.lastHeard();
    const words = describeHeard(heard, asked.path, now(), asked.since);
    if (now() >= end || asked.isGone?.())
      throw await whyNotAnswering(
        machine,
        asked,
        `within ${formatDuration(asked.readyMs)}; last heard: ${words}`,
        signal,
      );
    // Once for each row of answers: a unit that is not active by then may become ready all the same.
    const judge = isWrongForGood(heard, now(), pace.stretch)
      ? whyWrongAnswer
      : isClosedForGood(heard, now(), pace.stretch)
        ? whyNotListening
        : undefined;
    if (judge && heard?.sinceT !== judgedSinceT) {
      judgedSinceT = heard?.sinceT;
      const error = await judge(machine, asked, words, signal);
      if (error) throw error;
    }
    say(() => `waiting for ${asked.unit} to answer: ${words}`);
    await pause(50, signal);
  }
}
