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
  t.strictSame(runs, [
    { ...second, secondTryOf: { id: first.id, reason: first.reasons[0], record: first.record } },
    other,
  ]);
});

t.test('a second try that says whose it is needs no name of a folder', async (t) => {
  const { header } = spoiled;
  const first = summarizeRecord({ ...spoiled, header: { ...header, id: 'a-1' } }, 'moved/x/record.jsonl');
  const again = { ...well, header: { ...well.header, id: 'a-2', secondTryOf: { id: 'a-1', reason: 'It was busy.' } } };
  const second = summarizeRecord(again, 'elsewhere/record.jsonl');
  const told = { id: 'a-1', reason: first.reasons[0], record: first.record };
  t.strictSame(lastTries([first, second]), { runs: [{ ...second, secondTryOf: told }], passedOver: [first] });
  const alone = { id: 'a-1', reason: 'It was busy.', record: null };
  t.strictSame(lastTries([second]).runs, [{ ...second, secondTryOf: alone }], 'the first one is not at hand');
  const other = summarizeRecord({ ...spoiled, header: { ...header, id: 'b-1' } }, 'b/record.jsonl');
  const named = summarizeRecord(again, 'b-again/record.jsonl');
  t.strictSame(lastTries([other, named]).passedOver, [], 'the name of a folder does not decide against the record');
});

t.test('a drill that was not spoiled is not passed over', async (t) => {
  const first = summarizeRecord(well, 'reports/1/a-trixie/record.jsonl');
  const second = summarizeRecord(well, 'reports/1/a-trixie-again/record.jsonl');
  t.strictSame(lastTries([first, second]), { runs: [first, second], passedOver: [] });
});
