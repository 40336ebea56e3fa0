import type { Clock } from '../core/clock.js';
import type { EntryOf } from '../record/schema.js';
import type { Observer } from './observer.js';

/** A login that was tried, and what became of it. */
export type TriedLogin = Omit<EntryOf<'login'>, 'type'>;

/** What an attempt gives: whether it came through, what ssh said if it did not, and what logins have cost so far. */
export type LoginResult = Pick<TriedLogin, 'ok' | 'said' | 'cpuUs'>;

export interface WayInOptions {
  /** Tries to log in, until the signal is aborted; must not throw. */
  readonly attempt: (signal: AbortSignal) => Promise<LoginResult>;
  /** An attempt is due every so many milliseconds, whether or not the earlier ones are through. */
  readonly intervalMs: number;
  /** An operator's patience with one attempt, milliseconds. */
  readonly timeoutMs: number;
}

/** The record's clock, and where each attempt goes once it has ended. */
export interface WayInContext {
  readonly clock: Clock;
  readonly write: (login: TriedLogin) => void;
}

/**
 * Tries to log in on an open-model schedule. No more than `timeoutMs / intervalMs` attempts wait at a time, because each is given
 * up then; those that came due while the harness itself stood still are left out, for a guest would have all of them at once.
 */
export function startWayIn({ attempt, intervalMs, timeoutMs }: WayInOptions, { clock, write }: WayInContext): Observer {
  const origin = clock.now();
  const stopped = new AbortController();
  const open = new Set<Promise<void>>();
  let id = 0;
  let timer: NodeJS.Timeout;

  const tryOne = async (login: number) => {
    const scheduledT = origin + login * intervalMs;
    const patience = AbortSignal.timeout(timeoutMs);
    const { ok, said, cpuUs } = await attempt(AbortSignal.any([stopped.signal, patience]));
    // One that we broke off says nothing of the guest.
    if (stopped.signal.aborted) return;
    const error = ok ? undefined : patience.aborted ? 'timeout' : 'failed';
    write({ t: clock.now(), id: login, scheduledT, ok, error, said, cpuUs });
  };
  const tick = () => {
    const due = Math.floor((clock.now() - origin) / intervalMs);
    // A timer may be a fraction of a millisecond early.
    if (due >= id) {
      id = due;
      const tried = tryOne(id++);
      open.add(tried);
      void tried.finally(() => open.delete(tried));
    }
    timer = setTimeout(tick, Math.max(1, origin + id * intervalMs - clock.now()));
  };
  tick();

  return {
    async stop() {
      clearTimeout(timer);
      stopped.abort();
      await Promise.all(open);
    },
  };
}
