import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { hashFile } from '../harness/core/hash-file.js';
import { rowOfRun } from '../harness/store/row.js';
import { withStore } from '../harness/store/store.js';
import { compose } from '../harness/testing/record.js';
import { summarizeRecord } from '../harness/verdict/summarize.js';
import { readStoredDrills } from './stored-drills.js';

t.test('a table takes over the drills of its cells, once, and only of records that are what was drilled', async (t) => {
  const dir = t.testdir();
  const store = join(dir, 'results.db');
  const record = compose({});
  const text = [record.header, ...record.entries].map((line) => `${JSON.stringify(line)}\n`).join('');
  const paths = ['kept', 'changed', 'gone'].map((name) => join(dir, `${name}.jsonl`));
  for (const path of paths.slice(0, 2)) await writeFile(path, text);
  const [kept = ''] = paths;
  const run = { ...summarizeRecord(record, kept), recordHash: await hashFile(kept) };
  const rows = paths.map((path, index) => {
    const recordHash = path.includes('changed') ? '0'.repeat(64) : run.recordHash;
    return rowOfRun({ ...run, id: String(index), record: path, recordHash }, { at: `2026-11-28T01:00:0${index}.000Z` });
  });
  await withStore(store, 'write', (open) => open.add(rows));

  const { scenario, guest, scale } = run;
  const cellOf = (drill: { scenario: string }) => (drill.scenario === scenario ? 'mine' : undefined);
  const drills = await readStoredDrills(store, cellOf, []);
  t.match(drills, [
    { cell: 'mine', at: '2026-11-28T01:00:00.000Z', run: { scenario, guest, scale, outcome: run.outcome } },
  ]);
  t.equal(drills.length, 1);
  t.same(await readStoredDrills(store, cellOf, drills), [], 'what the table has is not added again');
  t.same(await readStoredDrills(store, () => undefined, []), [], 'another table has other cells');
  await t.rejects(readStoredDrills(join(dir, 'none.db'), cellOf, []), { code: 'STORE_MISSING' });
});
