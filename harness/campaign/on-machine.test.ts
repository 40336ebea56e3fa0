import t from 'tap';
import type { PlannedDrill } from '../drill/plan.js';
import { compose } from '../testing/record.js';
import { summarizeRecord } from '../verdict/summarize.js';
import { type DrillOne, drillWithSecondTry } from './on-machine.js';

const plan = { scenario: { name: 'composed' } } as PlannedDrill;
const well = summarizeRecord(compose(), 'a-again/record.jsonl');
const spoiled = summarizeRecord(compose({ host: () => ({ stealPercent: 30 }) }), 'a/record.jsonl');

t.test(
  'a drill that the host spoiled is tried again, and both record and result say whose second try it is',
  async (t) => {
    const asked: Parameters<DrillOne>[] = [];
    const drillOne: DrillOne = async (...drill) => {
      asked.push(drill);
      return asked.length === 1 ? spoiled : well;
    };
    const run = await drillWithSecondTry(drillOne, plan, '-8M', () => {});
    const [reason] = spoiled.reasons;
    t.strictSame(asked, [
      [plan, '-8M'],
      [plan, '-8M-again', { id: 'composed', reason }],
    ]);
    t.strictSame(run, { ...well, secondTryOf: { id: 'composed', reason, record: 'a/record.jsonl' } });
  },
);

t.test('any other is drilled once', async (t) => {
  t.equal(
    await drillWithSecondTry(
      async () => well,
      plan,
      '',
      () => {},
    ),
    well,
  );
});
