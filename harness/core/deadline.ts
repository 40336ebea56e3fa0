import { setTimeout as sleepFor } from 'node:timers/promises';
import { machineError, type OomdrillError } from './errors.js';

/** Sleeps on the host's clock; rejects with the signal's reason when it is aborted. Keeps the process alive. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleepFor(Math.max(0, ms), undefined, signal ? { signal } : {});
  } catch (thrown) {
    signal?.throwIfAborted();
    throw thrown;
  }
}

/** What a wait waits for, in words, how long at most, and what ends it early. */
export interface Wait {
  /** Completes the sentence "gave up waiting for ...". */
  readonly reason: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly hint?: string;
  readonly code?: string;
}

/** The error of a wait that ran out. */
export function timeoutError(wait: Wait, cause?: unknown): OomdrillError {
  return machineError(
    wait.code ?? 'TIMEOUT',
    `Gave up waiting for ${wait.reason} after ${wait.timeoutMs / 1000} s.`,
    wait.hint,
    cause,
  );
}

/**
 * Asks `attempt` again until it gives something other than `undefined`.
 *
 * @throws OomdrillError of the wait's code when the time is out; whatever `attempt` throws at once.
 */
export async function pollUntil<T>(attempt: () => Promise<T | undefined>, wait: Wait, intervalMs = 100): Promise<T> {
  const end = performance.now() + wait.timeoutMs;
  for (;;) {
    wait.signal?.throwIfAborted();
    const found = await attempt();
    if (found !== undefined) return found;
    if (performance.now() >= end) throw timeoutError(wait);
    await sleep(intervalMs, wait.signal);
  }
}

/**
 * Gives the work's result, or ends with the wait's error when it takes too long, or with the signal's reason.
 * The work itself is told by the signal it is handed.
 */
export async function withDeadline<T>(work: (signal: AbortSignal) => Promise<T>, wait: Wait): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(timeoutError(wait)), wait.timeoutMs);
  const signal = wait.signal ? AbortSignal.any([wait.signal, over.signal]) : over.signal;
  try {
    return await Promise.race([
      work(signal),
      new Promise<never>((_, reject) => {
        const fail = () => reject(signal.reason);
        if (signal.aborted) fail();
        else signal.addEventListener('abort', fail, { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
