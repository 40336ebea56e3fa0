import { readFile } from 'node:fs/promises';
import t from 'tap';
import { parseBytes } from '../core/bytes.js';
import { diagnose } from './diagnose.js';
import { readEvidence } from './evidence.js';
import type { Saved } from './parts.js';

const captured = async (name: string): Promise<Saved> => ({
  name,
  text: await readFile(new URL(`../../fixtures/captured/${name}`, import.meta.url), 'utf8'),
});

const events = (counts: { high?: number; max?: number; oom_kill?: number; oom_group_kill?: number }): Saved => {
  const all = { low: 0, high: 0, max: 0, oom: 0, oom_kill: 0, oom_group_kill: 0, ...counts };
  return {
    name: 'memory.events',
    text: Object.entries(all)
      .map(([key, count]) => `${key} ${count}\n`)
      .join(''),
  };
};
const stall = (percent: number): Saved => ({
  name: 'memory.pressure',
  text: ['some', 'full'].map((kind) => `${kind} avg10=${percent} avg60=1.00 avg300=0.50 total=1\n`).join(''),
});
const killOf = (comm: string, constraint: string): Saved => ({
  name: 'dmesg.txt',
  text: `[  100.0] oom-kill:constraint=${constraint},nodemask=(null),cpuset=/,oom_memcg=/a.service,task_memcg=/a.service,task=${comm},pid=7,uid=0\n[  100.1] Memory cgroup out of memory: Killed process 7 (${comm}) total-vm:1kB\n`,
});
const look = (...files: Saved[]) => diagnose(readEvidence(files));

t.test('the incident', async (t) => {
  const { outcomes, scenario, reasons } = look(
    events({ high: 882_948 }),
    stall(80),
    { name: 'memory.current', text: `${parseBytes('14G')}\n` },
    { name: 'memory.high', text: `${parseBytes('12G')}\n` },
    { name: 'memory.max', text: `${parseBytes('16G')}\n` },
  );
  t.same(outcomes, ['livelocked']);
  t.equal(scenario, '2026-07-02-throttle-livelock');
  t.match(reasons.join('\n'), /882,948 high, 0 max, 0 oom_kill/);
  t.match(reasons.join('\n'), /memory\.current is 14G, memory\.high 12G, memory\.max 16G/);
});

t.test('two readings count from the first to the second', async (t) => {
  const { outcomes, reasons } = look(events({ high: 10, oom_kill: 2 }), events({ high: 24_990, oom_kill: 2 }));
  t.same(outcomes, ['livelocked', 'degraded', 'contained']);
  t.match(reasons.join('\n'), /between the readings: 24,980 high, 0 max, 0 oom_kill/);
});

t.test('readings in the wrong order, and too many of them', async (t) => {
  const [early, late] = [events({ high: 10 }), events({ high: 24_990 })];
  t.throws(() => look(late, early), {
    code: 'EVIDENCE_ORDER',
    message: 'memory.events: high falls from 24990 to 10 between the two readings.',
    hint: /earlier one first/,
  });
  t.throws(() => look(early, late, late), {
    code: 'EVIDENCE_READINGS',
    message: /at most two readings of memory\.events \(got 3 readings\)/,
  });
  const stat = (refaults: number) => ({ name: 's', text: `anon 1\nfile 1\nworkingset_refault_file ${refaults}\n` });
  t.throws(() => look(stat(5), stat(4)), { code: 'EVIDENCE_ORDER', message: /memory\.stat/ });
  t.doesNotThrow(() => look(stat(5), stat(5)), 'other values of memory.stat are not counters, and may fall');
});

t.test('files that could not show harm do not prove that there was none', async (t) => {
  t.match(look({ name: 'memory.max', text: 'max\n' }), {
    enough: false,
    outcomes: [],
    reasons: [/could not show harm/],
  });
  t.match(look({ name: 'dmesg.txt', text: '[ 1.0] usb: new device\n' }), { enough: false });
  const cut = { name: 'dmesg.txt', text: '[ 100.0] node invoked oom-killer: gfp_mask=0x1\n[ 100.0] oom-ki' };
  t.match(look(cut), { enough: false, outcomes: [], reasons: [/the log ends before it shows the victim/] });
  t.match(look(events({})), { enough: true, outcomes: [], reasons: ['These numbers show no harm.'] });
});

t.test('kills of the log are not added to memory.events', async (t) => {
  const { outcomes, reasons } = look(events({}), killOf('ugrep', 'CONSTRAINT_MEMCG'));
  t.ok(outcomes.includes('contained'));
  t.match(reasons[0], /memory\.events counts none: it was in another cgroup, or this cgroup was created again/);
  t.match(reasons.join('\n'), /0 high, 0 max, 0 oom_kill/);
});

t.test('a kill elsewhere on the host does not hide a livelock', async (t) => {
  for (const constraint of ['CONSTRAINT_MEMCG', 'CONSTRAINT_NONE']) {
    const { outcomes, reasons } = look(events({ high: 24_969 }), stall(90), killOf('chrome', constraint));
    t.same(outcomes, ['livelocked'], constraint);
    t.match(reasons.join('\n'), /counts none of the kills in the log/);
  }
});

const single = (name: string, size: string): Saved => ({ name, text: `${size === 'max' ? size : parseBytes(size)}\n` });

t.test('memory.high is the cause only if the cgroup is at it', async (t) => {
  const at = (high: string, current: string) =>
    look(
      events({ high: 5, max: 400 }),
      stall(90),
      single('memory.high', high),
      single('memory.max', '16G'),
      single('memory.current', current),
    );
  t.match(at('max', '15.9G').reasons[0], /The brim/);
  t.match(at('12G', '12.3G').reasons[0], /Above memory\.high/);
  t.match(at('12G', '11.9G').reasons[0], /Above memory\.high/, 'reclaim keeps it a little below');
  // Whether the counters are of the past, or of a cgroup below, memory.events alone does not show.
  t.match(at('12G', '4.66G'), { outcomes: ['livelocked', 'escaped'], reasons: [/is at no limit of its own/] });
});

t.test('two readings of the pressure show how long all tasks stood still between them', async (t) => {
  const psi = (totalUs: number): Saved => ({
    name: 'memory.pressure',
    text: ['some', 'full'].map((kind) => `${kind} avg10=0.00 avg60=0.00 avg300=0.00 total=${totalUs}\n`).join(''),
  });
  const [before, after] = [events({ high: 10 }), events({ high: 90_000 })];
  const past = look(before, after, psi(1_000_000), psi(3_181_000_000));
  t.match(past, { outcomes: ['livelocked', 'degraded'], scenario: '2026-07-02-throttle-livelock' });
  t.match(past.reasons[0], /stood still for a total of 3180.0 s between the readings/);
  t.match(look(before, after, psi(1_000_000), psi(9_000_000)).outcomes, ['degraded', 'contained'], 'no silence');
  t.match(look(after, psi(3_181_000_000)), {
    outcomes: ['degraded', 'contained'],
    reasons: [/reached a limit/, /memory\.events/, /a total of 3181.0 s since the cgroup was created/],
  });
});

t.test('no task that the kernel may kill', async (t) => {
  const log = {
    name: 'dmesg.txt',
    text: '[ 1.0] node invoked oom-killer: gfp_mask=0xcc0, order=0, oom_score_adj=-1000\n[ 1.1] Out of memory and no killable processes...\n',
  };
  t.match(look(log), { enough: true, outcomes: ['livelocked'], reasons: [/found no task that it may kill/] });
  const helpless = { name: 'memory.events', text: 'low 0\nhigh 0\nmax 900\noom 800\noom_kill 0\n' };
  t.match(look(helpless, stall(90)), { outcomes: ['livelocked'], reasons: [/found no task that it may kill/] });
});

t.test('a kernel before 4.19, a group kill and the NUMA nodes of a task', async (t) => {
  const old = [
    '[12345.678901] node invoked oom-killer: gfp_mask=0x6000c0(GFP_KERNEL), nodemask=(null), order=0, oom_score_adj=0',
    '[12345.678910] Memory cgroup out of memory: Kill process 4711 (java) score 998 or sacrifice child',
    '[12345.678920] Killed process 4712 (sh) total-vm:4194304kB, anon-rss:2097152kB, file-rss:0kB, shmem-rss:0kB',
  ];
  const read = look({ name: 'dmesg', text: old.join('\n') });
  t.same(read.outcomes, ['contained', 'unit-stopped', 'collateral-kill']);
  t.match(read.reasons.join('\n'), /killed sh \(PID 4712\)/);
  const death = killOf('java', 'CONSTRAINT_MEMCG');
  const group = `${death.text}[ 100.3] Tasks in /a.service are going to be killed due to memory.oom.group set\n`;
  t.same(look({ ...death, text: group }).outcomes, ['unit-stopped']);
  t.match(look(killOf('java', 'CONSTRAINT_CPUSET')).reasons[0], /NUMA nodes that a task may use/);
});

t.test('other files of a cgroup, and those that capture saves, are ignored', async (t) => {
  const others = [
    events({ high: 24_969 }),
    'memory.events.local',
    'captured/memory.peak',
    'memory.swap.events',
    'memory.oom.group',
    'memory.numa_stat',
    'io.pressure',
    'cpu.pressure',
    'cgroup.procs',
    'host.json',
    'host-memory.pressure',
    'left-out.txt',
  ].map((file) => (typeof file === 'string' ? { ...events({ high: 24_969 }), name: file } : file));
  const { outcomes, reasons } = look(...others, stall(90));
  t.same(outcomes, ['livelocked'], 'memory.events.local is not a second reading');
  t.match(reasons.at(-1), /^Ignored: memory\.peak, memory\.swap\.events, /);
  t.throws(() => look({ ...stall(90), name: 'io.pressure' }), { code: 'EVIDENCE_UNKNOWN', message: /io\.pressure/ });
});

t.test('files of several cgroups', async (t) => {
  const of = (cgroup: string) =>
    `/sys/fs/cgroup/${cgroup}/memory.events:high 7\n/sys/fs/cgroup/${cgroup}/memory.events:oom_kill 0\n`;
  const both = { outcomes: ['degraded', 'contained'], reasons: [/^In \/a: /, /./, /^In \/b, degraded or contained: /] };
  t.match(look({ name: 'saved', text: `${of('a')}${of('b')}` }), both);
  t.match(look({ name: 'one', text: of('a') }, { name: 'two', text: of('b') }), both);
  t.doesNotThrow(() => look({ name: 'one', text: of('a') }, { name: 'two', text: of('a') }), 'two readings');
  t.doesNotThrow(() =>
    look({ ...events({}), name: 'before/memory.events' }, { ...events({}), name: 'after/memory.events' }),
  );
});

t.test('a log without a kill, as of a livelock, in every form that dmesg and journalctl have', async (t) => {
  for (const text of [
    '-- No entries --\n',
    '',
    '[Tue Nov 24 03:10:01 2026] usb: new device\n',
    '2026-11-24T03:10:01+0000 web kernel: usb: new device\n',
    'Tue 2026-11-24 03:10:01 UTC web kernel: usb: new device\n',
    'Nov 24 03:10:01 web kernel: usb: new device\n',
  ])
    t.same(look({ name: '-', text }, events({ high: 24_969 }), stall(90)).outcomes, ['livelocked'], text);
});

t.test('the soft band on a small host, as of FootprintAI/Containarium #1454', async (t) => {
  const { outcomes, scenario, reasons } = look(
    events({ high: 556_267 }),
    stall(86),
    { name: 'memory.stat', text: `anon ${parseBytes('271M')}\nfile 377487\npgscan 79400000\npgsteal 2400000\n` },
    { name: 'memory.current', text: `${parseBytes('272M')}\n` },
    { name: 'memory.high', text: `${parseBytes('256M')}\n` },
    { name: 'memory.max', text: `${parseBytes('384M')}\n` },
  );
  t.same(outcomes, ['livelocked']);
  t.equal(scenario, '2026-07-02-throttle-livelock');
  t.match(reasons.join('\n'), /556,267 high, 0 max, 0 oom_kill/);
});

t.test('the brim, as of mieweb/opensource-server #431', async (t) => {
  const stat = { name: 'memory.stat', text: 'anon 3865470566\nfile 4096\nworkingset_refault_file 1800000000\n' };
  const near = { name: 'memory.current', text: `${parseBytes('4084M')}\n` };
  const { outcomes, reasons } = look(events({ max: 3_889 }), stall(22), stat, near, {
    name: 'memory.max',
    text: `${parseBytes('4G')}\n`,
  });
  t.same(outcomes, ['livelocked']);
  t.match(reasons.join('\n'), /The brim.*12M below it now/);
  t.match(reasons.join('\n'), /1,800,000,000 refaults/);
  t.match(look(events({ max: 3 }), stall(22)).reasons[0], /The brim.*nothing is killed\.$/);
});

t.test('captured in a guest: throttled above memory.high, after kills', async (t) => {
  const files = await Promise.all(['memory.events', 'memory.pressure', 'memory.stat', 'kernel.log'].map(captured));
  t.same(look(...files).outcomes, ['escaped', 'collateral-kill'], 'its log has a kill for the whole host too');
  t.same(look(...files.slice(0, 3)).outcomes, ['unit-stopped'], 'one of them was a group kill');
  const [first] = files;
  const later = { name: 'memory.events', text: first?.text.replace(/^high \d+/m, 'high 99999') ?? '' };
  const two = look(...files.slice(0, 3), later);
  t.same(two.outcomes, ['livelocked'], 'between two readings nothing was killed');
  t.match(two.reasons.join('\n'), /between the readings: 98,662 high, 0 max, 0 oom_kill/);
});

t.test('kills at a limit, of the whole host, and of a group', async (t) => {
  const killed = look(events({ max: 300, oom_kill: 1 }), stall(0.5), killOf('ugrep', 'CONSTRAINT_MEMCG'));
  t.same(killed.outcomes, ['contained', 'unit-stopped', 'collateral-kill']);
  t.equal(killed.scenario, 'runaway-past-max');
  t.match(killed.reasons.join('\n'), /killed ugrep \(PID 7\) at the limit of \/a\.service/);
  t.match(killed.reasons.join('\n'), /1 oom_kill/, 'the two lines of one kill count once');
  t.match(look(events({ oom_kill: 1 }), stall(60)), {
    outcomes: ['livelocked', 'contained'],
    reasons: [/second reading/],
  });
  t.match(look(killOf('t3', 'CONSTRAINT_NONE')), { outcomes: ['escaped', 'collateral-kill'], reasons: [/whole host/] });
  t.same(look(events({ oom_kill: 3, oom_group_kill: 1 })).outcomes, ['unit-stopped']);
});

t.test('no standstill, no kill', async (t) => {
  t.same(look(events({ high: 5 }), stall(3)).outcomes, ['degraded', 'contained']);
  t.match(look(events({}), stall(0)), { outcomes: [], scenario: null, reasons: ['These numbers show no harm.'] });
  t.match(look({ name: 'kernel.log', text: 'booted\n' }).next, /memory\.events/);
  t.match(look(events({}), stall(40)), { outcomes: ['escaped'], reasons: [/no limit of this cgroup/] });
});

t.test("the output of grep '' memory.* is split into files", async (t) => {
  const text = [
    'memory.current:1000\n',
    '/sys/fs/cgroup/a.service/memory.high:max\n',
    'memory.max:2000\nmemory.numa_stat:anon N0=0\n',
    'memory.events:low 0\nmemory.events:high 7\nmemory.events:max 0\nmemory.events:oom_kill 0\n',
  ].join('');
  t.match(readEvidence([{ name: 'saved.txt', text }]), {
    current: 1000,
    high: Infinity,
    max: 2000,
    events: [{ high: 7 }],
  });
  t.match(look({ name: 'saved.txt', text }).reasons.join('\n'), /memory\.high none/);
});

t.test('a file of another kind is an error', async (t) => {
  for (const text of ['', 'hello\n', 'memory.current\n'])
    t.throws(() => readEvidence([{ name: 'x.txt', text }]), { code: 'EVIDENCE_UNKNOWN', message: /x\.txt/ });
});
