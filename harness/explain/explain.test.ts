import { readFile } from 'node:fs/promises';
import t from 'tap';
import { parseBytes } from '../core/bytes.js';
import { diagnose } from './diagnose.js';
import { readEvidence, type Saved } from './evidence.js';

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
  t.same(outcomes, ['degraded', 'contained']);
  t.match(reasons.join('\n'), /between the readings: 24,980 high, 0 max, 0 oom_kill/);
});

t.test('readings in the wrong order, and too many of them', async (t) => {
  const [early, late] = [events({ high: 10 }), events({ high: 24_990 })];
  t.throws(() => look(late, early), {
    code: 'EVIDENCE_ORDER',
    message: 'memory.events: high falls from 24990 to 10 between the two readings.',
    hint: /earlier one first/,
  });
  t.throws(() => look(early, late, late), { code: 'EVIDENCE_READINGS', message: /3 readings of memory\.events/ });
  const stat = (refaults: number) => ({ name: 's', text: `anon 1\nfile 1\nworkingset_refault_file ${refaults}\n` });
  t.throws(() => look(stat(5), stat(4)), { code: 'EVIDENCE_ORDER', message: /memory\.stat/ });
  t.doesNotThrow(() => look(stat(5), stat(5)), 'what shrinks in memory.stat besides is no counter');
});

t.test('what could not show harm is no proof of none', async (t) => {
  t.match(look({ name: 'memory.max', text: 'max\n' }), { enough: false, outcomes: [], reasons: [/Nothing here/] });
  t.match(look({ name: 'dmesg.txt', text: '[ 1.0] usb: new device\n' }), { enough: false });
  const cut = { name: 'dmesg.txt', text: '[ 100.0] node invoked oom-killer: gfp_mask=0x1\n[ 100.0] oom-ki' };
  t.match(look(cut), { enough: false, outcomes: [], reasons: [/the log ends before it says whom/] });
  t.match(look(events({})), { enough: true, outcomes: [], reasons: ['These numbers show no harm.'] });
});

t.test('kills of the log are not put into memory.events', async (t) => {
  const { outcomes, reasons } = look(events({}), killOf('ugrep', 'CONSTRAINT_MEMCG'));
  t.ok(outcomes.includes('contained'));
  t.match(reasons.join('\n'), /0 high, 0 max, 0 oom_kill/);
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
  t.same(look(...files).outcomes, ['escaped', 'collateral-kill'], 'its log has a kill of the whole box too');
  t.same(look(...files.slice(0, 3)).outcomes, ['unit-stopped'], 'one of the kills was of the group');
  const [first] = files;
  const later = { name: 'memory.events', text: first?.text.replace(/^high \d+/m, 'high 99999') ?? '' };
  const two = look(...files.slice(0, 3), later);
  t.same(two.outcomes, ['livelocked'], 'between two readings nothing was killed');
  t.match(two.reasons.join('\n'), /between the readings: 98,662 high, 0 max, 0 oom_kill/);
});

t.test('kills', async (t) => {
  const killed = look(events({ max: 300, oom_kill: 1 }), stall(0.5), killOf('ugrep', 'CONSTRAINT_MEMCG'));
  t.same(killed.outcomes, ['contained', 'unit-stopped', 'collateral-kill']);
  t.equal(killed.scenario, 'runaway-past-max');
  t.match(killed.reasons.join('\n'), /killed ugrep \(PID 7\) for the limit of \/a\.service/);
  t.match(killed.reasons.join('\n'), /1 oom_kill/, 'the two lines of one kill are one');
  t.match(look(events({ oom_kill: 1 }), stall(60)), {
    outcomes: ['livelocked', 'contained'],
    reasons: [/second reading/],
  });
  t.match(look(killOf('t3', 'CONSTRAINT_NONE')), { outcomes: ['escaped', 'collateral-kill'], reasons: [/whole box/] });
  t.same(look(events({ oom_kill: 3, oom_group_kill: 1 })).outcomes, ['unit-stopped']);
});

t.test('no standstill, no kill', async (t) => {
  t.same(look(events({ high: 5 }), stall(3)).outcomes, ['degraded', 'contained']);
  t.match(look(events({}), stall(0)), { outcomes: [], scenario: null, reasons: ['These numbers show no harm.'] });
  t.match(look({ name: 'kernel.log', text: 'booted\n' }).next, /memory\.events/);
  t.match(look(events({}), stall(40)), { outcomes: ['escaped'], reasons: [/no limit of this cgroup/] });
});

t.test("what grep '' memory.* prints", async (t) => {
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

t.test('what is none of these', async (t) => {
  for (const text of ['', 'hello\n', 'memory.current\n'])
    t.throws(() => readEvidence([{ name: 'x.txt', text }]), { code: 'EVIDENCE_UNKNOWN', message: /x\.txt/ });
});
