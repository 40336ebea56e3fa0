import t from 'tap';
import { MIB } from '../core/bytes.js';
import type { Entry, Expectation } from '../record/schema.js';
import {
  AGENT_PID,
  cgroupSample,
  compose,
  HOG_PID,
  type Story,
  silentBetween,
  TARGET_BYTES,
  TIMES,
} from '../testing/record.js';
import { exitCodeOf } from './exit-code.js';
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
/** A cgroup that swaps so much out in the hold, as every tenth sample says. */
const swapping =
  (bytes: number): Story['cgroup'] =>
  (t) => {
    const held = t >= TIMES.hold && t < TIMES.release;
    const sample = cgroupSample(held ? TARGET_BYTES : 180 * MIB);
    return t % 1_000 === 0 ? { ...sample, swap: held ? bytes : 0 } : sample;
  };

/** A second request a second of a unit beside the server. */
const beside = (answers: (t: number) => boolean): Entry[] =>
  Array.from({ length: 57 }, (_, id) => ({
    type: 'sidecar',
    unit: 'heartbeat.socket',
    id,
    scheduledT: id * 1_000,
    t: id * 1_000 + 20,
    ok: answers(id * 1_000),
  }));

/** The unit that a hog's place is, as it was afterwards. */
const place = (activeState: string): Entry => ({
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

/** What a bound of the expectation says of a drill that keeps it, and of one that does not. */
const bounds: readonly (readonly [string, Partial<Story>, Verdict, RegExp])[] = [
  ['nothing asked but the outcome', { expect: contained({}) }, 'pass', /^Nothing was killed/],
  ['nobody killed, and nobody was', { expect: contained({ killed: 'none' }) }, 'pass', /^Nothing was killed/],
  [
    'nobody killed, and the hog was',
    { expect: contained({ killed: 'none' }), more: [kill(HOG_PID, 'ugrep')] },
    'fail',
    /^Nothing should have been killed/,
  ],
  [
    'nobody killed, and nobody counted',
    { expect: { outcomes: ['inconclusive'], killed: 'none' }, keep: ({ type }) => type !== 'sample' },
    'fail',
    /^Nothing should have been killed/,
  ],
  [
    'the hog killed, and it was not',
    { expect: contained({ killed: 'injections' }) },
    'fail',
    /^The kernel should have killed the hog/,
  ],
  [
    'the hog killed, and it was',
    { expect: contained({ killed: 'injections' }), more: [kill(HOG_PID, 'ugrep')] },
    'pass',
    /^The (kernel killed the )?hog/,
  ],
  [
    'the hog killed, and earlyoom only said that it would, in a dry run',
    {
      expect: contained({ killed: 'injections' }),
      more: [
        `sending SIGTERM to process ${HOG_PID} uid 0 "ugrep": oom_score 762`,
        'dryrun, not actually sending any signal',
      ].map((message) => ({ type: 'journal', t: 8_000, unit: 'earlyoom.service', message })),
    },
    'fail',
    /^The kernel should have killed the hog/,
  ],
  [
    'the hog alone killed, and an agent with it',
    {
      expect: { outcomes: ['collateral-kill'], killed: 'injections' },
      more: [kill(HOG_PID, 'ugrep'), kill(AGENT_PID, 'node')],
    },
    'fail',
    /^The kernel should have killed the hog and only the hog/,
  ],
  [
    'some hog killed, of two',
    { expect: { outcomes: ['inconclusive'], killed: 'some-injections' }, more: [secondHog, kill(HOG_PID, 'ugrep')] },
    'pass',
    /^The hog second was never seen/,
  ],
  [
    'some hog killed, and none was',
    { expect: contained({ killed: 'some-injections' }) },
    'fail',
    /^A hog should have been/,
  ],
  ['the place lives', { expect: contained({ placeLives: true }), more: [place('active')] }, 'pass', /^Nothing was/],
  [
    'the place lives, and it did not',
    { expect: { outcomes: ['unit-stopped'], placeLives: true }, more: [place('failed')] },
    'fail',
    /^The hog's place should have been left alone/,
  ],
  [
    'the place lives, and nobody looked',
    { expect: contained({ placeLives: true }) },
    'fail',
    /^The hog's place should have been left alone/,
  ],
  [
    'the place is stopped, and it was',
    { expect: { outcomes: ['unit-stopped'], placeLives: false }, more: [place('failed')] },
    'pass',
    /^systemd holds tmux-spawn-1\.scope for failed \(Result=oom-kill\)/,
  ],
  [
    'the server loses its process, and it kept it',
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
    'no high events, and there were some',
    {
      expect: contained({ highEvents: 0 }),
      cgroup: (at) => cgroupSample(at < TIMES.hold ? 1 : TARGET_BYTES, { high: at < TIMES.hold ? 0 : 7 }),
    },
    'fail',
    /^There should have been 0 high events, and there were 7\.$/,
  ],
  [
    'no high events, and none counted',
    { expect: { outcomes: ['inconclusive'], highEvents: 0 }, keep: ({ type }) => type !== 'sample' },
    'fail',
    /none recorded/,
  ],
  [
    'a stall that was asked for',
    {
      expect: contained({ fullStallPercent: 50 }),
      cgroup: (at) => cgroupSample(at < TIMES.hold ? 1 : TARGET_BYTES, {}, at * 700),
    },
    'pass',
    /^Nothing was killed/,
  ],
  [
    'a stall that was asked for, and was not',
    { expect: contained({ fullStallPercent: 50 }) },
    'fail',
    /^All tasks should have stood still for 50 % of the hold, and it was 0\.$/,
  ],
  [
    'a gap beyond the bound',
    { expect: { outcomes: ['degraded'], longestGapMs: 2_000 }, request: silentBetween(20_000, 23_000) },
    'fail',
    /^The longest gap should have been under 2 s\.$/,
  ],
  ['memory within what is claimed', { expect: contained({ withinBytes: TARGET_BYTES }) }, 'pass', /./],
  [
    'memory past what is claimed, though no limit in effect is broken',
    { expect: contained({ withinBytes: TARGET_BYTES / 2 }) },
    'fail',
    /^Memory should have stayed within 790M, and it rose to 1\.54G\.$/,
  ],
  [
    'nothing known of the memory',
    { expect: { outcomes: ['inconclusive'], withinBytes: TARGET_BYTES }, keep: ({ type }) => type !== 'sample' },
    'fail',
    /Nothing is known of how far memory rose/,
  ],
  ['no swap where none is claimed', { expect: contained({ swapWithinBytes: 0 }), cgroup: swapping(0) }, 'pass', /./],
  [
    'swap where none is claimed, though the limits in effect allow it',
    { expect: contained({ swapWithinBytes: 0 }), cgroup: swapping(512 * MIB) },
    'fail',
    /^Swap should have stayed within 0B, and it rose to 512M\.$/,
  ],
  [
    'nothing known of the swap',
    { expect: contained({ swapWithinBytes: 0 }) },
    'fail',
    /Nothing is known of how far swap rose/,
  ],
  ['an answer soon after the release', { expect: contained({ answersWithinMs: 10_000 }) }, 'pass', /./],
  [
    'an answer late after the release',
    { expect: { outcomes: ['degraded'], answersWithinMs: 1_000 }, request: silentBetween(50_000, 56_000) },
    'fail',
    /^The server answered again \d\.\d s after the SIGKILL, later than 1 s\.$/,
  ],
  [
    'no answer after the release',
    {
      expect: { outcomes: ['wounded', 'livelocked'], answersWithinMs: 1_000 },
      request: silentBetween(50_000, Number.POSITIVE_INFINITY),
    },
    'fail',
    /^The server did not answer again/,
  ],
  [
    'a repair that helps at once',
    {
      expect: { outcomes: ['livelocked'], repairedWithinMs: 10_000 },
      times: { ...TIMES, repair: 40_000 },
      request: silentBetween(10_000, 42_000),
    },
    'pass',
    /^No client got an answer/,
  ],
  [
    'a repair that helps late',
    {
      expect: { outcomes: ['livelocked'], repairedWithinMs: 1_000 },
      times: { ...TIMES, repair: 40_000 },
      request: silentBetween(10_000, 42_000),
    },
    'fail',
    /^The server answered again 2\.03 s after the repair began, later than 1\.00 s\.$/,
  ],
  [
    'a repair that does not help: the answers come when the hog is gone',
    {
      expect: { outcomes: ['livelocked'], repairedWithinMs: 60_000 },
      times: { ...TIMES, repair: 40_000 },
      request: silentBetween(10_000, 55_000),
    },
    'fail',
    /^The server did not answer again after the repair/,
  ],
  [
    'a unit beside it that answers',
    { expect: contained({ sidecarGapMs: 5_000 }), more: beside(() => true) },
    'pass',
    /^Nothing was killed/,
  ],
  [
    'a unit beside it that falls silent',
    { expect: contained({ sidecarGapMs: 5_000 }), more: beside((t) => t < 20_000 || t > 30_000) },
    'fail',
    /^heartbeat\.socket left its clients without an answer for 12\.0 s, longer than 5\.00 s\.$/,
  ],
  [
    'a unit beside it that nobody asked',
    { expect: contained({ sidecarGapMs: 5_000 }) },
    'fail',
    /^Nothing is known of the units beside/,
  ],
  [
    'two hogs to be killed, and one was',
    { expect: { outcomes: ['inconclusive'], killed: 'injections' }, more: [kill(HOG_PID, 'ugrep'), secondHog] },
    'fail',
    /^The kernel should have killed the hog/,
  ],
  [
    'the same server, and it was another',
    { expect: { outcomes: ['unit-stopped'], sameServer: true }, after: { mainPid: 900 } },
    'fail',
    /^The server should have kept its process/,
  ],
  ['the same server, and it was', { expect: contained({ sameServer: true }) }, 'pass', /./],
  [
    'another outcome',
    { expect: { outcomes: ['livelocked', 'degraded'] } },
    'fail',
    /^Expected livelocked or degraded, and it was contained\.$/,
  ],
  [
    'an inconclusive drill',
    { keep: ({ type }) => type !== 'host' },
    'inconclusive',
    /Nothing is known of how the host fared/,
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

t.test('exit status: a failed claim outweighs an error, and nothing drilled proves nothing', async (t) => {
  const code = (...verdicts: Verdict[]) => exitCodeOf(verdicts.map((verdict) => ({ verdict })));
  t.equal(code('pass', 'skip'), 0);
  t.equal(code('pass', 'error', 'fail'), 1);
  t.equal(code('pass', 'error'), 2);
  t.equal(code('pass', 'inconclusive'), 2);
  t.equal(code('skip'), 2);
  t.equal(code(), 2);
});

t.test('a record summarized', async (t) => {
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
