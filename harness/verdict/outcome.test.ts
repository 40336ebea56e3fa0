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

const said = (unit: string, message: string): Entry => ({ type: 'journal', t: 8_000, unit, message });

const session = (at: number, event: EntryOf<'session'>['event']): Entry => ({ type: 'session', t: at, event });

const cases: readonly (readonly [string, Outcome, RegExp, Partial<Story>])[] = [
  ['the incident, repaired', 'contained', /^Nothing was killed with the hog at 1\.54G\.$/, {}],
  [
    'a hog killed by its limit',
    'contained',
    /^The kernel killed the hog \(1 OOM kill\), and the server kept its process \(PID 412\)\.$/,
    killedByKernel,
  ],
  [
    'a hog killed on the way to its target',
    'contained',
    /killed the hog/,
    { ...killedByKernel, targetBytes: TARGET_BYTES },
  ],

  ['a record cut off', 'inconclusive', /in the middle of the drill/, { end: null }],
  [
    'a drill broken off',
    'inconclusive',
    /^The drill was broken off: QEMU died\.$/,
    { end: { error: { code: 'QEMU_DIED', message: 'QEMU died.' } } },
  ],
  ['no injection', 'inconclusive', /no whole drill/, { keep: ({ type }) => type !== 'injection' }],
  [
    'no hold',
    'inconclusive',
    /no whole drill/,
    { keep: (entry) => !(entry.type === 'phase' && entry.name === 'hold') },
  ],
  [
    'nobody looked at the unit before',
    'inconclusive',
    /no whole drill/,
    { keep: (entry) => !(entry.type === 'unit' && entry.when === 'before') },
  ],
  ['nobody looked at the unit after', 'inconclusive', /no whole drill/, { after: null }],
  ['a hog that was never seen', 'inconclusive', /never seen to grow/, { progress: () => null }],
  [
    'a hog that was never seen has no size',
    'inconclusive',
    /never came to its target of 1\.54G: it was never seen\.$/,
    { progress: () => null },
  ],
  ['a hog that never began', 'inconclusive', /never seen to grow/, { progress: () => hogProgress('starting') }],
  [
    'a hog short of its target',
    'inconclusive',
    /never came to its target of 1\.54G: it was ramping with 1\.37G/,
    { progress: () => hogProgress('ramping') },
  ],
  [
    'a hog that rests elsewhere',
    'inconclusive',
    /never came to its target/,
    { cgroup: () => cgroupSample(TARGET_BYTES * 0.98) },
  ],
  [
    'a hog that systemd ended with the unit, because a killer took the server',
    'unit-stopped',
    /^systemd restarted web@blue\.service \(NRestarts 0 -> 1\)\.$/,
    {
      progress: (at) => hogProgress(at < 12_000 ? 'holding' : 'killed'),
      after: { mainPid: 999, nRestarts: 1 },
      more: [said('earlyoom.service', `sending SIGTERM to process ${SERVER_PID} uid 1000 "MainThread": oom_score 982`)],
    },
  ],
  [
    'a hog that left by itself',
    'inconclusive',
    /did not stay: it was exited/,
    { progress: (at) => hogProgress(at < 12_000 ? 'holding' : 'exited') },
  ],
  [
    'samples lost',
    'inconclusive',
    /^1\d\.\d % of the samples are missing/,
    { keep: (entry) => entry.type !== 'sample' || entry.seq % 8 !== 0 },
  ],
  [
    'a sampler that died in the hold',
    'inconclusive',
    /% of the samples are missing/,
    { keep: (entry) => entry.type !== 'sample' || entry.t < 40_000 },
  ],
  ['no samples', 'inconclusive', /never seen to grow/, { keep: ({ type }) => type !== 'sample' }],
  [
    'requests lost',
    'inconclusive',
    /^\d+\.\d % of the requests are missing/,
    { keep: (entry) => entry.type !== 'probe' || entry.id % 10 !== 0 },
  ],
  [
    'a starved harness',
    'inconclusive',
    /stood still for 3\.00 s/,
    { host: (at) => (at === 20_000 ? { loopStallMs: 3_000 } : {}) },
  ],
  [
    'a host that nobody watched',
    'inconclusive',
    /Nothing is known of how the host fared/,
    { keep: ({ type }) => type !== 'host' },
  ],
  [
    'a guest that has no core to run on',
    'inconclusive',
    /^Others kept 0\.7 of the host's 2 cores busy/,
    { host: () => ({ othersBusyCores: 0.7 }) },
  ],
  [
    'a host that is stolen from',
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
    'a server unwell before',
    'inconclusive',
    /not well before the injection: its longest gap was 2\.\d+ s/,
    { request: silentBetween(2_000, 4_500) },
  ],
  [
    'a server silent before',
    'inconclusive',
    /not well before the injection/,
    { request: (due) => ({ t: due + 1, ok: false, error: 'refused' }) },
  ],
  [
    'no baseline',
    'inconclusive',
    /^Nothing is known of how the server was before the injection\.$/,
    { keep: (entry) => !(entry.type === 'phase' && entry.name === 'baseline') },
  ],
  [
    'a hold shorter than the window',
    'inconclusive',
    /The hold of 45\.0 s is no longer than the watchdog window of 60\.0 s/,
    { watchdog: { kind: 'ping', intervalMs: 20_000, missed: 3, backoffMs: [3_000] } },
  ],

  [
    'memory beyond the limit',
    'escaped',
    /^Memory rose to 2\.05G, past MemoryMax at 2G/,
    { cgroup: (at) => cgroupSample(at > 20_000 && at < 30_000 ? 2_100 * MIB : TARGET_BYTES) },
  ],
  [
    'limits that are not in effect where the hog is, though another killer took it',
    'escaped',
    /^The limits of docker\.slice did not hold where the hog was: the slice of the place is system\.slice, not docker\.slice\.$/,
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
    'an OOM kill of the whole box',
    'escaped',
    /^The whole guest ran out of memory/,
    { ...killedByKernel, more: [kill({ constraint: 'CONSTRAINT_NONE' })] },
  ],
  [
    'an OOM kill of the whole box, which starved the sampler too',
    'escaped',
    /^The whole guest ran out of memory/,
    {
      ...killedByKernel,
      keep: (entry) => entry.type !== 'sample' || entry.seq % 3 !== 0,
      more: [kill({ constraint: 'CONSTRAINT_NONE' })],
    },
  ],
  [
    'an endless hog that lives',
    'escaped',
    /grows past every limit was not killed/,
    { targetBytes: null, limits: { high: null, max: null, swapMax: null } },
  ],
  [
    'an endless hog that comes to the limit and lives',
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
    'an endless hog that is throttled on the way',
    'livelocked',
    /^No client got an answer/,
    { ...livelock, targetBytes: null },
  ],
  [
    'a hog that never comes to rest has no size at rest',
    'livelocked',
    /^The server and the hog were both alive, the hog never at rest; /,
    { ...livelock, targetBytes: null, progress: (at) => (at < TIMES.injection ? null : hogProgress('ramping')) },
  ],
  [
    'an endless hog that is held up and harms nobody',
    'contained',
    /^Nothing was killed, and the hog never came to rest\.$/,
    { targetBytes: null, progress: (at) => (at < TIMES.injection ? null : hogProgress('ramping')) },
  ],
  [
    'an endless reader, whose page cache the kernel takes back',
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
    /^The hog was killed, and the server kept its process/,
    {
      targetBytes: null,
      progress: (at) => (at < TIMES.injection ? null : hogProgress(at < 8_000 ? 'ramping' : 'killed')),
      more: [said('earlyoom.service', `sending SIGTERM to process ${HOG_PID} uid 1000 "ugrep": oom_score 900`)],
    },
  ],
  [
    'an agent that earlyoom ended in place of the hog',
    'collateral-kill',
    /^claude \(PID 430\) was killed, who is no hog/,
    { more: [said('earlyoom.service', `sending SIGTERM to process ${AGENT_PID} uid 1000 "claude": badness 300`)] },
  ],
  [
    'a unit that systemd-oomd ended with the hog in it',
    'unit-stopped',
    /NRestarts 0 -> 1/,
    {
      progress: (at) => (at < TIMES.injection ? null : hogProgress(at < 8_000 ? 'ramping' : 'killed')),
      after: { nRestarts: 1, mainPid: 900 },
      more: [
        said('systemd-oomd.service', `Killed ${CGROUP} due to memory pressure for ${CGROUP} being 48.25% > 20.00%`),
      ],
    },
  ],
  ['a box out of memory', 'escaped', /down to 30M of available memory/, { availableBytes: () => 30 * MIB }],

  [
    'a failed unit',
    'unit-stopped',
    /for failed \(Result=oom-kill\)/,
    { after: { activeState: 'failed', result: 'oom-kill', mainPid: 0 } },
  ],
  [
    'a unit that is on its way back',
    'unit-stopped',
    /for activating/,
    { after: { activeState: 'activating', result: 'oom-kill', mainPid: 0 } },
  ],
  ['a unit with a kill for its result', 'unit-stopped', /ended .* for an OOM kill/, { after: { result: 'oom-kill' } }],
  ['a restarted unit', 'unit-stopped', /NRestarts 0 -> 1/, { after: { nRestarts: 1, mainPid: 900 } }],
  ['another process serves', 'unit-stopped', /PID 412 -> 900/, { after: { mainPid: 900 } }],

  [
    'an agent killed',
    'collateral-kill',
    /^node \(PID 430\) was killed, who is no hog/,
    { more: [kill({ pid: AGENT_PID, comm: 'node' })] },
  ],
  ["an agent of the hog's name killed", 'collateral-kill', /PID 430/, { more: [kill({ pid: AGENT_PID })] }],
  [
    'a group kill: the log names only the first victim as chosen',
    'collateral-kill',
    /^node \(PID 431\) was killed/,
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
    'a bystander gone',
    'collateral-kill',
    /^agent \(PID 430\) did not live through the drill/,
    {
      more: [{ type: 'bystander', t: 57_999, name: 'agent', when: 'after', pid: AGENT_PID, alive: false }],
      keep: (entry) => !(entry.type === 'bystander' && entry.when === 'after' && entry.alive),
    },
  ],

  [
    'the incident',
    'livelocked',
    /^No client got an answer for 45\.\d s, longer than the watchdog window of 20\.0 s, and the kernel killed nobody\.$/,
    livelock,
  ],
  [
    'silent to the end',
    'livelocked',
    /No client got an answer for 4\d\.\d s/,
    { request: silentBetween(10_000, Number.POSITIVE_INFINITY) },
  ],
  [
    'silent from late in the hold to the end',
    'livelocked',
    /No client got an answer for 2\d\.\d s/,
    { request: silentBetween(36_000, Number.POSITIVE_INFINITY) },
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
    'a heartbeat that stays well while the work hangs',
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

  ['no listener any more', 'wounded', /active but nothing listens/, { after: { listening: false } }],
  [
    'refused at the end',
    'wounded',
    /did not answer at the end/,
    { request: (due) => (due < 54_000 ? { t: due + 30, ok: true } : { t: due + 1, ok: false, error: 'refused' }) },
  ],
  [
    'stuck at the end, its requests still open',
    'wounded',
    /did not answer at the end/,
    { times: { ...TIMES, end: 64_000 }, request: silentBetween(56_000, Number.POSITIVE_INFINITY) },
  ],
  [
    'a session that stays away',
    'wounded',
    /session did not come back/,
    {
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
    { request: silentBetween(20_000, 28_000) },
  ],
  [
    "a gap over the scenario's bound",
    'degraded',
    /more than 2\.00 s/,
    { expect: { outcomes: ['contained'], longestGapMs: 2_000 }, request: silentBetween(20_000, 23_000) },
  ],
  [
    'slow answers',
    'degraded',
    /^The median answer took 0\.90 s in the hold/,
    { request: (due) => ({ t: due + (due > 9_000 ? 900 : 30), ok: true }) },
  ],
  [
    'most requests fail, now and then one is answered',
    'degraded',
    /Most requests of the hold got no answer/,
    {
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
    t.notMatch(found.reasons.join(' '), /null|undefined|NaN|Infinity/, 'what is not known is called unknown');
    t.end();
  });
}

t.equal(decide({ host: () => ({ stealPercent: 30 }) }).spoiledByHost, true, 'the host is to blame');
t.equal(decide({ progress: () => null }).spoiledByHost, false, 'the hog is to blame, and not the host');
t.equal(decide().spoiledByHost, false);

t.equal(decide({ serverTask: () => 'D' }).outcome, 'contained', `the server (PID ${SERVER_PID}) may sleep as it likes`);
