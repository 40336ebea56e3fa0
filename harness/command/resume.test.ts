import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { hashFile } from '../core/hash-file.js';
import { withStore } from '../store/store.js';
import { compose, recordText } from '../testing/record.js';
import { summarizeRecord } from '../verdict/summarize.js';
import { createSaver, findKept, leaveOutKept } from './resume.js';

const record = compose();
const campaign = { version: '0.2.0', options: 'o', declarations: 'd' };
const part = { index: 1, of: 1, campaign, cells: [], own: [] };

t.test('a drill is in the store when it ends, and counts while its record is what it was', async (t) => {
  const dir = t.testdir({ 'record.jsonl': recordText(record) });
  const [path, store] = [join(dir, 'record.jsonl'), join(dir, 'results.db')];
  t.same(await findKept(store, campaign), [], 'there is no store yet');
  t.notOk(existsSync(store));
  const run = { ...summarizeRecord(record, path), recordHash: await hashFile(path) };
  await createSaver().save(store, run, part);
  t.same(await findKept(store, campaign), [run]);
  t.same(await findKept(store, { ...campaign, declarations: 'other' }), [], 'of another commit');
  appendFileSync(path, '\n');
  t.same(await findKept(store, campaign), [], 'a record that was changed');
  rmSync(path);
  t.same(await findKept(store, campaign), [], 'a record that is gone');
});

t.test('a drill that an error broke off does not count', async (t) => {
  const dir = t.testdir({ 'record.jsonl': recordText(record) });
  const run = { ...summarizeRecord(record, join(dir, 'record.jsonl')), verdict: 'error' as const };
  await createSaver().save(join(dir, 'results.db'), run, part);
  t.same(await findKept(join(dir, 'results.db'), campaign), []);
});

t.test('a store that cannot be written to ends no drill, and is tried again', async (t) => {
  const dir = t.testdir({ 'record.jsonl': recordText(record) });
  const store = join(dir, 'results.db');
  mkdirSync(store);
  const saver = createSaver();
  const run = summarizeRecord(record, join(dir, 'record.jsonl'));
  await saver.save(store, run, part);
  await t.rejects(saver.saveRest(store), { code: 'STORE_INVALID' });
  rmSync(store, { recursive: true });
  await saver.saveRest(store);
  t.equal(await withStore(store, 'read', (one) => one.count()), 1);
});

t.test('of what is asked for, what is there already is left out, round by round', async (t) => {
  const run = summarizeRecord(record, 'record.jsonl');
  const key = `${run.scenario} on ${run.guest}`;
  const own = [key, `${key}, round 2`, 'other on trixie'];
  t.same(leaveOutKept({ ...part, own }, [run]).left, [`${key}, round 2`, 'other on trixie']);
  t.same(leaveOutKept({ ...part, own }, [run, run]).left, ['other on trixie']);
  t.same(leaveOutKept({ ...part, own }, []).left, own);
});
