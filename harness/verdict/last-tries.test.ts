import t from 'tap';
import { compose } from '../testing/record.js';
import { lastTries } from './last-tries.js';
import { summarizeRecord } from './summarize.js';

const well = compose();
const spoiled = compose({ host: () => ({ stealPercent: 30 }) });

t.test('the second try of a drill that the host spoiled counts', async (t) => {
  const first = summarizeRecord(spoiled, 'reports/1/a-trixie/record.jsonl');
  const second = summarizeRecord(well, 'reports/1/a-trixie-again/record.jsonl');
  const other = summarizeRecord(spoiled, 'reports/2/a-trixie/record.jsonl');
  const { runs, passedOver } = lastTries([first, second, other]);
  t.strictSame(passedOver, [first]);
  t.strictSame(runs, [{ ...second, secondTryOf: { reason: first.reasons[0], record: first.record } }, other]);
});

t.test('a drill that was not spoiled is not passed over', async (t) => {
  const first = summarizeRecord(well, 'reports/1/a-trixie/record.jsonl');
  const second = summarizeRecord(well, 'reports/1/a-trixie-again/record.jsonl');
  t.strictSame(lastTries([first, second]), { runs: [first, second], passedOver: [] });
});
