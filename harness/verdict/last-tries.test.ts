import t from 'tap';
import { compose } from '../testing/record.js';
import { keepLastTries } from './last-tries.js';
import { summarizeRecord } from './summarize.js';

const quiet = compose();
const spoiled = compose({ host: () => ({ stealPercent: 30 }) });

t.test('the second try of a drill that the host spoiled counts', async (t) => {
  const first = summarizeRecord(spoiled, 'reports/1/a-trixie/record.jsonl');
  const second = summarizeRecord(quiet, 'reports/1/a-trixie-again/record.jsonl');
  const other = summarizeRecord(spoiled, 'reports/2/a-trixie/record.jsonl');
  const { runs, passedOver } = keepLastTries([first, second, other]);
  t.strictSame(passedOver, [first]);
  t.strictSame(runs, [
    { ...second, secondTryOf: { id: first.id, reason: first.reasons[0], record: first.record } },
    other,
  ]);
});

t.test('a second try is found by the id in its record, whatever its folder is called', async (t) => {
  const { header } = spoiled;
  const first = summarizeRecord({ ...spoiled, header: { ...header, id: 'a-1' } }, 'moved/x/record.jsonl');
  const again = {
    ...quiet,
    header: { ...quiet.header, id: 'a-2', secondTryOf: { id: 'a-1', reason: 'It was busy.' } },
  };
  const second = summarizeRecord(again, 'elsewhere/record.jsonl');
  const secondTryOf = { id: 'a-1', reason: first.reasons[0], record: first.record };
  t.strictSame(keepLastTries([first, second]), { runs: [{ ...second, secondTryOf }], passedOver: [first] });
  const alone = { id: 'a-1', reason: 'It was busy.', record: null };
  t.strictSame(keepLastTries([second]).runs, [{ ...second, secondTryOf: alone }], 'the first one was not judged');
  const other = summarizeRecord({ ...spoiled, header: { ...header, id: 'b-1' } }, 'b/record.jsonl');
  const named = summarizeRecord(again, 'b-again/record.jsonl');
  t.strictSame(keepLastTries([other, named]).passedOver, [], 'the record counts more than the name of a folder');
});

t.test('a drill that was not spoiled is kept', async (t) => {
  const first = summarizeRecord(quiet, 'reports/1/a-trixie/record.jsonl');
  const second = summarizeRecord(quiet, 'reports/1/a-trixie-again/record.jsonl');
  t.strictSame(keepLastTries([first, second]), { runs: [first, second], passedOver: [] });
});
