import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { startClock } from '../core/clock.js';
import { pollUntil } from '../core/deadline.js';
import { type LoginResult, startWayIn, type TriedLogin } from './way-in.js';

/** Tries to log in until so many attempts have ended; gives them by number, and how many were open at most. */
async function tryUntil(count: number, attempt: (signal: AbortSignal) => Promise<LoginResult>, timeoutMs = 20_000) {
  const ended: TriedLogin[] = [];
  let open = 0;
  let mostOpen = 0;
  const counted = async (signal: AbortSignal) => {
    open++;
    mostOpen = Math.max(mostOpen, open);
    return attempt(signal).finally(() => open--);
  };
  const context = { clock: startClock(), write: (login: TriedLogin) => void ended.push(login) };
  const wayIn = startWayIn({ attempt: counted, intervalMs: 50, timeoutMs }, context);
  const wait = { reason: 'the logins to end', timeoutMs: 20_000 };
  await pollUntil(async () => ended.length >= count || undefined, wait, 10);
  await wayIn.stop();
  return { ended: ended.sort((a, b) => a.id - b.id), mostOpen, leftOpen: open };
}

/** Ends only when it is broken off. */
const stuck = (signal: AbortSignal): Promise<LoginResult> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve({ ok: false })));

t.test('each attempt has its due time, its result and what logins cost', async (t) => {
  const { ended } = await tryUntil(4, async () => ({ ok: true, cpuUs: { sshd: 7 } }));
  const startedT = ended[0]?.scheduledT ?? 0;
  t.ok(ended.every(({ id, scheduledT, t: at }) => at >= scheduledT && Math.abs(scheduledT - startedT - id * 50) < 1));
  t.match(ended[0], { ok: true, error: undefined, cpuUs: { sshd: 7 } });
});

t.test('one that was refused says what ssh said', async (t) => {
  const { ended } = await tryUntil(1, async () => ({ ok: false, said: 'Permission denied' }));
  t.match(ended[0], { ok: false, error: 'failed', said: 'Permission denied' });
});

t.test('the next is due while the last one is stuck, and each is given up', async (t) => {
  const { ended, mostOpen, leftOpen } = await tryUntil(3, stuck, 400);
  t.ok(ended.every(({ ok, error }) => !ok && error === 'timeout'));
  t.ok(mostOpen > 1, 'an open model');
  t.ok(mostOpen <= 10, 'but few at a time');
  t.equal(leftOpen, 0, 'none is left when it is stopped');
});

t.test('what was due while the harness stood still is not tried at once', async (t) => {
  let isFirst = true;
  const { ended, mostOpen } = await tryUntil(4, async () => {
    const until = performance.now() + (isFirst ? 400 : 0);
    isFirst = false;
    while (performance.now() < until);
    await sleep(1);
    return { ok: true };
  });
  t.ok((ended[1]?.id ?? 0) > 1, 'some are left out');
  t.ok(mostOpen <= 2);
});
