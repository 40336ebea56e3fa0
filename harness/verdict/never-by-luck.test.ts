import fc from 'fast-check';
import t from 'tap';
import { MIB } from '../core/bytes.js';
import type { Entry } from '../record/schema.js';
import { cgroupSample, compose, type Story, silentBetween, TARGET_BYTES, TIMES } from '../testing/record.js';
import { decideExitCode } from './exit-code.js';
import { judge } from './verdict.js';

/** What composes a drill: a silence of the server, what was seen in it, and what the host and the canary did. */
interface Night {
  readonly from: number;
  readonly forMs: number;
  readonly memory: number;
  readonly cpu: number;
  readonly disk: number;
  readonly box: number;
  readonly events: number;
  readonly isScarce: boolean;
  readonly isKilled: boolean;
  readonly isControl: boolean;
  readonly othersBusyCores: number;
  readonly canaryForMs: number;
  readonly canaryMs: number;
}

const share = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true }));
const nights: fc.Arbitrary<Night> = fc.record({
  from: fc.integer({ min: 10_000, max: 40_000 }),
  forMs: fc.integer({ min: 0, max: 45_000 }),
  memory: share,
  cpu: share,
  disk: share,
  box: share,
  events: fc.constantFrom(0, 0, 500),
  isScarce: fc.boolean(),
  isKilled: fc.boolean(),
  isControl: fc.boolean(),
  othersBusyCores: fc.constantFrom(0, 0.1, 0.5, 1.2, 2),
  canaryForMs: fc.constantFrom(0, 0, 2_000, 20_000),
  canaryMs: fc.constantFrom(5, 20),
});

const kill: Entry = { type: 'kill', t: 12_000, pid: 999, comm: 'cc1', constraint: 'CONSTRAINT_MEMCG' };

function composeNight(night: Night, canary?: Story['request']) {
  const to = night.from + night.forMs;
  const us = (t: number, part: number) => Math.max(0, Math.min(t, to) - night.from) * 1_000 * part;
  const silent = silentBetween(night.from, night.from + night.canaryForMs);
  return compose({
    control: night.isControl,
    expect: night.isControl
      ? { outcomes: ['livelocked'] }
      : { outcomes: ['contained'], longestGapMs: 2_000, answersWithinMs: 10_000 },
    request: silentBetween(night.from, to),
    canary:
      canary ??
      ((due) => {
        const asked = silent(due);
        return asked?.ok && asked.t === due + 30 ? { ...asked, t: due + night.canaryMs } : asked;
      }),
    cgroup: (t) => ({
      ...cgroupSample(
        t >= TIMES.hold && t < TIMES.release ? TARGET_BYTES : 180 * MIB,
        { high: t < to ? 0 : night.events },
        us(t, night.memory),
      ),
      cpuStall: { someUs: us(t, night.cpu) },
      ioStall: { someUs: us(t, night.disk) },
    }),
    box: (t) => ({
      memory: { someUs: us(t, night.box) },
      cpu: { someUs: us(t, night.cpu) },
      io: { someUs: us(t, night.disk) },
    }),
    availableBytes: () => (night.isScarce ? 100 : 1_024) * MIB,
    host: () => ({ othersBusyCores: night.othersBusyCores, iowaitPercent: 0 }),
    more: night.isKilled ? [kill] : [],
  });
}

/** Sentences that name evidence of the claim's failure, and not only that something was slow. */
const EVIDENCE = [
  /\bkilled\b/,
  /^The silence of \d+\.\d+ s was (the cgroup's memory|the memory of the whole guest|for want of CPU|the disk's)/,
  /^All tasks of the cgroup were stalled on memory/,
];

t.test('a claim fails only with evidence that a reason names', async (t) => {
  let failed = 0;
  fc.assert(
    fc.property(nights, (night) => {
      const found = judge(composeNight({ ...night, isControl: false }));
      if (decideExitCode([found]) !== 1) return;
      failed += 1;
      return found.reasons.some((reason) => EVIDENCE.some((evidence) => evidence.test(reason)));
    }),
    { numRuns: 60 },
  );
  t.ok(failed > 0, 'some of them fail');
});

t.test('noise of the host turns no other verdict into a failure', async () => {
  fc.assert(
    fc.property(nights, fc.constantFrom(0.7, 1.5, 2), (night, othersBusyCores) => {
      if (judge(composeNight(night)).verdict === 'fail') return;
      return (
        judge(composeNight({ ...night, othersBusyCores: night.othersBusyCores + othersBusyCores })).verdict !== 'fail'
      );
    }),
    { numRuns: 60 },
  );
});

t.test('a silence that the canary shares turns no other verdict into a failure', async () => {
  fc.assert(
    fc.property(nights, (night) => {
      if (judge(composeNight(night)).verdict === 'fail') return;
      const shared = silentBetween(night.from, night.from + Math.max(night.forMs, night.canaryForMs));
      return judge(composeNight(night, shared)).verdict !== 'fail';
    }),
    { numRuns: 60 },
  );
});

t.test(
  'a control whose livelock the canary shared, or that the host held back, fails no more than it passes',
  async (t) => {
    const night: Night = {
      from: 15_000,
      forMs: 30_000,
      memory: 0.8,
      cpu: 0,
      disk: 0,
      box: 0,
      events: 500,
      isScarce: false,
      isKilled: false,
      isControl: true,
      othersBusyCores: 0,
      canaryForMs: 0,
      canaryMs: 20,
    };
    t.match(judge(composeNight(night)), { outcome: 'livelocked', verdict: 'pass' });
    t.match(judge(composeNight(night, silentBetween(15_000, 33_000))), {
      verdict: 'inconclusive',
      spoiledByHost: true,
    });
    const quiet = { ...night, forMs: 0 };
    t.match(judge(composeNight(quiet)), { outcome: 'contained', verdict: 'fail' }, 'nothing held it back');
    t.match(judge(composeNight({ ...quiet, othersBusyCores: 1.8 })), { verdict: 'inconclusive', spoiledByHost: true });
  },
);
