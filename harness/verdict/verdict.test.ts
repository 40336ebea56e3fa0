import t from 'tap';
import { MIB } from '../core/bytes.js';
import type { Entry, Expectation } from '../record/schema.js';
import {
  AGENT_PID,
  cgroupSample,
  compose,
  HOG_PID,
  hogProgress,
  type Story,
  shortOfMemoryBetween,
  TARGET_BYTES,
  TIMES,
} from '../testing/record.js';
import { decideExitCode } from './exit-code.js';
import { summarize, summarizeRecord } from './summarize.js';
import type { Verdict } from './summary.js';
import { judge } from './verdict.js';

const contained = (more: Partial<Expectation>): Expectation => ({ outcomes: ['contained'], ...more });
const kill = (pid: number, comm: string): Entry => ({
  type: 'kill',
  t: 8_000,
  pid,
  comm,
  constraint: 'CONSTRAINT_MEMCG',
});
/** A cgroup that swaps so much out during the hold; only every tenth sample has the figure. */
const swapping =
  (bytes: number): Story['cgroup'] =>
  (t) => {
    const held = t >= TIMES.hold && t < TIMES.release;
    const sample = cgroupSample(held ? TARGET_BYTES : 180 * MIB);
    return t % 1_000 === 0 ? { ...sample, swap: held ? bytes : 0 } : sample;
  };

/** One request a second to a sidecar. */
const sidecarProbes = (answers: (t: number) => boolean): Entry[] =>
  Array.from({ length: 57 }, (_, id) => ({
    type: 'sidecar',
    unit: 'heartbeat.socket',
    id,
    scheduledT: id * 1_000,
    t: id * 1_000 + 20,
    ok: answers(id * 1_000),
  }));

/** A login every 5 s, of which each takes a second and costs 1.2 s of CPU time. */
const logins = (comesThrough: (t: number) => boolean): Entry[] =>
  Array.from({ length: 12 }, (_, id) => {
    const [scheduledT, ok] = [id * 5_000, comesThrough(id * 5_000)];
    return ok
      ? {
          type: 'login',
          id,
          scheduledT,
          t: scheduledT + 1_000,
          ok,
          cpuUs: { sshd: id * 1_000_000, sessions: id * 200_000 },
        }
      : { type: 'login', id, scheduledT, t: scheduledT + 4_000, ok, error: 'failed', said: 'Connection refused' };
  });

/** No one can log in for 26 s while the whole guest waits for memory. */
const thrashing: Partial<Story> = {
  more: logins((t) => t < 15_000 || t >= 35_000),
  request: (due) => ({ t: due + 30, ok: true }),
  canary: (due) => ({ t: due + 30, ok: true }),
  availableBytes: (t) => (t > 10_000 && t < 40_000 ? 150 * MIB : 1_024 * MIB),
  box: (t) => ({ memory: { someUs: t * 900, fullUs: t * 900 } }),
};

/** The state of the hog's own unit after the drill. */
const ownUnit = (activeState: string): Entry => ({
  type: 'unit',
  t: 57_000,
  when: 'after',
  role: 'pane',
  unit: 'tmux-spawn-1.scope',
  mainPid: 0,
  nRestarts: 0,
  activeState,
  subState: 'x',
  result: activeState === 'failed' ? 'oom-kill' : 'success',
  listening: false,
});

const secondHog: Entry = {
  type: 'injection',
  t: 8_500,
  kind: 'memory-hog',
  words: { noun: 'hog', verb: 'grow' },
  name: 'second',
  comm: 'second',
  cgroup: '/',
  targetBytes: null,
  describes: 'past MemoryMax',
};

/** For each bound of the expectation, a drill that keeps it and one that does not. */
const bounds: readonly (readonly [string, Partial<Story>, Verdict, RegExp])[] = [
  ['the outcome alone', { expect: contained({}) }, 'pass', /^Nothing was killed/],
  ['nothing killed, and nothing was', { expect: contained({ killed: 'none' }) }, 'pass', /^Nothing was killed/],
  [
    'nothing killed, but the hog was',
    { expect: contained({ killed: 'none' }), more: [kill(HOG_PID, 'ugrep')] },
    'fail',
    /^Nothing should have been killed, but the kernel killed ugrep \(PID 733, injection hog\) .*\.$/,
  ],
  [
    'nothing killed, but kills were not counted',
    { expect: { outcomes: ['inconclusive'], killed: 'none' }, keep: ({ type }) => type !== 'sample' },
    'fail',
    /^Nothing should have been killed, but kills were not counted\.$/,
  ],
  [
    'the hog killed, but it was not',
    { expect: contained({ killed: 'injections' }) },
    'fail',
    /^The hog and nothing else should have been killed/,
  ],
  [
    'the hog killed, and it was',
    { expect: contained({ killed: 'injections' }), more: [kill(HOG_PID, 'ugrep')] },
    'pass',
    /^The kernel killed ugrep \(PID 733/,
  ],
  [
    'the hog killed, but earlyoom only logged that it would, in a dry run',
    {
      expect: contained({ killed: 'injections' }),
      more: [
        `sending SIGTERM to process ${HOG_PID} uid 0 "ugrep": oom_score 762`,
        'dryrun, not actually sending any signal',
      ].map((message) => ({ type: 'journal', t: 8_000, unit: 'earlyoom.service', message })),
    },
    'fail',
    /^The hog and nothing else should have been killed/,
  ],
  [
    'only the hog killed, but an agent was too',
    {
      expect: { outcomes: ['collateral-kill'], killed: 'injections' },
      more: [kill(HOG_PID, 'ugrep'), kill(AGENT_PID, 'node')],
    },
    'fail',
    /^The hog and nothing else should have been killed/,
  ],
  [
    'at least one hog killed, and one of two was',
    { expect: { outcomes: ['inconclusive'], killed: 'some-injections' }, more: [secondHog, kill(HOG_PID, 'ugrep')] },
    'pass',
    /^Whether the hog second grows is not known/,
  ],
  [
    'at least one hog killed, but none was',
    { expect: contained({ killed: 'some-injections' }) },
    'fail',
    /^At least one hog and nothing else should have been/,
  ],
  [
    'the kernel the first to kill, and it was',
    { expect: contained({ firstKiller: 'kernel' }), more: [kill(HOG_PID, 'ugrep')] },
    'pass',
    /^The kernel killed ugrep \(PID 733/,
  ],
  [
    'systemd-oomd the first to kill, but the kernel was',
    { expect: contained({ firstKiller: 'systemd-oomd' }), more: [kill(HOG_PID, 'ugrep')] },
    'fail',
    /^systemd-oomd should have been the first to kill, but the kernel killed ugrep \(PID 733, injection /,
  ],
  [
    'the kernel the first to kill, but earlyoom was',
    {
      expect: contained({ firstKiller: 'kernel' }),
      more: [
        {
          type: 'journal',
          t: 7_000,
          unit: 'earlyoom.service',
          message: `sending SIGTERM to process ${HOG_PID} uid 0 "ugrep": oom_score 762`,
        },
        kill(HOG_PID, 'ugrep'),
      ],
    },
    'fail',
    /^The kernel should have been the first to kill, but earlyoom sent SIGTERM to ugrep/,
  ],
  [
    'earlyoom the first to kill, but nothing was killed',
    { expect: contained({ firstKiller: 'earlyoom' }) },
    'fail',
    /^earlyoom should have been the first to kill, but no log shows a kill\.$/,
  ],
  [
    "the hog's unit left running",
    { expect: contained({ placeLives: true }), more: [ownUnit('active')] },
    'pass',
    /^Nothing was/,
  ],
  [
    "the hog's unit left running, but it was stopped",
    { expect: { outcomes: ['unit-stopped'], placeLives: true }, more: [ownUnit('failed')] },
    'fail',
    /^systemd should have left the hog's own unit running, but it did not\.$/,
  ],
  [
    "the hog's unit left running, but its state was not recorded",
    { expect: contained({ placeLives: true }) },
    'fail',
    /^Whether systemd stopped the hog's own unit is not known\.$/,
  ],
  [
    "the hog's unit stopped, but it was left running",
    { expect: contained({ placeLives: false }), more: [ownUnit('active')] },
    'fail',
    /^systemd should have stopped the hog's own unit, but it did not\.$/,
  ],
  [
    "the hog's unit stopped, and it was",
    { expect: { outcomes: ['unit-stopped'], placeLives: false }, more: [ownUnit('failed')] },
    'pass',
    /^systemd shows tmux-spawn-1\.scope as failed \(Result=oom-kill\)/,
  ],
  [
    'a container is started again',
    { expect: { outcomes: ['unit-stopped'] }, after: { mainPid: 999, nRestarts: 1, supervisor: 'Docker' } },
    'pass',
    /^Docker restarted \S+ \(NRestarts 0 -> 1\)\.$/,
  ],
  [
    'a container is not started again',
    {
      expect: { outcomes: ['unit-stopped'] },
      after: { mainPid: 0, activeState: 'failed', result: 'oom-kill', supervisor: 'Docker' },
    },
    'pass',
    /^Docker shows \S+ as failed \(Result=oom-kill\)\.$/,
  ],
  [
    'the server loses its process, but it kept it',
    { expect: contained({ sameServer: false }) },
    'fail',
    /^The server should have lost its process/,
  ],
  [
    'the server loses its process, and it did',
    { expect: { outcomes: ['unit-stopped'], sameServer: false }, after: { mainPid: 999, nRestarts: 1 } },
    'pass',
    /^systemd restarted/,
  ],
  [
    'no high events, but there were some',
    {
      expect: contained({ highEvents: 0 }),
      cgroup: (at) => cgroupSample(at < TIMES.hold ? 1 : TARGET_BYTES, { high: at < TIMES.hold ? 0 : 7 }),
    },
    'fail',
    /^There should have been 0 high events, but there were 7\.$/,
  ],
  [
    'no high events, but they were not counted',
    { expect: { outcomes: ['inconclusive'], highEvents: 0 }, keep: ({ type }) => type !== 'sample' },
    'fail',
    /the count is not known/,
  ],
  [
    'a stall that was expected',
    {
      expect: contained({ fullStallPercent: 50 }),
      cgroup: (at) => cgroupSample(at < TIMES.hold ? 1 : TARGET_BYTES, {}, at * 700),
    },
    'pass',
    /^Nothing was killed/,
  ],
  [
    'a stall that was expected, but did not happen',
    { expect: contained({ fullStallPercent: 50 }) },
    'fail',
    /should have been 50 % of the hold or more, but it was 0 %\.$/,
  ],
  [
    'a gap longer than the bound',
    { expect: { outcomes: ['degraded'], longestGapMs: 2_000 }, ...shortOfMemoryBetween(20_000, 23_000) },
    'fail',
    /^The longest gap should have been at most 2 s\.$/,
  ],
  ['memory within what is claimed', { expect: contained({ withinBytes: TARGET_BYTES }) }, 'pass', /./],
  [
    'memory past what is claimed, although within the limits in effect',
    { expect: contained({ withinBytes: TARGET_BYTES / 2 }) },
    'fail',
    /^Memory should have stayed within 790M, but it rose to 1\.54G\.$/,
  ],
  [
    'how far memory rose is not known',
    { expect: { outcomes: ['inconclusive'], withinBytes: TARGET_BYTES }, keep: ({ type }) => type !== 'sample' },
    'fail',
    /How far memory rose is not known/,
  ],
  ['no swap where none is claimed', { expect: contained({ swapWithinBytes: 0 }), cgroup: swapping(0) }, 'pass', /./],
  [
    'swap where none is claimed, although the limits in effect allow it',
    { expect: contained({ swapWithinBytes: 0 }), cgroup: swapping(512 * MIB) },
    'fail',
    /^Swap should have stayed within 0B, but it rose to 512M\.$/,
  ],
  [
    'how far swap rose is not known',
    { expect: contained({ swapWithinBytes: 0 }) },
    'fail',
    /How far swap rose is not known/,
  ],
  ['an answer soon after the release', { expect: contained({ answersWithinMs: 10_000 }) }, 'pass', /./],
  [
    'an answer late after the release',
    { expect: { outcomes: ['degraded'], answersWithinMs: 1_000 }, ...shortOfMemoryBetween(50_000, 56_000) },
    'fail',
    /^The server answered again \d\.\d s after the SIGKILL, later than 1 s\.$/,
  ],
  [
    'an answer late after the release of a hog that the kernel had killed',
    {
      expect: { outcomes: ['contained', 'degraded'], answersWithinMs: 1_000 },
      progress: (t) => (t < TIMES.injection ? null : hogProgress(t < 8_000 ? 'ramping' : 'killed')),
      more: [kill(HOG_PID, 'hog')],
      ...shortOfMemoryBetween(50_000, 56_000),
    },
    'fail',
    /^The server answered again \d\.\d s after the release, later than 1 s\.$/,
  ],
  [
    'no answer after the release',
    {
      expect: { outcomes: ['wounded', 'livelocked'], answersWithinMs: 1_000 },
      ...shortOfMemoryBetween(50_000, Number.POSITIVE_INFINITY),
    },
    'fail',
    /^The server did not answer again/,
  ],
  [
    'a repair that works at once',
    {
      expect: { outcomes: ['livelocked'], repairedWithinMs: 10_000 },
      times: { ...TIMES, repair: 40_000 },
      ...shortOfMemoryBetween(10_000, 42_000),
    },
    'pass',
    /^No client got an answer/,
  ],
  [
    'a repair that works late',
    {
      expect: { outcomes: ['livelocked'], repairedWithinMs: 1_000 },
      times: { ...TIMES, repair: 40_000 },
      ...shortOfMemoryBetween(10_000, 42_000),
    },
    'fail',
    /^The server answered again 2\.03 s after the repair began, later than 1\.00 s\.$/,
  ],
  [
    'a repair that does not work: the answers come when the hog is gone',
    {
      expect: { outcomes: ['livelocked'], repairedWithinMs: 60_000 },
      times: { ...TIMES, repair: 40_000 },
      ...shortOfMemoryBetween(10_000, 55_000),
    },
    'fail',
    /^The server did not answer again after the repair/,
  ],
  ['percentiles within their bounds', { expect: contained({ p50Ms: 30, p90Ms: 31 }) }, 'pass', /^Nothing was killed/],
  [
    'a percentile past its bound',
    {
      ...shortOfMemoryBetween(9_000, 54_000),
      expect: contained({ p90Ms: 100 }),
      request: (due) => ({ t: due + (due % 1_000 === 0 ? 400 : 30), ok: true }),
    },
    'fail',
    /^90 % of the requests of the hold should have been answered within 0\.10 s, but that took 0\.40 s\.$/,
  ],
  [
    'a percentile that falls among requests without an answer',
    {
      ...shortOfMemoryBetween(9_000, 54_000),
      expect: contained({ p50Ms: 100, p90Ms: 100 }),
      request: (due) => ({ t: due + 30, ok: due < 9_000 || due >= 54_000 || due % 1_000 !== 0 }),
    },
    'fail',
    /^90 % of the requests of the hold .*, but 45 of 225 had no answer\.$/,
  ],
  [
    "a percentile past its bound without a sign of memory, which may be anyone's doing",
    {
      expect: contained({ p90Ms: 100 }),
      request: (due) => ({ t: due + (due % 1_000 === 0 ? 400 : 30), ok: true }),
    },
    'inconclusive',
    /^90 % of the requests of the hold .*, but that took 0\.40 s\.$/,
  ],
  [
    'a percentile of too few requests, although each was answered at once',
    { expect: contained({ p99Ms: 100 }) },
    'fail',
    /^99 % .*, but 225 are too few to tell: only 2 are beyond that share, and it takes 10\.$/,
  ],
  [
    'a percentile of a hold without requests',
    { expect: { outcomes: ['inconclusive'], p50Ms: 100 }, keep: ({ type }) => type !== 'probe' },
    'fail',
    /^50 % .*, but it is not known when they were\.$/,
  ],
  [
    'a sidecar that answers',
    { expect: contained({ sidecarGapMs: 5_000 }), more: sidecarProbes(() => true) },
    'pass',
    /^Nothing was killed/,
  ],
  [
    'a sidecar that stops answering',
    {
      ...shortOfMemoryBetween(19_000, 31_000),
      request: (due) => ({ t: due + 30, ok: true }),
      expect: contained({ sidecarGapMs: 5_000 }),
      more: sidecarProbes((t) => t < 20_000 || t > 30_000),
    },
    'fail',
    /^heartbeat\.socket left its clients without an answer for 12\.0 s, longer than 5\.00 s\.$/,
  ],
  [
    'a sidecar that was not probed',
    { expect: contained({ sidecarGapMs: 5_000 }) },
    'fail',
    /^How long the sidecars left their clients without an answer is not known/,
  ],
  [
    'logins that come through',
    { expect: contained({ longestLoginGapMs: 10_000 }), more: logins(() => true) },
    'pass',
    /^Nothing was killed/,
  ],
  [
    'logins that do not come through while the guest thrashes',
    { ...thrashing, expect: contained({ longestLoginGapMs: 10_000 }) },
    'fail',
    /^No one could log in for 25\.0 s, longer than 10\.0 s\.$/,
  ],
  [
    'logins that do not come through, and nothing tells why',
    { expect: contained({ longestLoginGapMs: 10_000 }), more: thrashing.more, canary: thrashing.request },
    'inconclusive',
    /^The time without a login of 25\.0 s has no cause that was seen/,
  ],
  [
    'logins that were not tried',
    { expect: contained({ longestLoginGapMs: 10_000 }) },
    'fail',
    /^For how long no one could log in is not known\.$/,
  ],
  [
    'shut out, and everyone was',
    { ...thrashing, expect: contained({ shutOutForMs: 20_000 }) },
    'pass',
    /^Nothing was killed/,
  ],
  [
    'shut out, but logins came through',
    { expect: contained({ shutOutForMs: 20_000 }), more: logins(() => true) },
    'fail',
    /^No one should have been able to log in for 20\.0 s, but the longest time without a login was 5\.00 s\.$/,
  ],
  [
    'shut out for longer than it was',
    { ...thrashing, expect: contained({ shutOutForMs: 30_000 }) },
    'fail',
    /^No one should have been able to log in for 30\.0 s, but the longest time without a login was 25\.0 s\.$/,
  ],
  [
    "shut out, but perhaps by the host's doing",
    {
      ...thrashing,
      availableBytes: () => 1_024 * MIB,
      host: () => ({ othersBusyCores: 2 }),
      expect: contained({ shutOutForMs: 20_000 }),
    },
    'inconclusive',
    /^The time without a login of 25\.0 s was the host's/,
  ],
  [
    'shut out, and no login was tried',
    { expect: contained({ shutOutForMs: 20_000 }) },
    'fail',
    /^For how long no one could log in is not known\.$/,
  ],
  [
    'two hogs killed, but only one was',
    { expect: { outcomes: ['inconclusive'], killed: 'injections' }, more: [kill(HOG_PID, 'ugrep'), secondHog] },
    'fail',
    /^The hog and nothing else should have been killed/,
  ],
  [
    'the same server, but it was another',
    { expect: { outcomes: ['unit-stopped'], sameServer: true }, after: { mainPid: 900 } },
    'fail',
    /^The server should have kept its process/,
  ],
  ['the same server, and it was', { expect: contained({ sameServer: true }) }, 'pass', /./],
  [
    'another outcome',
    { expect: { outcomes: ['livelocked', 'degraded'] } },
    'fail',
    /^Expected livelocked or degraded, but it was contained\.$/,
  ],
  [
    'an inconclusive drill',
    { keep: ({ type }) => type !== 'host' },
    'inconclusive',
    /How busy the host was is not known/,
  ],
];

for (const [name, story, verdict, reason] of bounds) {
  t.test(`${verdict}: ${name}`, async (t) => {
    const found = judge(compose(story));
    t.equal(found.verdict, verdict, found.reasons.join(' '));
    t.match(found.reasons[0], reason);
  });
}

t.test('the evidence of a contained drill', async (t) => {
  t.match(judge(compose()).evidence, {
    watchdogWindowMs: 20_000,
    oomKills: 0,
    highEvents: 0,
    maxEvents: 0,
    plateauBytes: TARGET_BYTES,
    plateauErrorPercent: 0,
    serverPidBefore: 412,
    serverPidAfter: 412,
    nRestarts: 0,
    injectionState: 'holding',
    missingSamplesPercent: 0,
    fullStallPercent: 0,
  });
});

t.test('exit status: a failed claim counts more than an error, and no drill proves nothing', async (t) => {
  const code = (...verdicts: Verdict[]) => decideExitCode(verdicts.map((verdict) => ({ verdict })));
  t.equal(code('pass', 'skip'), 0);
  t.equal(code('pass', 'error', 'fail'), 1);
  t.equal(code('pass', 'error'), 2);
  t.equal(code('pass', 'inconclusive'), 2);
  t.equal(code('skip'), 2);
  t.equal(code(), 2);
});

t.test('the summary of a record', async (t) => {
  const record = compose();
  const run = summarizeRecord(record, 'a/record.jsonl');
  t.match(run, { scenario: 'composed', verdict: 'pass', record: 'a/record.jsonl', timings: null });
  t.match(summarize([run], record.header.host), { schema: 'oomdrill.summary/2', exitCode: 0 });
  const error = { code: 'QEMU_DIED', message: 'QEMU died.' };
  t.match(summarizeRecord(compose({ end: { error } }), 'x'), {
    verdict: 'error',
    outcome: null,
    evidence: null,
    error,
  });
});

t.test('a capability that the guest lacks skips the drill', async (t) => {
  const error = { code: 'CAPABILITY_MISSING', message: 'The guest has no PSI.' };
  const run = summarizeRecord(compose({ end: { error } }), 'x');
  t.match(run, { verdict: 'skip', outcome: null, reasons: ['The guest has no PSI.'] });
});
