import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startClock } from '../core/clock.js';
import type { Observer } from '../observe/observer.js';
import type { Entry, EntryOf } from '../record/schema.js';
import type { Stage } from './stage.js';
import { Watch } from './watch.js';
import { planWayIn, watchWayIn } from './way-in.js';

const HEARTBEAT = { kind: 'heartbeat', intervalMs: 10_000, windowMs: 20_000 } as const;

t.test('logins are tried where the user or a bound asks for it', async (t) => {
  t.equal(planWayIn(false, {}, HEARTBEAT), undefined);
  const asked = { intervalMs: 5_000, timeoutMs: 20_000 };
  t.same(planWayIn(true, {}, HEARTBEAT), asked);
  t.same(planWayIn(false, { longestLoginGapMs: 10_000 }, HEARTBEAT), asked);
  t.same(planWayIn(false, { shutOutForMs: 60_000 }, HEARTBEAT), asked);
  const patient = { ...HEARTBEAT, windowMs: 90_000 };
  t.match(planWayIn(true, {}, patient), { timeoutMs: 30_000 }, 'no operator waits as long as such clients');
});

/** Watches the way into a guest with another ssh, until the first login came through or none can. */
async function watchWith(t: Test, script: string, mostMs = 20_000) {
  const dir = t.testdir({ ssh: `#!/bin/sh\n${script}` });
  chmodSync(join(dir, 'ssh'), 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${dir}:${PATH}`;
  const watch = new Watch();
  const entries: Entry[] = [];
  const observers: Observer[] = [];
  const write = (entry: Entry) => {
    entries.push(entry);
    watch.see(entry);
  };
  const stage: unknown = {
    plan: { serving: { unit: { name: 'web.service' } } },
    machine: {
      exec: async () => ({ stdout: '', stderr: '', exitCode: 0 }),
      endpoint: async () => ({ host: '127.0.0.1', port: 2 }),
    },
    recorder: { clock: startClock(), write, throwIfBroken() {} },
    settings: { wayIn: { intervalMs: 100, timeoutMs: 10_000 } },
    workDir: dir,
    pace: { stretch: () => mostMs },
    deadline: { postpone() {} },
    progress() {},
    signal: new AbortController().signal,
  };
  const error: unknown = await watchWayIn(stage as Stage, watch, (observer) => observers.push(observer)).catch(
    (thrown: unknown) => thrown,
  );
  for (const observer of observers) await observer.stop();
  process.env.PATH = PATH;
  return { error, logins: entries.filter((entry): entry is EntryOf<'login'> => entry.type === 'login') };
}

t.test('a guest that lets one in', async (t) => {
  const { error, logins } = await watchWith(t, 'echo "oomdrill sshd 12"; echo "oomdrill done"');
  t.equal(error, undefined);
  t.match(logins[0], { type: 'login', ok: true, cpuUs: { sshd: 12 } });
});

t.test('a guest that refuses the key ends the drill at once, with what ssh said', async (t) => {
  const { error } = await watchWith(t, 'echo "root@127.0.0.1: Permission denied (publickey)." >&2; exit 255');
  t.match(error, {
    code: 'WAY_IN',
    kind: 'machine',
    message: /^The guest's own sshd let no one in within .*; ssh said last: .*Permission denied \(publickey\)\.$/,
    hint: /--way-in.*ssh\.service must run/,
  });
});

t.test('a guest whose sshd is not there ends it when the time is up', async (t) => {
  const { error, logins } = await watchWith(t, 'echo "Connection refused" >&2; exit 255', 1_500);
  t.match(error, { code: 'WAY_IN', message: /ssh said last: Connection refused\.$/ });
  t.ok(logins.length > 1, 'it was tried again');
});
