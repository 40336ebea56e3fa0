import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { leaveWorkDir, writePage } from '../testing/ledger-page.js';
import { withInterrupts, withReapedMachines } from './interrupt.js';

const dir = t.testdir({ state: {} });
process.env.OOMDRILL_STATE = join(dir, 'state');

t.test('what a killed run left is gone before drills begin', async (t) => {
  const left = leaveWorkDir(dir);
  await writePage([{ kind: 'dir', path: left }]);
  const old = await writePage([{ kind: 'dir', path: left }], { pid: 1, startTicks: '1' });
  t.teardown(() => rm(old));
  const said: string[] = [];
  const wasThere = await withReapedMachines(
    (line) => said.push(line),
    async () => existsSync(left),
  );
  t.equal(wasThere, false);
  t.same(said, [
    `removed what an interrupted run left behind: directory ${left}`,
    'left alone what was made on other hosts or in other containers (runs: 1): `oomdrill reap` names it',
  ]);
});

t.test('a signal aborts the drills, and is listened to no longer afterwards', async (t) => {
  const before = process.listenerCount('SIGTERM');
  const said: string[] = [];
  const work = withReapedMachines(
    (line) => said.push(line),
    async ({ signal, hold }) => {
      process.emit('SIGTERM', 'SIGTERM');
      await hold();
      signal.throwIfAborted();
    },
  );
  await t.rejects(work, { code: 'INTERRUPTED', message: 'Interrupted by SIGTERM.', hint: /below --out/ });
  t.same(said, ['SIGTERM: stopping and cleaning up; send it again to quit at once']);
  t.equal(process.listenerCount('SIGTERM'), before);
});

t.test('what makes no records names none', async (t) => {
  const work = withInterrupts(
    () => {},
    async ({ signal }) => {
      process.emit('SIGTERM', 'SIGTERM');
      signal.throwIfAborted();
    },
  );
  await t.rejects(work, { code: 'INTERRUPTED', hint: undefined });
});

t.test('a machine is kept until the next signal, which stops nothing', async (t) => {
  const kept = await withReapedMachines(
    () => {},
    async ({ signal, hold }) => {
      const held = hold();
      process.emit('SIGINT', 'SIGINT');
      await held;
      signal.throwIfAborted();
      return true;
    },
  );
  t.ok(kept);
});
