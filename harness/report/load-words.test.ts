import t from 'tap';
import { describeLoadEvidence } from './load-words.js';

const PHASE = {
  askedPerSecond: 20,
  sentPerSecond: 20,
  answeredPercent: 100,
  p50Ms: 30,
  p99Ms: 90,
  generatorCpuPercent: 2.5,
  serverCpuPercent: 41,
  stallMs: 21,
  behind: false,
};
const LOAD = { from: 20, to: 20, rampMs: 0, baseline: PHASE, hold: PHASE };

t.test('what was sent and answered, and what it cost', async (t) => {
  t.same(describeLoadEvidence(null), []);
  t.same(describeLoadEvidence(LOAD), [
    'load of 20 requests a second, in the baseline: 20.0 sent, 100 % answered, p50 0.03 s, p99 0.09 s at most; sending took 2.5 % of one CPU of this host, the server 41 % of one of the guest',
    'load of 20 requests a second, in the hold: 20.0 sent, 100 % answered, p50 0.03 s, p99 0.09 s at most; sending took 2.5 % of one CPU of this host, the server 41 % of one of the guest',
  ]);
  t.match(describeLoadEvidence({ ...LOAD, baseline: null, hold: null, from: 5, to: 50 }), [
    'load of 5 requests a second that rise to 50: the drill ended before it began',
  ]);
});

t.test('a load that fell behind is warned of, with the cause', async (t) => {
  const hold = {
    ...PHASE,
    sentPerSecond: 1.2,
    answeredPercent: 0,
    p50Ms: null,
    p99Ms: null,
    serverCpuPercent: null,
    behind: true,
  };
  const warn = (more: Partial<typeof hold> | { stallMs: null; generatorCpuPercent: null }) =>
    describeLoadEvidence({ ...LOAD, baseline: null, hold: { ...hold, ...more } });
  t.same(warn({}), [
    'load of 20 requests a second, in the hold: 1.2 sent, 0.0 % answered; sending took 2.5 % of one CPU of this host',
    'warning: the load fell behind in the hold, with 1.2 of 20.0 requests a second: as many requests as may waited for an answer',
  ]);
  t.match(warn({ stallMs: 2_300 })[1], /: its generator itself stood still for up to 2\.30 s$/);
  t.match(warn({ stallMs: null, generatorCpuPercent: null }), [
    /; what sending took is unknown$/,
    /: its generator was not there$/,
  ]);
});
