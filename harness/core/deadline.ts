import { setTimeout as sleepFor } from 'node:timers/promises';
import { machineError, type OomdrillError } from './errors.js';

/** Sleeps on the host's clock; rejects with the signal's reason on abort. Keeps the process alive. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleepFor(Math.max(0, ms), undefined, signal ? { signal } : {});
  } catch (thrown) {
    signal?.throwIfAborted();
    throw thrown;
  }
}

/** The terms of a wait: its reason, its time limit, and the signal that ends it early. */
export interface Wait {
  /** Completes the sentence "gave up waiting for ...". */
  readonly reason: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly hint?: string;
  readonly code?: string;
}

/** The error of a wait whose time is up. */
export function timeoutError(wait: Wait, cause?: unknown): OomdrillError {
  return machineError(
    wait.code ?? 'TIMEOUT',
    `Gave up waiting for ${wait.reason} after ${wait.timeoutMs / 1000} s.`,
    wait.hint,
    cause,
  );
}

/**
 * Calls `attempt` until it returns something other than `undefined`.
 *
 * @throws OomdrillError with the wait's code when the time is up; an error of `attempt` is thrown at once
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
 * Returns the result of `work`. Its own signal is aborted when the time is up or the wait's signal is.
 *
 * @throws OomdrillError with the wait's code when the time is up; the signal's reason when it is aborted
 */
export async function withDeadline<T>(work: (signal: AbortSignal) => Promise<T>, wait: Wait): Promise<T> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(timeoutError(wait)), wait.timeoutMs);
  const signal = wait.signal ? AbortSignal.any([wait.signal, timeout.signal]) : timeout.signal;
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
