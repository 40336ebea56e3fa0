import { timeoutError } from '../core/deadline.js';

/** The time by which a drill must be over, whatever hangs in it. */
export interface DrillDeadline extends Disposable {
  /** Aborted, with the error of a wait whose time is up, when the time is up. */
  readonly signal: AbortSignal;
  /** Allows the drill so many milliseconds more: for a wait that has a deadline of its own. */
  postpone(ms: number): void;
}

/** Starts the deadline of a drill. Disposing it stops its timer. */
export function startDrillDeadline(scenario: string, ms: number): DrillDeadline {
  const late = new AbortController();
  const startedAt = performance.now();
  let timeoutMs = ms;
  const start = () =>
    setTimeout(
      () => late.abort(timeoutError({ reason: `the drill ${scenario} to end`, timeoutMs })),
      timeoutMs - (performance.now() - startedAt),
    );
  let timer = start();
  return {
    signal: late.signal,
    postpone(more) {
      clearTimeout(timer);
      timeoutMs += more;
      timer = start();
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
