import t from 'tap';
import type { Entry, EntryOf } from '../record/schema.js';
import { createPace } from './pace.js';
import { type AskedUnit, type WaitingStage, waitUntilReady } from './readiness.js';
import { Watch } from './watch.js';

type Answer = Pick<EntryOf<'probe'>, 'ok' | 'status' | 'error'>;

/**
 * A wait for a server that gives one answer a second on a clock of its own, of which a look takes two.
 *
 * @param answers by second; undefined while a request is not answered
 */
async function wait(
  answers: (second: number) => Answer | undefined,
  {
    activeState = 'active',
    type = 'simple',
    listens = false,
    readyMs = 300_000,
    slowness = 1,
    goneAt = Number.POSITIVE_INFINITY,
  } = {},
) {
  const watch = new Watch();
  const said: string[] = [];
  let now = 0;
  const advance = () => {
    for (const second of [now / 1_000, now / 1_000 + 0.5]) {
      const answer = answers(second);
      if (answer) watch.see({ type: 'probe', t: now, id: now + second, scheduledT: now, ...answer });
    }
    now += 1_000;
    return now;
  };
  const looks: string[] = [];
  const stage = {
    machine: {
      async exec(words: readonly string[]) {
        const [, command = '', unit = ''] = words;
        if (command === 'show' && !words.includes('--property=Type')) looks.push(unit);
        const stdout = command === 'show' ? `ActiveState=${activeState}\nSubState=running\n` : '';
        if (words.includes('--property=Type')) return { stdout: `${type}\n`, stderr: '', exitCode: 0 };
        if (words.includes('/proc/net/tcp') && listens) return { stdout: LISTENER, stderr: '', exitCode: 0 };
        return { stdout, stderr: '', exitCode: 0 };
      },
    },
    recorder: { clock: { now: () => now, startedAtMs: 0 }, throwIfBroken: () => void advance() },
    progress: (line: string) => said.push(line),
    pace: createPace(slowness),
    deadline: { postpone: () => {} },
    signal: new AbortController().signal,
  } as unknown as WaitingStage;
  const asked: AskedUnit = {
    unit: 'web.service',
    port: 80,
    path: '/',
    since: 0,
    readyMs,
    isReady: () => watch.lastAnswers(1, 0).length > 0,
    lastHeard: () => watch.lastHeard(),
    isGone: () => now >= goneAt,
  };
  const error = await waitUntilReady(stage, asked, async () => {}).then(
    () => undefined,
    (thrown: Error & { code: string }) => thrown,
  );
  return { error, said, seconds: now / 1_000, looks: looks.length };
}

/** A line of /proc/net/tcp: something listens on port 80. */
const LISTENER = '   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 14022 1\n';

const OK: Answer = { ok: true, status: 200 };
const status = (status: number): Answer => ({ ok: false, status, error: 'bad-answer' });
const failed = (error: string): Answer => ({ ok: false, error });

t.test('what was last heard is said every ten seconds', async (t) => {
  const { error, said } = await wait((second) => {
    if (second < 12) return failed('refused');
    return second < 32 ? status(503) : OK;
  });
  t.equal(error, undefined);
  t.same(said, [
    'waiting for web.service to answer: refused, 10 s',
    'waiting for web.service to answer: 503 for /, 8 s',
    'waiting for web.service to answer: 503 for /, 18 s',
  ]);
});

t.test('a server that is silent for too long', async (t) => {
  const { error, said, seconds } = await wait(() => undefined, { readyMs: 25_000 });
  t.match(error, { code: 'SERVER_SILENT', hint: /readyWithin/ });
  t.match(error?.message, /gave no valid answer to \/ within 25 s; last heard: no answer, 2\d s\.$/);
  t.equal(seconds, 25);
  t.match(said, [/no answer, 10 s$/, /no answer, 20 s$/]);
});

t.test('a wrong answer again and again ends the wait at once, with its status', async (t) => {
  const { error, seconds } = await wait((second) => (second < 5 ? failed('refused') : status(404)));
  t.match(error, { code: 'SERVER_WRONG_ANSWER', hint: /port, path and probe/ });
  t.match(error?.message, /^web\.service is active \(running\), and answers .*: 404 for \/, 1\d s\.$/);
  t.ok(seconds < 20, `${seconds} s`);
  t.match((await wait(() => status(200))).error?.message, /200 for \/ without a body, 10 s/);
});

t.test('a slow guest has longer for it', async (t) => {
  const answers = (second: number) => (second < 15 ? status(404) : OK);
  t.match((await wait(answers)).error, { code: 'SERVER_WRONG_ANSWER' });
  t.equal((await wait(answers, { slowness: 2 })).error, undefined);
});

t.test('a server that is about to be ready is waited for', async (t) => {
  for (const code of [429, 502, 503, 504]) {
    const { error } = await wait((second) => (second < 60 ? status(code) : OK));
    t.equal(error, undefined, String(code));
  }
  const mixed = await wait((second) => {
    if (second >= 60) return OK;
    return Math.floor(second) % 8 === 0 ? failed('reset') : status(404);
  });
  t.equal(mixed.error, undefined, 'and one that does not answer steadily');
});

t.test('a unit that is not active yet is waited for, and asked about once', async (t) => {
  const { error, looks } = await wait((second) => (second < 40 ? status(404) : OK), { activeState: 'activating' });
  t.equal(error, undefined);
  t.equal(looks, 1);
});

t.test('a process that is gone ends the wait', async (t) => {
  const { error, seconds } = await wait(() => undefined, { goneAt: 4_000 });
  t.match(error, { code: 'SERVER_SILENT' });
  t.ok(seconds <= 5);
});

t.test('requests that were not sent say nothing of a server', async (t) => {
  const { said } = await wait((second) => (second < 3 ? failed('timeout') : second < 12 ? failed('not-sent') : OK));
  t.same(said, ['waiting for web.service to answer: no answer, 10 s']);
});

t.test('the row of a sidecar is its own', async (t) => {
  const watch = new Watch();
  const entry = (unit: string): Entry => ({ type: 'sidecar', unit, t: 1, id: 0, scheduledT: 0, ...status(404) });
  watch.see(entry('a.service'));
  t.match(watch.lastHeard('a.service'), { status: 404, count: 1 });
  t.equal(watch.lastHeard('b.service'), undefined);
  t.equal(watch.lastHeard(), undefined);
});

t.test('a port that nothing listens at, of a unit that has said that it is ready', async (t) => {
  const closed = () => failed('closed');
  const { error, seconds } = await wait(closed, { type: 'notify' });
  t.match(error, { code: 'SERVER_PORT', message: /\(Type=notify\), but nothing listens on port 80: closed without/ });
  t.ok(seconds < 15, `${seconds} s`);
  t.match((await wait(closed)).error, { code: 'SERVER_SILENT' }, 'one that says nothing may open it late');
  t.match((await wait(closed, { type: 'notify', listens: true })).error, { code: 'SERVER_SILENT' }, 'it listens');
  t.match((await wait(() => failed('timeout'), { type: 'notify' })).error, { code: 'SERVER_SILENT' });
});
