import { join } from 'node:path';
import t from 'tap';
import { machineError } from '../core/errors.js';
import { compose } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { failureOf } from './failure.js';
import { readResult } from './merge.js';

const record = compose();
const summary = summarize([summarizeRecord(record, 'reports/a/record.jsonl')], record.header.host);
const whole = JSON.stringify(summary);

t.test('what a shard wrote, or why it is not to be had', async (t) => {
  const dir = t.testdir({
    'whole.json': whole,
    'cut.json': whole.slice(0, 300),
    'failed.json': JSON.stringify(failureOf(machineError('QEMU_MISSING', 'There is no QEMU.'))),
    'other.json': '{"runs": 3}',
    'number.json': '7',
  });
  const path = (name: string) => join(dir, name);
  t.match(await readResult(path('whole.json')), { path: path('whole.json'), summary });
  t.match(await readResult(path('cut.json')), /cut\.json is not JSON: /);
  t.match(
    await readResult(path('failed.json')),
    /failed\.json holds an error instead of a result: There is no QEMU\.$/,
  );
  t.match(await readResult(path('other.json')), /other\.json is not a summary of drills: .*schema/);
  t.match(await readResult(path('number.json')), /number\.json is not a summary of drills: /);
  t.match(await readResult(path('none.json')), /none\.json cannot be read: ENOENT/);
  t.match(await readResult(dir), /cannot be read: EISDIR/);
});
