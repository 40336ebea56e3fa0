import { formatSeconds } from '../core/clock.js';
import { sleep } from '../core/deadline.js';
import { FINAL_REFUSAL } from '../machine/ssh.js';
import type { Observer } from '../observe/observer.js';
import { startWayIn } from '../observe/way-in.js';
import type { Expectation, Header, Watchdog } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import { openWayIn, tryWayIn, wayInError } from './guest/way-in.js';
import type { Stage } from './stage.js';
import type { Watch } from './watch.js';

/** As often as an operator would try again. Each attempt costs an emulated guest seconds of CPU time. */
const INTERVAL_MS = 5_000;

/** Longer than that no operator waits for one login. */
const MAX_PATIENCE_MS = 30_000;

/** Until the first login came through, before anything is injected. Milliseconds. */
const FIRST_LOGIN_MS = 90_000;

/** How logins are tried in a drill: where a scenario or the user asks for it; undefined where no one does. */
export function planWayIn(
  isAsked: boolean,
  { longestLoginGapMs, shutOutForMs }: Pick<Expectation, 'longestLoginGapMs' | 'shutOutForMs'>,
  watchdog: Watchdog,
): Header['wayIn'] {
  if (!isAsked && longestLoginGapMs === undefined && shutOutForMs === undefined) return undefined;
  return { intervalMs: INTERVAL_MS, timeoutMs: Math.min(windowMs(watchdog), MAX_PATIENCE_MS) };
}

/**
 * Begins to log in through the guest's own sshd, if that is asked for, and returns when the first login came through: a way in that
 * was never there cannot be lost.
 *
 * @throws OomdrillError `WAY_IN`, with what ssh said last
 */
export async function watchWayIn(stage: Stage, watch: Watch, observe: (observer: Observer) => void): Promise<void> {
  const { plan, machine, recorder, settings, workDir, pace, deadline, progress, signal } = stage;
  if (!settings.wayIn) return;
  const { clock, write } = recorder;
  const target = await openWayIn(machine, workDir, signal);
  const attempt = (signal: AbortSignal) => tryWayIn(target, plan.serving.unit.name, signal);
  const startedT = clock.now();
  const mostMs = pace.stretch(FIRST_LOGIN_MS);
  deadline.postpone(mostMs);
  observe(startWayIn({ attempt, ...settings.wayIn }, { clock, write: (login) => write({ ...login, type: 'login' }) }));
  progress("logging in through the guest's own sshd");
  while (!watch.hasLoggedIn) {
    recorder.throwIfBroken();
    const { lastLogin } = watch;
    const words = lastLogin?.said ?? (lastLogin?.error === 'timeout' ? 'no answer' : 'nothing');
    const triedMs = clock.now() - startedT;
    if (FINAL_REFUSAL.test(words) || triedMs > mostMs)
      throw wayInError(`let no one in within ${formatSeconds(triedMs)}; ssh said last: ${words.replace(/\.$/, '')}`);
    await sleep(50, signal);
  }
}
