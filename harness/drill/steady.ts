import { sleep } from '../core/deadline.js';
import type { Recording } from './stage.js';
import type { Watch } from './watch.js';

/** When a server counts as well: so many answers in a row since a time of the record, each within `withinMs` of when it was due. */
export interface Steadiness {
  readonly since: number;
  readonly answers: number;
  readonly withinMs: number;
}

/**
 * Waits until the server answers steadily, or the time is up.
 *
 * @throws OomdrillError `RECORD_WRITE`
 */
export async function waitUntilSteady(
  watch: Watch,
  recorder: Recording,
  wanted: Steadiness & {
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const end = recorder.clock.now() + wanted.timeoutMs;
  while (!isSteady(watch, wanted)) {
    recorder.throwIfBroken();
    if (recorder.clock.now() >= end) return;
    await sleep(50, wanted.signal);
  }
}

/** Whether the server's last answers were all there and in time. */
export function isSteady(watch: Watch, { since, answers, withinMs }: Steadiness): boolean {
  const recent = watch.lastAnswers(answers, since);
  return recent.length === answers && recent.every(({ latencyMs }) => latencyMs <= withinMs);
}
