import { sleep } from '../core/deadline.js';
import type { Recorder } from './recorder.js';
import type { Watch } from './watch.js';

/** When a server counts as well: so many answers in a row since a time of the record, each within `withinMs` of when it was due. */
export interface Steadiness {
  readonly since: number;
  readonly answers: number;
  readonly withinMs: number;
}

/**
 * Waits until the server answers steadily; false when the time ran out, or, with `orServerGone`, when its process is no more.
 *
 * @throws OomdrillError `RECORD_WRITE`
 */
export async function waitUntilSteady(
  watch: Watch,
  recorder: Recorder,
  wanted: Steadiness & {
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
    readonly orServerGone?: boolean;
  },
): Promise<boolean> {
  const end = recorder.clock.now() + wanted.timeoutMs;
  while (!isSteady(watch, wanted)) {
    recorder.throwIfBroken();
    if (recorder.clock.now() >= end || (wanted.orServerGone && watch.isServerGone())) return false;
    await sleep(50, wanted.signal);
  }
  return true;
}

function isSteady(watch: Watch, { since, answers, withinMs }: Steadiness): boolean {
  const recent = watch.lastAnswers(answers, since);
  return recent.length === answers && recent.every(({ latencyMs }) => latencyMs <= withinMs);
}
