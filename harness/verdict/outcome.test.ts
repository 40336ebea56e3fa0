import t from 'tap';
import { MIB } from '../core/bytes.js';
import type { Entry, EntryOf, Outcome } from '../record/schema.js';
import { study } from '../study/study.js';
import {
  AGENT_PID,
  CGROUP,
  cgroupSample,
  compose,
  HOG_PID,
  hogProgress,
  SERVER_PID,
  type Story,
  shortOfMemoryBetween,
  silentBetween,
  TARGET_BYTES,
  TIMES,
} from '../testing/record.js';
import { decideOutcome } from './outcome.js';

const decide = (changes: Partial<Story> = {}) => {
  const record = compose(changes);
  return decideOutcome(study(record), record.header);
};

const kill = (changes: Partial<EntryOf<'kill'>> = {}): Entry => ({
  type: 'kill',
  t: 8_000,
  pid: HOG_PID,
  comm: 'ugrep',
  constraint: 'CONSTRAINT_MEMCG',
  ...changes,
});

const killedByKernel: Partial<Story> = {
  targetBytes: null,
  progress: (at) => (at < TIMES.injection ? null : hogProgress(at < 8_000 ? 'ramping' : 'killed')),
  cgroup: (at) => (at < 8_000 ? cgroupSample(180 * MIB) : cgroupSample(180 * MIB, { max: 120, oom: 1, oom_kill: 1 })),
  more: [kill()],
};

const livelock: Partial<Story> = {
  limits: { high: 1_536 * MIB, max: 2_048 * MIB, swapMax: 0 },
  request: silentBetween(10_000, 55_000),
  cgroup: (at) =>
    at < TIMES.hold
      ? cgroupSample(180 * MIB)
      : cgroupSample(at < TIMES.release ? TARGET_BYTES : 180 * MIB, { high: at - TIMES.hold }, (at - TIMES.hold) * 730),
};

const journal = (unit: string, message: string): Entry => ({ type: 'journal', t: 8_000, unit, message });

/** A process of the server, before and not after. */
const endedAgent: readonly Entry[] = [
  { type: 'bystander', t: 1_000, name: 'agent', when: 'before', pid: AGENT_PID, alive: true, ofServer: true },
  { type: 'bystander', t: 57_999, name: 'agent', when: 'after', pid: AGENT_PID, alive: false },
];

const session = (at: number, event: EntryOf<'session'>['event']): Entry => ({ type: 'session', t: at, event });

const cases: readonly (readonly [string, Outcome, RegExp, Partial<Story>])[] = [
  [
    'the incident, repaired',
    'contained',
    /^Nothing was killed while the hog held, with memory\.current at 1\.54G\.$/,
    {},
  ],
  [
    'a hog killed by its limit',
    'contained',
    /^The kernel killed ugrep \(PID 733, injection hog\) 2\.00 s after the injection, at the memory\.max of a cgroup that the log does not name\.$/,
    killedByKernel,
  ],
  [
    'a hog killed on the way to its target',
    'contained',
    /killed ugrep \(PID 733, injection hog\)/,
    { ...killedByKernel, targetBytes: TARGET_BYTES },
  ],

  ['a record that was cut off', 'inconclusive', /in the middle of the drill/, { end: null }],
  [
    'a drill that an error stopped',
    'inconclusive',
    /^The drill did not finish: QEMU died\.$/,
    { end: { error: { code: 'QEMU_DIED', message: 'QEMU died.' } } },
  ],
  ['no injection', 'inconclusive', /record is not complete/, { keep: ({ type }) => type !== 'injection' }],
  [
    'no hold',
    'inconclusive',
    /record is not complete/,
    { keep: (entry) => !(entry.type === 'phase' && entry.name === 'hold') },
  ],
  [
    'the state of the unit before is missing',
    'inconclusive',
    /record is not complete/,
    { keep: (entry) => !(entry.type === 'unit' && entry.when === 'before') },
  ],
  ['the state of the unit after is missing', 'inconclusive', /record is not complete/, { after: null }],
  ['a hog without samples', 'inconclusive', /Whether the hog hog grows is not known/, { progress: () => null }],
  [
    'a hog without samples has no size',
    'inconclusive',
    /^Whether the hog hog grows is not known: no sample shows it\.$/,
    { progress: () => null },
  ],
  [
    'a hog that never started to grow',
    'inconclusive',
    /never seen to grow/,
    { progress: () => hogProgress('starting') },
  ],
  [
    'a hog of which the last sample is old, with the size of its start',
    'inconclusive',
    /it was ramping with 0B when it was last seen, 47\.\d s before the release\.$/,
    {
      progress: (at) => (at < TIMES.injection ? null : hogProgress('ramping', { value: 0 })),
      keep: (entry) => entry.type !== 'sample' || entry.t < TIMES.injection + 500,
    },
  ],
  [
    'a hog short of its target',
    'inconclusive',
    /never reached its target of 1\.54G: it was ramping with 1\.37G/,
    { progress: () => hogProgress('ramping') },
  ],
  [
    'memory settles below the target',
    'inconclusive',
    /never reached its target/,
    { cgroup: () => cgroupSample(TARGET_BYTES * 0.98) },
  ],
  [
    'a hog that systemd ended with the unit, because a killer took the server',
    'unit-stopped',
    /^systemd restarted web@blue\.service \(NRestarts 0 -> 1\)\.$/,
    {
      progress: (at) => hogProgress(at < 12_000 ? 'holding' : 'killed'),
      after: { mainPid: 999, nRestarts: 1 },
      more: [
        journal('earlyoom.service', `sending SIGTERM to process ${SERVER_PID} uid 1000 "MainThread": oom_score 982`),
      ],
    },
  ],
  [
    'a hog that ended by itself',
    'inconclusive',
    /did not stay: its state was "exited"/,
    { progress: (at) => hogProgress(at < 12_000 ? 'holding' : 'exited') },
  ],
  [
    'samples are missing',
    'inconclusive',
    /^1\d\.\d % of the samples are missing/,
    { keep: (entry) => entry.type !== 'sample' || entry.seq % 8 !== 0 },
  ],
  [
    'a sampler that died during the hold',
    'inconclusive',
    /% of the samples are missing/,
    { keep: (entry) => entry.type !== 'sample' || entry.t < 40_000 },
  ],
  ['no samples', 'inconclusive', /Whether the hog hog grows is not known/, { keep: ({ type }) => type !== 'sample' }],
  [
    'requests are missing',
    'inconclusive',
    /^\d+\.\d % of the requests are missing/,
    { keep: (entry) => entry.type !== 'probe' || entry.id % 10 !== 0 },
  ],
  [
    'the harness stalled',
    'inconclusive',
    /stalled for 3\.00 s/,
    { host: (at) => (at === 20_000 ? { loopStallMs: 3_000 } : {}) },
  ],
  [
    'a host without measurements',
    'inconclusive',
    /^How busy the host was is not known\.$/,
    { keep: ({ type }) => type !== 'host' },
  ],
  [
    'a host that is too busy for the guest',
    'inconclusive',
    /^Other processes kept 0\.7 of the host's 2 cores busy/,
    { host: () => ({ othersBusyCores: 0.7 }) },
  ],
  [
    'a host whose CPU time is stolen',
    'inconclusive',
    /^30 % of the host's CPU time/,
    { host: () => ({ stealPercent: 30 }) },
  ],
  [
    'a host clock that jumped',
    'inconclusive',
    /clock jumped by 60\.0 s/,
    { host: (at) => ({ clockDriftMs: at < 20_000 ? 0 : 60_000 }) },
  ],
  [
    'a server that is slow before the injection',
    'inconclusive',
    /not healthy before the injection: its longest gap was 2\.\d+ s/,
    { request: silentBetween(2_000, 4_500) },
  ],
  [
    'a server that is silent before the injection',
    'inconclusive',
    /not healthy before the injection/,
    { request: (due) => ({ t: due + 1, ok: false, error: 'refused' }) },
  ],
  [
    'no baseline',
    'inconclusive',
    /^Whether the server was healthy before the injection is not known\.$/,
    { keep: (entry) => !(entry.type === 'phase' && entry.name === 'baseline') },
  ],
  [
    'a hold shorter than the window',
    'inconclusive',
    /The hold of 45\.0 s is not longer than the watchdog window of 60\.0 s/,
    { watchdog: { kind: 'ping', intervalMs: 20_000, missed: 3, backoffMs: [3_000] } },
  ],

  [
    'memory past the limit',
    'escaped',
    /^Memory rose to 2\.05G, past MemoryMax=2G\./,
    { cgroup: (at) => cgroupSample(at > 20_000 && at < 30_000 ? 2_100 * MIB : TARGET_BYTES) },
  ],
  [
    'limits that are not in effect for the hog, though it was killed for another reason',
    'escaped',
    /^The limits of docker\.slice were not in effect for the hog: the slice of the place is system\.slice, not docker\.slice\.$/,
    {
      ...killedByKernel,
      keep: (entry) => entry.type !== 'effect' || entry.checks.length > 0,
      more: [
        kill(),
        {
          type: 'effect',
          t: 0,
          unit: 'docker.slice',
          cgroup: '/system.slice',
          limits: { high: null, max: null, swapMax: null },
          checks: [{ what: 'the slice of the place', wanted: 'docker.slice', found: 'system.slice', ok: false }],
        },
      ],
    },
  ],
  [
    'an OOM kill for the whole guest',
    'escaped',
    /^The whole guest ran out of memory/,
    { ...killedByKernel, more: [kill({ constraint: 'CONSTRAINT_NONE' })] },
  ],
  [
    'an OOM kill for the whole guest, where the sampler was starved too',
    'escaped',
    /^The whole guest ran out of memory/,
    {
      ...killedByKernel,
      keep: (entry) => entry.type !== 'sample' || entry.seq % 3 !== 0,
      more: [kill({ constraint: 'CONSTRAINT_NONE' })],
    },
  ],
  [
    'a hog that grows without end and lives',
    'escaped',
    /grows past every limit was not killed/,
    { targetBytes: null, limits: { high: null, max: null, swapMax: null } },
  ],
  [
    'a hog that grows without end, reaches the limit and lives',
    'escaped',
    /grows past every limit was not killed/,
    { targetBytes: null, cgroup: () => cgroupSample(2_047 * MIB) },
  ],
  [
    'a hog that is stuck on its way to its target',
    'livelocked',
    /^No client got an answer/,
    {
      ...livelock,
      progress: (at) => (at < TIMES.injection ? null : hogProgress(at < TIMES.release ? 'ramping' : 'killed')),
    },
  ],
  [
    'a hog that grows without end and is throttled on the way',
    'livelocked',
    /^No client got an answer/,
    { ...livelock, targetBytes: null },
  ],
  [
    'a hog that never stops growing has no plateau',
    'livelocked',
    /^The server and the hog were both alive, and no sample shows memory on a plateau\.$/,
    { ...livelock, targetBytes: null, progress: (at) => (at < TIMES.injection ? null : hogProgress('ramping')) },
  ],
  [
    'a hog that grows without end, is slowed down and harms nothing',
    'contained',
    /^Nothing was killed, and no sample shows the hog on a plateau\.$/,
    { targetBytes: null, progress: (at) => (at < TIMES.injection ? null : hogProgress('ramping')) },
  ],
  [
    'a reader without end, whose page cache the kernel reclaims',
    'contained',
    /^Nothing was killed/,
    {
      targetBytes: null,
      cgroup: () => cgroupSample(2_047 * MIB),
      keep: (entry) => entry.type !== 'injection' || entry.memory === 'page-cache',
      more: [
        {
          type: 'injection',
          t: 6_000,
          kind: 'memory-hog',
          words: { noun: 'hog', verb: 'grow' },
          name: 'hog',
          comm: 'ugrep',
          cgroup: '/',
          targetBytes: null,
          describes: 'past MemoryMax',
          memory: 'page-cache',
        },
      ],
    },
  ],
  [
    'a hog that earlyoom ended',
    'contained',
    /^earlyoom sent SIGTERM to ugrep \(PID 733, injection hog\) 2\.00 s after the injection/,
    {
      targetBytes: null,
      progress: (at) => (at < TIMES.injection ? null : hogProgress(at < 8_000 ? 'ramping' : 'killed')),
      more: [journal('earlyoom.service', `sending SIGTERM to process ${HOG_PID} uid 1000 "ugrep": oom_score 900`)],
    },
  ],
  [
    'an agent that earlyoom ended in place of the hog',
    'collateral-kill',
    /^earlyoom sent SIGTERM to claude \(PID 430, bystander agent\) .*; it is not the hog\./,
    { more: [journal('earlyoom.service', `sending SIGTERM to process ${AGENT_PID} uid 1000 "claude": badness 300`)] },
  ],
  [
    'a unit that systemd-oomd ended with the hog in it',
    'unit-stopped',
    /NRestarts 0 -> 1/,
    {
      progress: (at) => (at < TIMES.injection ? null : hogProgress(at < 8_000 ? 'ramping' : 'killed')),
      after: { nRestarts: 1, mainPid: 900 },
      more: [
        journal('systemd-oomd.service', `Killed ${CGROUP} due to memory pressure for ${CGROUP} being 48.25% > 20.00%`),
      ],
    },
  ],
  [
    'a guest out of memory',
    'escaped',
    /^Only 30M of memory was available in the whole guest\.$/,
    { availableBytes: () => 30 * MIB },
  ],
  [
    'a guest out of memory that starves the sampler as well',
    'escaped',
    /^Only 30M of memory was available in the whole guest\.$/,
    { availableBytes: () => 30 * MIB, keep: (entry) => entry.type !== 'sample' || entry.seq % 20 < 8 },
  ],

  [
    'a failed unit',
    'unit-stopped',
    /^systemd shows web@blue\.service as failed \(Result=oom-kill\)\.$/,
    { after: { activeState: 'failed', result: 'oom-kill', mainPid: 0 } },
  ],
  [
    'a unit that is starting again',
    'unit-stopped',
    /as activating/,
    { after: { activeState: 'activating', result: 'oom-kill', mainPid: 0 } },
  ],
  [
    'a unit whose result is an OOM kill',
    'unit-stopped',
    /ended .* because of an OOM kill/,
    { after: { result: 'oom-kill' } },
  ],
  ['a restarted unit', 'unit-stopped', /NRestarts 0 -> 1/, { after: { nRestarts: 1, mainPid: 900 } }],
  ['another process serves', 'unit-stopped', /PID 412 -> 900/, { after: { mainPid: 900 } }],

  [
    'an agent killed',
    'collateral-kill',
    /^The kernel killed node \(PID 430, bystander agent\) .*; it is not the hog\./,
    { more: [kill({ pid: AGENT_PID, comm: 'node' })] },
  ],
  ["an agent of the hog's name killed", 'collateral-kill', /PID 430/, { more: [kill({ pid: AGENT_PID })] }],
  [
    'a group kill: the log names only the first victim as chosen',
    'collateral-kill',
    /^The kernel killed node \(PID 431\)/,
    {
      ...killedByKernel,
      more: [
        kill(),
        {
          type: 'journal',
          t: 8_001,
          unit: 'kernel',
          message: 'Memory cgroup out of memory: Killed process 431 (node) total-vm:1kB',
        },
      ],
    },
  ],
  [
    'a bystander that is gone',
    'collateral-kill',
    /^agent \(PID 430\) was gone after the drill/,
    {
      more: [{ type: 'bystander', t: 57_999, name: 'agent', when: 'after', pid: AGENT_PID, alive: false }],
      keep: (entry) => !(entry.type === 'bystander' && entry.when === 'after' && entry.alive),
    },
  ],
  [
    'a process of the server that ended by itself, as with its connection',
    'contained',
    /^Nothing was killed/,
    { more: endedAgent, keep: (entry) => entry.type !== 'bystander' || endedAgent.includes(entry) },
  ],
  [
    'a process of the server that is gone after a kill',
    'collateral-kill',
    /^agent \(PID 430\) was gone after the drill/,
    {
      ...killedByKernel,
      more: [kill(), ...endedAgent],
      keep: (entry) => entry.type !== 'bystander' || endedAgent.includes(entry),
    },
  ],

  [
    'the incident',
    'livelocked',
    /^No client got an answer for 45\.\d s, longer than the watchdog window of 20\.0 s, and the kernel killed nothing\.$/,
    livelock,
  ],
  [
    'silent to the end',
    'livelocked',
    /No client got an answer for 4\d\.\d s/,
    { ...shortOfMemoryBetween(10_000, Number.POSITIVE_INFINITY) },
  ],
  [
    'silent from late in the hold to the end',
    'livelocked',
    /No client got an answer for 2\d\.\d s/,
    { ...shortOfMemoryBetween(36_000, Number.POSITIVE_INFINITY) },
  ],
  [
    'handshakes without answers',
    'livelocked',
    /No client got an answer/,
    {
      ...livelock,
      request: (due) =>
        due < 10_000 || due > 55_000 ? { t: due + 30, ok: true } : { t: due + 20, ok: false, error: 'closed' },
    },
  ],
  [
    'heartbeats that are answered while requests are not',
    'livelocked',
    /No client got an answer/,
    {
      ...livelock,
      more: [
        session(2_000, 'connected'),
        ...[10_000, 20_000, 30_000, 40_000, 50_000].map((at) => session(at, 'answered')),
      ],
    },
  ],

  ['no listener any more', 'wounded', /active, but nothing listens/, { after: { listening: false } }],
  [
    'refused at the end',
    'wounded',
    /did not answer at the end/,
    {
      ...shortOfMemoryBetween(54_000, 58_000),
      request: (due) => (due < 54_000 ? { t: due + 30, ok: true } : { t: due + 1, ok: false, error: 'refused' }),
    },
  ],
  [
    'silent at the end, with requests still open',
    'wounded',
    /did not answer at the end/,
    { times: { ...TIMES, end: 64_000 }, ...shortOfMemoryBetween(56_000, Number.POSITIVE_INFINITY) },
  ],
  [
    'a session that does not come back',
    'wounded',
    /session did not come back/,
    {
      ...shortOfMemoryBetween(28_000, 30_000),
      more: [
        session(2_000, 'answered'),
        session(30_000, 'dropped-by-watchdog'),
        session(30_001, 'closed'),
        session(56_000, 'failed'),
      ],
    },
  ],

  [
    'a gap under the window',
    'degraded',
    /^The longest gap between two answers was 8\.\d+ s, more than 5\.00 s\.$/,
    { ...shortOfMemoryBetween(20_000, 28_000) },
  ],
  [
    "a gap over the scenario's bound",
    'degraded',
    /more than 2\.00 s/,
    { expect: { outcomes: ['contained'], longestGapMs: 2_000 }, ...shortOfMemoryBetween(20_000, 23_000) },
  ],
  [
    'slow answers',
    'degraded',
    /^The median answer took 0\.90 s during the hold/,
    {
      ...shortOfMemoryBetween(9_000, 54_000),
      request: (due) => ({ t: due + (due > 9_000 ? 900 : 30), ok: true }),
    },
  ],
  [
    'most requests fail, and some are answered',
    'degraded',
    /Most requests during the hold got no answer/,
    {
      ...shortOfMemoryBetween(9_000, 54_000),
      request: (due) =>
        due < 9_000 || due > 54_000 || due % 1_000 === 0
          ? { t: due + 30, ok: true }
          : { t: due + 10, ok: false, error: 'reset' },
    },
  ],
  [
    'a long gap with a kill in it',
    'degraded',
    /The longest gap/,
    { ...killedByKernel, request: silentBetween(8_000, 40_000) },
  ],
  [
    'a long gap with a kill that only the counter saw',
    'degraded',
    /The longest gap/,
    {
      ...livelock,
      cgroup: (at) => cgroupSample(at < 9_000 ? 180 * MIB : TARGET_BYTES, { oom_kill: at < 20_000 ? 0 : 1 }),
    },
  ],
  [
    'a long gap of a server that was dead',
    'degraded',
    /The longest gap/,
    { ...livelock, serverTask: (at) => (at < 20_000 ? 'S' : 'Z') },
  ],
];

for (const [name, outcome, reason, changes] of cases) {
  t.test(`${outcome}: ${name}`, (t) => {
    const found = decide(changes);
    t.equal(found.outcome, outcome, found.reasons.join(' '));
    t.ok(
      found.reasons.some((sentence) => reason.test(sentence)),
      found.reasons.join(' '),
    );
    t.ok(
      found.reasons.every((sentence) => /^[A-Z0-9a-z].*\.$/.test(sentence)),
      'reasons are sentences',
    );
    t.notMatch(found.reasons.join(' '), /null|undefined|NaN|Infinity/, 'no missing value is printed as a number');
    t.end();
  });
}

t.equal(decide({ host: () => ({ stealPercent: 30 }) }).spoiledByHost, true, 'the host is to blame');
t.equal(decide({ progress: () => null }).spoiledByHost, false, 'the hog is to blame, not the host');
t.equal(decide().spoiledByHost, false);

t.equal(
  decide({ serverTask: () => 'D' }).outcome,
  'contained',
  `the server (PID ${SERVER_PID}) may be in any sleep state`,
);
