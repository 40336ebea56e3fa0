import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import t from 'tap';
import { pollUntil } from '../core/deadline.js';
import { parseCpuTimes, shareBetween } from './cpu-times.js';
import { HelperProcesses } from './helper-processes.js';
import { compareCounts, type HostCounts } from './host.js';
import { type GuestThreads, parseRunDelay, readThreads, runDelayBetween } from './run-delay.js';

const captured = (name: string): string =>
  readFileSync(new URL(`../../fixtures/captured/${name}`, import.meta.url), 'utf8');

/** A `cpu` line with these columns, in ticks of 10 ms; what is not named stands still. */
function cpuLine(more: Partial<Record<'user' | 'nice' | 'system' | 'idle' | 'iowait' | 'steal', number>>): string {
  const { user = 0, nice = 0, system = 0, idle = 0, iowait = 0, steal = 0 } = more;
  const columns = [1_000 + user, 500 + nice, 300 + system, 9_000 + idle, 40 + iowait, 0, 7, 90 + steal, 600, 400];
  return `cpu  ${columns.join(' ')}\ncpu0 1 2 3 4 5 6 7 8 9 10\nintr 1\n`;
}

const counts = (stat: string, more: Partial<HostCounts> = {}): HostCounts => {
  const times = parseCpuTimes(stat);
  if (!times) throw new Error('no times');
  return { t: 0, times, oursMs: 0, threads: undefined, ...more };
};

/** A second of a host of two cores. */
const second = (stat: string, more: Partial<HostCounts> = {}) =>
  compareCounts(counts(cpuLine({})), counts(stat, { t: 1_000, ...more }));

t.test("a host's own times are read in milliseconds", async (t) => {
  const times = parseCpuTimes(captured('host/stat'));
  t.same(times, {
    busy: (5_783_021 + 30_093 + 1_155_797 + 9_624) * 10,
    iowait: 171_430,
    steal: 136_240,
    total: (5_783_021 + 30_093 + 1_155_797 + 2_677_904 + 17_143 + 9_624 + 13_624) * 10,
  });
  for (const text of ['', 'cpu0 1 2 3 4 5 6 7 8\n', 'cpu  1 2 3\n', 'cpu  a 2 3 4 5 6 7 8\n'])
    t.equal(parseCpuTimes(text), undefined, text);
});

t.test('others keep cores busy at whatever priority; guest and harness are not among them', async (t) => {
  t.match(second(cpuLine({ nice: 100, idle: 100 })), { othersBusyCores: 1 }, 'a loop at nice 19');
  t.match(second(cpuLine({ user: 50, nice: 50, system: 50, idle: 50 })), { othersBusyCores: 1.5 });
  t.match(second(cpuLine({ user: 150, idle: 50 }), { oursMs: 1_400 }), { othersBusyCores: 0.1 });
  t.match(second(cpuLine({ idle: 100, iowait: 50, steal: 50 })), { othersBusyCores: 0 }, 'an idle host');
  t.equal(second(cpuLine({ nice: 100 }), { oursMs: undefined }).othersBusyCores, undefined, 'the guest is not ours');
});

t.test('steal and the wait for a disk, as shares', async (t) => {
  t.match(second(cpuLine({ idle: 100, iowait: 60, steal: 40 })), { stealPercent: 20, iowaitPercent: 30 });
  t.match(second(cpuLine({ user: 200 })), { stealPercent: 0, iowaitPercent: 0 });
  t.match(second(cpuLine({ idle: 200, steal: -5, iowait: -5 })), { stealPercent: 0, iowaitPercent: 0 }, 'set back');
  const { times } = counts(cpuLine({}));
  t.equal(shareBetween(times, times, 'steal'), 0, 'no time has passed');
});

t.test('a schedstat file, and what is none', async (t) => {
  t.equal(parseRunDelay(captured('host/schedstat')), 303.742_372);
  for (const text of ['', '1 2', '1 x 3', '-1 2 3']) t.equal(parseRunDelay(text), undefined, text);
});

const threads = (...list: [tid: string, name: string, delayMs: number][]): GuestThreads =>
  new Map(list.map(([tid, name, delayMs]) => [tid, { name, delayMs }]));

t.test('only the CPUs of the guest count as delayed, where they have a name', async (t) => {
  const before = threads(['1', 'qemu-system-x86', 10], ['2', 'CPU 0/TCG', 100], ['3', 'CPU 1/TCG', 200]);
  const now = threads(['1', 'qemu-system-x86', 910], ['2', 'CPU 0/TCG', 150], ['3', 'CPU 1/TCG', 260]);
  t.equal(runDelayBetween(before, now), 110);
  const named = (name: string) =>
    runDelayBetween(threads(['1', 'main', 0], ['2', name, 0]), threads(['1', 'main', 9], ['2', name, 5]));
  for (const name of ['CPU 7/KVM', 'ALL CPUs/TCG']) t.equal(named(name), 5, name);
  for (const name of ['CPU 0', 'qemu-system-x86', 'xCPU 0/TCG']) t.equal(named(name), 14, `${name}: all threads`);
});

t.test('threads come and go', async (t) => {
  t.equal(runDelayBetween(threads(['1', 'a', 5]), threads(['1', 'a', 7], ['2', 'b', 90])), 2, 'one that is new');
  t.equal(runDelayBetween(threads(['1', 'a', 5], ['2', 'b', 9]), threads(['1', 'a', 7])), 2, 'one that has ended');
  t.equal(runDelayBetween(threads(['1', 'a', 5]), threads(['2', 'b', 9])), undefined, 'none that was there before');
  t.equal(runDelayBetween(threads(['1', 'a', 5]), threads(['1', 'a', 1])), 0, 'another of the same number');
  t.equal(second(cpuLine({})).runDelayMs, undefined);
});

t.test('the threads of a process, and of one that is gone', async (t) => {
  const own = await readThreads(process.pid);
  // A kernel without CONFIG_SCHED_INFO has no such files.
  if (own) t.match(own.get(String(process.pid)), { name: /./, delayMs: Number });
  t.equal(await readThreads(2 ** 22 + 1), undefined);
});

t.test('a process that helps counts until it is gone, and after', async (t) => {
  const helpers = new HelperProcesses();
  t.equal(await helpers.readCpuMs(), 0, 'none');
  const child = execa('sh', ['-c', 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; read line'], { reject: false });
  t.teardown(() => child.kill('SIGKILL'));
  helpers.add(child.pid ?? 0);
  const wait = { reason: 'the shell to count', timeoutMs: 60_000 };
  const used = await pollUntil(async () => (await helpers.readCpuMs()) || undefined, wait, 20);
  child.kill('SIGKILL');
  await child;
  t.ok((await helpers.readCpuMs()) >= used);
  helpers.add(2 ** 22 + 1);
  t.ok((await helpers.readCpuMs()) >= used, 'one that was never there');
});
