import t from 'tap';
import { MIB } from '../core/bytes.js';
import type { Load } from '../record/load.js';
import {
  cgroupSample,
  compose,
  hogProgress,
  type Story,
  silentBetween,
  TARGET_BYTES,
  TIMES,
} from '../testing/record.js';
import { judge } from '../verdict/verdict.js';
import { decideHold, type HoldDecision } from './hold-decision.js';

const WINDOW_MS = 20_000;
const canary: Story['request'] = (due) => ({ t: due + 5, ok: true });
/** From the middle of the growth on. */
const silent = silentBetween(8_000, Number.POSITIVE_INFINITY);

/** The decision of a composed drill, and how many seconds into its hold it was made; nothing where there was none. */
function decide(
  changes: Partial<Story>,
  load?: Load,
  slowness = 1,
): { readonly decision: HoldDecision; readonly second: number } | undefined {
  const { header, entries } = compose({ canary, ...changes });
  for (let second = 1; second < (TIMES.release - TIMES.hold) / 1_000; second++) {
    const now = TIMES.hold + second * 1_000;
    const decision = decideHold({
      entries: entries.filter((entry) => entry.type !== 'header' && entry.t < now),
      from: TIMES.hold,
      now,
      windowMs: WINDOW_MS,
      injections: ['hog'],
      guestMemoryBytes: header.guestMemoryBytes,
      injectedT: TIMES.injection,
      sampleIntervalMs: header.sampleIntervalMs,
      load,
      slowness,
    });
    if (decision) return { decision, second };
  }
  return undefined;
}

/** A hog that is killed a second into the hold, while the kernel counts it. */
const killed: Partial<Story> = {
  progress: (t) => (t < TIMES.injection ? null : hogProgress(t < TIMES.hold + 1_000 ? 'ramping' : 'killed')),
  cgroup: (t) => cgroupSample(180 * MIB, { oom_kill: t < TIMES.hold + 1_000 ? 0 : 1 }),
};
const heldBy =
  (value: (t: number) => number): Story['progress'] =>
  (t) =>
    t < TIMES.injection ? null : hogProgress(t < TIMES.hold ? 'ramping' : 'holding', { value: value(t) });
const events =
  (counts: (t: number) => Readonly<Record<string, number>>): Story['cgroup'] =>
  (t) =>
    cgroupSample(t >= TIMES.hold ? TARGET_BYTES : 180 * MIB, counts(t));
/** From a second of the hold on, each second one more. */
const fromSecond = (second: number) => (t: number) => Math.max(0, Math.floor((t - TIMES.hold) / 1_000) - second);

t.test('a hold is decided as soon as nothing can change its outcome', async (t) => {
  t.same(decide({}), { decision: 'plateau', second: 22 }, 'nothing happened for as long as clients wait');
  t.same(decide({ request: silent }), { decision: 'livelock', second: 22 }, 'nothing moves');
  t.same(decide(killed), { decision: 'ended', second: 6 });
  const unseen: Story['keep'] = (entry) => entry.type !== 'sample' || entry.t > TIMES.hold;
  t.same(
    decide({ ...killed, keep: unseen }),
    { decision: 'ended', second: 9 },
    'not before most of the samples since the injection are there',
  );
});

/** The kill takes the server as well, a second into the hold: its cgroup goes with its unit. */
const gone: Partial<Story> = {
  ...killed,
  request: silentBetween(TIMES.hold + 1_000, Number.POSITIVE_INFINITY),
  cgroup: (t) => (t < TIMES.hold + 1_000 ? cgroupSample(180 * MIB) : undefined),
};

t.test('a hold whose server is gone is not held on', async (t) => {
  t.same(decide(gone), { decision: 'gone', second: 23 });
  const back: Story['cgroup'] = (t) => (t < TIMES.hold + 15_000 ? gone.cgroup?.(t) : cgroupSample(90 * MIB));
  t.equal(decide({ ...gone, cgroup: back }), undefined, 'one that is started again is looked at on');
  t.equal(decide({ ...gone, canary: gone.request }), undefined, 'nor is it known of a guest that is silent as a whole');
  const grows: Story['progress'] = (t) => (t < TIMES.injection ? null : hogProgress('ramping', { value: t }));
  t.equal(decide({ ...gone, progress: grows }), undefined, 'what still grows may do more harm');
});

t.test('a silence of a slow guest is held on until it is beyond doubt', async (t) => {
  const silence = { request: silent };
  t.same(decide(silence, undefined, 1.5), { decision: 'livelock', second: 32 });
  t.equal(decide(silence, undefined, 2.5), undefined, 'which takes longer than this hold');
  t.same(decide({}, undefined, 2), { decision: 'plateau', second: 22 }, 'what clients feel has no other bound');
});

const undecided: readonly (readonly [string, Partial<Story>])[] = [
  ['a livelock whose hog crawls on', { request: silent, progress: heldBy((t) => 1_400 * MIB + Math.floor(t / 5_000)) }],
  [
    'one whose cgroup grows',
    { request: silent, cgroup: (t) => cgroupSample(TARGET_BYTES + Math.max(0, t - TIMES.hold) * 120) },
  ],
  ['one at the hard limit', { request: silent, cgroup: events((t) => ({ max: fromSecond(0)(t) })) }],
  ['one in which the kernel kills', { request: silent, cgroup: events((t) => ({ oom_kill: fromSecond(10)(t) })) }],
  ['one of a guest that is short of memory as a whole', { request: silent, availableBytes: () => 100 * MIB }],
  ['a silence that the canary shares', { request: silent, canary: silentBetween(8_000, Number.POSITIVE_INFINITY) }],
  ['a drill without a canary', { request: silent, canary: () => null }],
  [
    'a guest that gives no samples for a while, again and again',
    { keep: (entry) => entry.type !== 'sample' || entry.t % 10_000 > 1_500 },
  ],
  ['a plateau with an event', { cgroup: events((t) => ({ high: Math.min(1, fromSecond(15)(t)) })) }],
  ['a plateau that stalls', { cgroup: (t) => cgroupSample(TARGET_BYTES, {}, Math.max(0, t - TIMES.hold) * 5) }],
  ['a plateau without pressure files', { cgroup: () => ({ ...cgroupSample(TARGET_BYTES), pressure: undefined }) }],
  [
    'a plateau with one late answer',
    { request: (due) => ({ t: due + (due === TIMES.hold + 3_000 ? 700 : 30), ok: true }) },
  ],
  [
    'one with a request that waits',
    { request: (due) => (due === TIMES.hold + 3_000 ? null : { t: due + 30, ok: true }) },
  ],
  [
    'a hog that has not arrived',
    { progress: (t) => (t < TIMES.injection ? null : hogProgress('ramping', { value: 1_000 * MIB + t })) },
  ],
  ['a server that does not come back after a kill', { ...killed, request: silent }],
  [
    'a client whose session has not come back',
    { ...killed, more: [{ type: 'session', t: TIMES.hold + 500, event: 'dropped-by-watchdog' }] },
  ],
  [
    'kills that go on',
    { ...killed, cgroup: (t) => cgroupSample(180 * MIB, { oom_kill: Math.floor(fromSecond(0)(t) / 4) }) },
  ],
];

for (const [name, story] of undecided) t.test(`not decided: ${name}`, async (t) => t.equal(decide(story), undefined));

t.test('what has ended makes no silence: its hold may be short', async (t) => {
  const kill = { type: 'kill', t: TIMES.hold + 900, pid: 733, comm: 'ugrep', constraint: 'CONSTRAINT_MEMCG' } as const;
  const times = { ...TIMES, release: TIMES.hold + 6_000, recovery: TIMES.hold + 6_100, end: TIMES.hold + 9_000 };
  const short: Partial<Story> = { ...killed, times, canary, targetBytes: null, more: [kill] };
  t.equal(judge(compose(short)).outcome, 'contained', judge(compose(short)).reasons.join(' '));
  const alive = judge(compose({ times, canary }));
  t.match(alive, { outcome: 'inconclusive', reasons: [/not longer than the watchdog window/] });
});

t.test('under load, a hold is decided by what has ended, and not because nothing has happened yet', async (t) => {
  const steady = { from: 20, to: 20, rampMs: 0 };
  t.equal(decide({}, steady), undefined, 'a server that works may still come to its limits');
  t.same(decide({ request: silent }, steady), { decision: 'livelock', second: 22 });
  t.same(decide(killed, steady), { decision: 'ended', second: 6 });
});

t.test('a rate that rises is waited for', async (t) => {
  // It is at its top 20 s after the injection began, which is 17 s into the hold.
  const ramp = { from: 5, to: 50, rampMs: 20_000 };
  t.same(decide(killed, ramp), { decision: 'ended', second: 22 });
  t.same(decide({ request: silent }, ramp), { decision: 'livelock', second: 39 });
  const over = { ...ramp, rampMs: 2_000 };
  t.same(decide(killed, over), { decision: 'ended', second: 6 }, 'one that has risen before the hold changes nothing');
});
