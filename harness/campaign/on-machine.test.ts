import t from 'tap';
import type { PlannedDrill } from '../drill/plan.js';
import { compose } from '../testing/record.js';
import { decideExitCode } from '../verdict/exit-code.js';
import { summarizeRecord } from '../verdict/summarize.js';
import { type DrillOne, drillWithSecondTry } from './on-machine.js';

const plan = { scenario: { name: 'composed' } } as PlannedDrill;
const passed = summarizeRecord(compose(), 'a-again/record.jsonl');
const spoiled = summarizeRecord(compose({ host: () => ({ stealPercent: 30 }) }), 'a/record.jsonl');
const AT_ONCE = {
  waitForQuietMs: 0,
  quietWaits: { anyTimedOut: false },
  progress: () => {},
  signal: new AbortController().signal,
};

t.test('a drill that the host spoiled is repeated, and record and result name the first try', async (t) => {
  const drills: Parameters<DrillOne>[] = [];
  const drillOne: DrillOne = async (...drill) => {
    drills.push(drill);
    return drills.length === 1 ? spoiled : passed;
  };
  const run = await drillWithSecondTry(drillOne, plan, '-8M', AT_ONCE);
  const [reason] = spoiled.reasons;
  t.strictSame(drills, [
    [plan, '-8M'],
    [plan, '-8M-again', { id: 'composed', reason }],
  ]);
  t.strictSame(run, { ...passed, secondTryOf: { id: 'composed', reason, record: 'a/record.jsonl' } });
});

t.test('any other drill is carried out once', async (t) => {
  t.equal(await drillWithSecondTry(async () => passed, plan, '', AT_ONCE), passed);
});

t.test('a drill that stays spoiled does not fail a claim', async (t) => {
  const run = await drillWithSecondTry(async () => spoiled, plan, '', AT_ONCE);
  t.match(run, { verdict: 'inconclusive', secondTryOf: { record: 'a/record.jsonl' } });
  t.equal(decideExitCode([run]), 2);
});

t.test('an interrupted wait begins no second try', async (t) => {
  let drills = 0;
  const drillOne: DrillOne = async () => {
    drills++;
    return spoiled;
  };
  const wait = { ...AT_ONCE, waitForQuietMs: 600_000, signal: AbortSignal.abort(new Error('stopped')) };
  await t.rejects(drillWithSecondTry(drillOne, plan, '', wait), { message: 'stopped' });
  t.equal(drills, 1);
});
