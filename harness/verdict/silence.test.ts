import t from 'tap';
import { MIB } from '../core/bytes.js';
import type { CgroupSample, Entry, EntryOf, Outcome } from '../record/schema.js';
import { cgroupSample, compose, type Story, silentBetween, TARGET_BYTES, TIMES } from '../testing/record.js';
import type { Cause } from './causes.js';
import { OUTCOMES } from './outcomes.js';
import { judge } from './verdict.js';

// The table of docs/outcomes.md, cell by cell: a server that is silent for eight seconds, and what was seen in them.
const [FROM, TO] = [20_000, 28_000];
const answersAlways: Story['request'] = (due) => ({ t: due + 20, ok: true });
/** Microseconds of a total that rises by this share of the silence. */
const risen = (t: number, share: number) => Math.max(0, Math.min(t, TO) - FROM) * 1_000 * share;

/** Totals of the cgroup and of the guest, by the share of the silence that they rise by. */
interface Shares {
  readonly memory?: number;
  readonly cpu?: number;
  readonly cpuFull?: number;
  readonly disk?: number;
  readonly throttled?: number;
  readonly boxMemory?: number;
  readonly boxCpu?: number;
  readonly boxDisk?: number;
  readonly maxEvents?: number;
  readonly highEvents?: number;
  readonly refaults?: number;
  readonly refusedForks?: number;
}

/** A silence with a canary that answers and a host that is quiet, but for the changes. */
function silence(shares: Shares = {}, changes: Partial<Story> = {}): Partial<Story> {
  const sample = (t: number) =>
    cgroupSample(
      t >= TIMES.hold && t < TIMES.release ? TARGET_BYTES : 180 * MIB,
      { max: t < TO ? 0 : (shares.maxEvents ?? 0), high: t < TO ? 0 : (shares.highEvents ?? 0) },
      risen(t, shares.memory ?? 0),
    );
  const cgroup = (t: number): CgroupSample => ({
    ...sample(t),
    stat: { ...sample(t).stat, workingset_refault_file: t < TO ? 0 : (shares.refaults ?? 0) },
    cpuStall: { someUs: risen(t, shares.cpu ?? 0), fullUs: risen(t, shares.cpuFull ?? 0) },
    ioStall: { someUs: risen(t, shares.disk ?? 0), fullUs: risen(t, shares.disk ?? 0) },
    throttledUs: risen(t, shares.throttled ?? 0),
    refusedForks: t < TO ? 0 : (shares.refusedForks ?? 0),
  });
  const box = (t: number) => ({
    memory: { someUs: risen(t, shares.boxMemory ?? 0) },
    cpu: { someUs: risen(t, shares.boxCpu ?? 0) },
    io: { someUs: risen(t, shares.boxDisk ?? 0) },
  });
  return { request: silentBetween(FROM, TO), canary: answersAlways, host: quietHost, cgroup, box, ...changes };
}

const quietHost = () => ({ othersBusyCores: 0.02, iowaitPercent: 0 });
const busyHost = () => ({ othersBusyCores: 1.8, iowaitPercent: 0 });
/** More than the share below which the whole guest counts as out of memory. */
const scarce = () => 150 * MIB;
const none = (t: number) => (inIt(t) ? 0 : 1_500 * MIB);
const inIt = (t: number) => t > FROM && t <= TO + 1_000;
const kill: Entry = { type: 'kill', t: FROM + 100, pid: 999, comm: 'cc1', constraint: 'CONSTRAINT_MEMCG' };

/** A guest of this slowness, as it is measured before the server starts. */
const slow = (slowness: number): Partial<Story> => ({
  more: [{ type: 'speed', t: 1, touchedBytesPerSecond: 120e6 / slowness, loopMs: 35, slowness }],
});

const boxKill: Entry = { ...kill, constraint: 'CONSTRAINT_NONE' };

const cells: readonly (readonly [string, Outcome, Cause, RegExp, Partial<Story>])[] = [
  [
    'memory of the cgroup',
    'degraded',
    'memory',
    /^The silence of 8\.\d+ s was the cgroup's memory: some of its tasks waited for memory for \d\d % of it, its events counted 300 max, and the canary answered all the time\.$/,
    silence({ memory: 0.7, maxEvents: 300 }),
  ],
  [
    'as little memory as a kill leaves behind',
    'degraded',
    'memory',
    /waited for memory for 3\.\d %/,
    silence({ memory: 0.04 }),
  ],
  [
    'nothing at all',
    'inconclusive',
    'unknown',
    /^The silence of 8\.\d+ s has no cause that was seen: some tasks of the cgroup waited for memory for 0\.0 % of it, and the canary answered all the time\.$/,
    silence(),
  ],
  ['less memory than that', 'inconclusive', 'unknown', /no cause that was seen/, silence({ memory: 0.01 })],
  [
    'memory of the whole guest, and a canary that answered',
    'escaped',
    'box-memory',
    /was the memory of the whole guest: some of its tasks waited for memory for \d\d % of it while no limit of a cgroup acted/,
    silence({ memory: 0.8, boxMemory: 0.8 }, { availableBytes: scarce }),
  ],
  [
    'memory of the whole guest, and a canary that was silent too: escaped, never excused',
    'escaped',
    'box-memory',
    /the canary was silent for 8\.\d+ s of it/,
    silence({ memory: 0.8, boxMemory: 0.8 }, { availableBytes: scarce, canary: silentBetween(FROM, TO) }),
  ],
  [
    'memory of a guest that has none left, where tasks wait for a CPU rather',
    'escaped',
    'box-memory',
    /was the memory of the whole guest: some of its tasks waited for memory for 4\.\d %/,
    silence({ memory: 0.03, boxMemory: 0.043, cpu: 0.38, boxCpu: 0.98 }, { availableBytes: none, more: [boxKill] }),
  ],
  [
    'memory of a guest that has none left, where its program text is read in again',
    'escaped',
    'box-memory',
    /waited for memory for 1\.0 % of it while no limit of a cgroup acted, 4,000 pages of files were read in again/,
    silence({ boxMemory: 0.0105, cpu: 0.38, boxCpu: 0.9, refaults: 4_000 }, { availableBytes: none }),
  ],
  [
    'memory of the whole guest, because a cgroup is at its limit',
    'degraded',
    'memory',
    /cgroup's memory/,
    silence({ memory: 0.8, boxMemory: 0.8, maxEvents: 300 }, { availableBytes: scarce }),
  ],
  [
    'memory by a limit of a cgroup that is not sampled: the guest has plenty',
    'degraded',
    'memory',
    /cgroup's memory/,
    silence({ memory: 0.8, boxMemory: 0.8 }),
  ],
  [
    'processes that a limit of tasks refused',
    'starved',
    'tasks',
    /was that of a cgroup at its limit of tasks: a process or thread was refused to it 40 times, and the canary answered/,
    silence({ refusedForks: 40 }),
  ],
  [
    'processes that were refused on a busy host, which has no part in that',
    'starved',
    'tasks',
    /limit of tasks/,
    silence({ refusedForks: 40, cpu: 0.9 }, { host: busyHost }),
  ],
  [
    'memory before tasks',
    'degraded',
    'memory',
    /cgroup's memory/,
    silence({ memory: 0.7, maxEvents: 300, refusedForks: 40 }),
  ],
  [
    'tasks before the CPU that those who fork want',
    'starved',
    'tasks',
    /limit of tasks/,
    silence({ refusedForks: 1, cpu: 0.9 }),
  ],
  [
    'CPU inside of the cgroup',
    'starved',
    'cpu',
    /was for want of CPU inside of the cgroup: some of its tasks waited for a CPU for \d\d % of it, and the canary answered/,
    silence({ cpu: 0.9, boxCpu: 0.9 }),
  ],
  [
    'CPU that the quota of the cgroup allows no more of',
    'starved',
    'cpu',
    /was for want of CPU inside of the cgroup/,
    silence({ cpu: 0.9, cpuFull: 0.8, throttled: 0.8, boxCpu: 0.9 }),
  ],
  [
    'CPU that others in the guest had',
    'starved',
    'guest-cpu',
    /for want of CPU in the guest: tasks of the cgroup waited for a CPU for \d\d % of it/,
    silence({ cpu: 0.9, cpuFull: 0.8, boxCpu: 0.9 }),
  ],
  [
    'disk of the cgroup',
    'starved',
    'disk',
    /was the disk's: some tasks of the cgroup waited for it for \d\d %/,
    silence({ disk: 0.9, boxDisk: 0.9 }),
  ],
  [
    'disk of others in the guest',
    'inconclusive',
    'guest-disk',
    /was the disk's, and not by the cgroup/,
    silence({ boxDisk: 0.9 }),
  ],
  [
    'disk of the cgroup on a host that waits for its own',
    'inconclusive',
    'host',
    /waited for its disk for 40 %/,
    silence({ disk: 0.9 }, { host: () => ({ othersBusyCores: 0, iowaitPercent: 40 }) }),
  ],
  ['memory before CPU', 'degraded', 'memory', /cgroup's memory/, silence({ memory: 0.3, cpu: 0.9 })],
  [
    'CPU inside of the cgroup, and a canary that was silent for less than half of it',
    'starved',
    'cpu',
    /the canary was silent for 2\.\d+ s of it/,
    silence({ cpu: 0.9 }, { canary: silentBetween(FROM, FROM + 2_000) }),
  ],
  [
    'CPU inside of the cgroup, of which no more than allowed is left without the canary',
    'contained',
    'cpu',
    /the canary was silent for 3\.\d+ s of it/,
    silence({ cpu: 0.9 }, { canary: silentBetween(FROM, FROM + 3_500) }),
  ],
  [
    'CPU inside of the cgroup, because the host left the guest none',
    'inconclusive',
    'host',
    /other processes kept 1\.8 of 2 cores busy/,
    silence({ cpu: 0.9 }, { host: busyHost }),
  ],
  [
    'a busy host',
    'inconclusive',
    'host',
    /^The silence of 8\.\d+ s was the host's: other processes kept 1\.8 of 2 cores busy, and the canary answered all the time\.$/,
    silence({}, { host: busyHost }),
  ],
  [
    'a host that is held back itself, of which the speed of its guest tells more than others that are hardly busy',
    'inconclusive',
    'host',
    /other processes kept 0\.3 of 2 cores busy, and the guest was 2\.9 times as slow as usual, and the canary/,
    silence({}, { ...slow(2.9), host: () => ({ othersBusyCores: 0.3, iowaitPercent: 0 }) }),
  ],
  [
    'a busy host that only stretched the part which is not the sleep of throttled tasks',
    'inconclusive',
    'memory',
    /Other processes kept 1\.8 of 2 cores busy: without that it may have lasted 1\.\d\d s, and 5\.00 s are allowed\.$/,
    silence({ memory: 0.04, highEvents: 20 }, { host: busyHost }),
  ],
  [
    'a busy host, and memory for most of it',
    'degraded',
    'memory',
    /cgroup's memory/,
    silence({ memory: 0.9, highEvents: 900 }, { host: busyHost }),
  ],
  [
    'a busy host, and reclaim at memory.max, which is work as well',
    'inconclusive',
    'memory',
    /without that it may have lasted/,
    silence({ memory: 0.9, maxEvents: 900 }, { host: busyHost }),
  ],
  [
    'a guest that is held back by something that no figure of the host shows, as the pace of the canary does',
    'inconclusive',
    'memory',
    /The canary took 6\.0 times as long as at best: without that it may have lasted 2\.\d+ s, and 5\.00 s are allowed\.$/,
    silence({ memory: 0.9, maxEvents: 900 }, { canary: (due) => ({ t: due + (due < FROM ? 20 : 120), ok: true }) }),
  ],
  [
    'a canary that is a little slower than at best, as next to any livelock',
    'degraded',
    'memory',
    /cgroup's memory/,
    silence({ memory: 0.9, maxEvents: 900 }, { canary: (due) => ({ t: due + (due < FROM ? 20 : 40), ok: true }) }),
  ],
  [
    'a guest that is slow by itself, and reclaim, which is work',
    'inconclusive',
    'memory',
    /The guest was 2\.0 times as slow as usual.+without that it may have lasted 4\.\d+ s, and 5\.00 s are allowed\.$/,
    silence({ memory: 0.08, maxEvents: 130 }, slow(2)),
  ],
  [
    'a guest that is slow by itself, and reclaim that takes too long in one of usual speed as well',
    'degraded',
    'memory',
    /cgroup's memory/,
    silence({ memory: 0.08, maxEvents: 130 }, slow(1.5)),
  ],
  [
    'a guest that is slow by itself, and tasks that sleep, which they do for as long in any',
    'degraded',
    'memory',
    /cgroup's memory/,
    silence({ memory: 0.9, highEvents: 900 }, slow(4)),
  ],
  [
    'a guest that is slow by itself on a busy host: both count',
    'inconclusive',
    'memory',
    /Other processes kept 1\.0 of 2 cores busy, and the guest was 1\.5 times as slow as usual.+without that it may have lasted 2\.\d+ s/,
    silence({ memory: 0.9, maxEvents: 900 }, { ...slow(1.5), host: () => ({ othersBusyCores: 1, iowaitPercent: 0 }) }),
  ],
  [
    'a guest that is hardly slower than usual',
    'degraded',
    'memory',
    /cgroup's memory/,
    silence({ memory: 0.9, maxEvents: 900 }, slow(1.2)),
  ],
  [
    'a hypervisor that took CPU time',
    'inconclusive',
    'host',
    /its hypervisor took 60 % of its CPU time/,
    silence({}, { host: () => ({ othersBusyCores: 0, stealPercent: 60 }) }),
  ],
  [
    'a busy host, and a canary that was silent too',
    'contained',
    'host',
    /was the host's: other processes kept 1\.8 of 2 cores busy, and the canary was silent for 8\.\d+ s of it\.$/,
    silence({}, { host: busyHost, canary: silentBetween(FROM, TO) }),
  ],
  [
    'memory, and a canary that was silent for most of it',
    'contained',
    'memory',
    /the canary was silent for 5\.\d+ s/,
    silence({ memory: 0.7 }, { canary: silentBetween(FROM, FROM + 5_000) }),
  ],
  [
    'a guest that stood still: no samples, and no canary',
    'contained',
    'stopped',
    /was that of a guest that stood still: it gave no sample for 8\.\d+ s of it, and the canary was silent for 8\.\d+ s of it\.$/,
    silence({}, { canary: silentBetween(FROM, TO), keep: (entry) => entry.type !== 'sample' || !isStill(entry) }),
  ],
  [
    'a guest without samples, where all waited for a CPU',
    'contained',
    'guest-cpu',
    /for want of CPU in the guest/,
    silence(
      { cpu: 0.9, cpuFull: 0.9, boxCpu: 0.9 },
      { canary: silentBetween(FROM, TO), keep: (entry) => entry.type !== 'sample' || !isStill(entry) },
    ),
  ],
  [
    'a harness that stalled',
    'inconclusive',
    'harness',
    /was the harness' own: it stalled for 5\.00 s/,
    silence({}, { host: (t) => (inIt(t) ? { loopStallMs: 5_000, othersBusyCores: 0 } : quietHost()) }),
  ],
];

const isStill = ({ t }: EntryOf<'sample'>) => t > FROM && t < TO;

for (const [name, outcome, cause, sentence, story] of cells) {
  t.test(`${outcome}: ${name}`, async (t) => {
    const found = judge(compose(story));
    t.equal(found.outcome, outcome, found.reasons.join(' '));
    t.equal(found.evidence.gapCauses?.[0], cause);
    t.ok(
      found.reasons.some((reason) => sentence.test(reason)),
      found.reasons.join(' '),
    );
    t.notMatch(found.reasons.join(' '), /null|undefined|NaN|Infinity/);
  });
}

/** A server that answers all the time of the hold, and each time late; its tasks and the guest wait for this share of it. */
function lateHold(shares: Shares, changes: Partial<Story> = {}): Partial<Story> {
  const rise = (t: number, part = 0) => ({
    someUs: Math.max(0, Math.min(t, TIMES.release) - TIMES.hold) * 1_000 * part,
    fullUs: 0,
  });
  return {
    request: (due) => ({ t: due + (due >= TIMES.hold && due < TIMES.release ? 900 : 20), ok: true }),
    canary: answersAlways,
    host: quietHost,
    cgroup: (t) => ({
      ...cgroupSample(
        t >= TIMES.hold && t < TIMES.release ? TARGET_BYTES : 180 * MIB,
        {},
        rise(t, shares.memory).someUs,
      ),
      cpuStall: rise(t, shares.cpu),
      ioStall: rise(t, shares.disk),
    }),
    box: (t) => ({ memory: rise(t, shares.boxMemory), cpu: rise(t, shares.boxCpu), io: rise(t, shares.boxDisk) }),
    ...changes,
  };
}

t.test('late answers without a long silence have the outcome of their cause too', async (t) => {
  const cases: readonly (readonly [Outcome, RegExp, Partial<Story>])[] = [
    ['degraded', /^The median answer took 0\.90 s during the hold\.$/, lateHold({ memory: 0.6 })],
    ['starved', /The hold of .* was for want of CPU inside of the cgroup/, lateHold({ cpu: 0.9, boxCpu: 0.9 })],
    ['starved', /The hold of .* was the disk's/, lateHold({ disk: 0.9, boxDisk: 0.9 })],
    ['escaped', /^The median answer took 0\.90 s/, lateHold({ boxMemory: 0.8 }, { availableBytes: scarce })],
    ['inconclusive', /The hold of .* has no cause that was seen/, lateHold({})],
  ];
  for (const [outcome, sentence, story] of cases) {
    const found = judge(compose(story));
    t.equal(found.outcome, outcome, found.reasons.join(' '));
    t.ok(
      found.reasons.some((reason) => sentence.test(reason)),
      found.reasons.join(' '),
    );
  }
});

t.test('what the kernel did in the silence counts, and what it did long before does not', async (t) => {
  t.match(judge(compose(silence({}, { more: [kill] }))).evidence.gapCauses, ['memory']);
  t.match(judge(compose(silence({}, { more: [{ ...kill, t: FROM - 5_000 }] }))).evidence.gapCauses, ['unknown']);
});

t.test('whose doing it was decides whether a second try may prove something', async (t) => {
  t.equal(judge(compose(silence({}, { host: busyHost }))).spoiledByHost, true);
  t.equal(judge(compose(silence())).spoiledByHost, false, 'no cause was seen: it would be the same again');
});

t.test('outcomes that rest on a state survive a host that is too busy for anything', async (t) => {
  const spoiled = { host: busyHost, canary: silentBetween(9_500, 53_000), request: silentBetween(9_500, 53_000) };
  t.match(judge(compose(spoiled)), { outcome: 'inconclusive', spoiledByHost: true });
  const outcome = (changes: Partial<Story>) => judge(compose({ ...spoiled, ...changes })).outcome;
  t.equal(outcome({ after: { nRestarts: 1, mainPid: 900 } }), 'unit-stopped');
  t.equal(outcome({ more: [kill] }), 'collateral-kill');
  t.equal(outcome({ after: { listening: false } }), 'wounded');
  t.equal(
    outcome({ cgroup: (at) => cgroupSample(at > 20_000 && at < 30_000 ? 2_100 * MIB : TARGET_BYTES) }),
    'escaped',
  );
});

t.test('a percentile over its bound next to a busy host is open, and missed on a quiet one', async (t) => {
  const slow = silence({ memory: 0.9 }, { expect: { outcomes: ['contained'], longestGapMs: 20_000, p90Ms: 100 } });
  t.match(judge(compose(slow)), { verdict: 'fail', missed: [{ bound: 'p90Ms' }] });
  t.match(judge(compose({ ...slow, host: busyHost })), { verdict: 'inconclusive', spoiledByHost: true });
});

t.test('a server that was silent before the injection has the cause of that in its reason', async (t) => {
  const early = { request: silentBetween(2_000, 4_600), canary: answersAlways };
  const night = (host: Story['host']) => judge(compose({ ...early, host }));
  const busy = night(busyHost);
  t.equal(busy.outcome, 'inconclusive');
  t.match(
    busy.reasons[0],
    /not healthy before the injection: its longest gap was 2\.\d+ s\. The silence of 2\.\d+ s was the host's: other processes kept 1\.8 of 2 cores busy/,
  );
  t.equal(busy.spoiledByHost, true, 'a quieter night may show more');
  const quiet = night(quietHost);
  t.match(quiet.reasons[0], /not healthy before the injection.* has no cause that was seen/);
  t.equal(quiet.spoiledByHost, false);
});

t.test('a starved server is said to have gone without what it waited for', async (t) => {
  const said = (shares: Shares) => {
    const { outcome, evidence } = judge(compose(silence(shares)));
    t.equal(outcome, 'starved');
    return OUTCOMES.starved.sentence(evidence);
  };
  t.match(said({ refusedForks: 40 }), /^the server could start no process or thread, and memory had no part in it: /);
  t.match(said({ cpu: 0.9, boxCpu: 0.9 }), /^the server waited for a CPU, /);
  t.match(said({ disk: 0.9, boxDisk: 0.9 }), /^the server waited for the disk, /);
});
