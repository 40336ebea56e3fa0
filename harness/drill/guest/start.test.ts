import t from 'tap';
import { machineError } from '../../core/errors.js';
import { startServer, startUnit } from './server.js';

/** A guest whose start ends so, and what it was asked. */
function guest(start: () => { exitCode: number; stderr?: string }, { timeout = '1min 30s', result = 'success' } = {}) {
  const timeouts: (number | undefined)[] = [];
  return {
    timeouts,
    async exec(command: readonly string[], { timeoutMs }: { readonly timeoutMs?: number }) {
      const line = command.join(' ');
      if (/start/.test(line) && !/show|journalctl/.test(line)) {
        timeouts.push(timeoutMs);
        return { stdout: '', stderr: '', ...start() };
      }
      if (/TimeoutStartUSec/.test(line)) return { stdout: `TimeoutStartUSec=${timeout}\n`, stderr: '', exitCode: 0 };
      const stdout = /journalctl/.test(line)
        ? 'loading\n'
        : `ActiveState=activating\nSubState=start\nResult=${result}\nExecMainCode=0\nExecMainStatus=0\nNRestarts=0\n`;
      return { stdout, stderr: '', exitCode: 0 };
    },
  };
}

const { signal } = new AbortController();
const progress = () => {};
const start = (machine: ReturnType<typeof guest>, readyMs: number, postpone = (_: number) => {}) =>
  startUnit(machine, 'db.service', { readyMs, progress, deadline: { postpone }, signal });

t.test('a start may take as long as its bundle or its unit says', async (t) => {
  const cases = [
    { timeout: '1min 30s', readyMs: 300_000, expected: 300_000 },
    { timeout: '15min', readyMs: 60_000, expected: 930_000 },
    { timeout: 'infinity', readyMs: 60_000, expected: 60_000 },
  ];
  for (const { timeout, readyMs, expected } of cases) {
    const machine = guest(() => ({ exitCode: 0 }), { timeout });
    const postponed: number[] = [];
    await start(machine, readyMs, (ms) => postponed.push(ms));
    t.same(machine.timeouts, [expected], timeout);
    t.same(postponed, [expected], "and the drill's own deadline knows");
  }
});

t.test('one that goes on for longer is an error with its state and its last words', async (t) => {
  const machine = guest(() => {
    throw machineError('EXEC_TIMEOUT', 'Gave up.');
  });
  await t.rejects(start(machine, 300_000), {
    code: 'SERVER_START',
    message: /^db\.service did not start within 5 min: it is activating \(start\).* Its journal ends with: loading$/,
    hint: /readyWithin/,
  });
});

t.test("one that is longer than systemd's own time says which setting that is", async (t) => {
  const machine = guest(() => ({ exitCode: 1, stderr: 'timed out' }), { result: 'timeout' });
  const workload = {
    name: 'web.service',
    serving: { unit: { name: 'web.service' } },
    start: ['systemctl', 'start', 'web.service'],
    verify: [],
  };
  const wait = { readyMs: 60_000, progress, signal };
  await t.rejects(startServer(machine, workload as never, wait), { code: 'SERVER_START', hint: /TimeoutStartSec=/ });
});
