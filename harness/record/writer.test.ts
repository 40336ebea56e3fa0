import * as fs from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compose, composeHeader, recordText } from '../testing/record.js';
import { readRecord } from './reader.js';
import { RecordWriter } from './writer.js';

t.test('written entries are read back in their order', async (t) => {
  const path = join(t.testdir({}), 'record.jsonl');
  const record = compose();
  const writer = new RecordWriter(path);
  for (const entry of [record.header, ...record.entries]) writer.write(entry);
  await writer.close();
  t.equal(fs.readFileSync(path, 'utf8'), recordText(record));
  t.strictSame(await readRecord(path), record);
});

t.test('a second close does no harm, and later entries are dropped', async (t) => {
  const path = join(t.testdir({}), 'record.jsonl');
  const writer = new RecordWriter(path);
  writer.write(composeHeader());
  await writer.close();
  writer.write({ type: 'note', t: 1, message: 'too late' });
  await writer.close();
  t.equal(writer.error, undefined);
  t.strictSame((await readRecord(path)).entries, []);
});

t.test('half a character becomes U+FFFD, as strict readers of JSON ask', async (t) => {
  const path = join(t.testdir({}), 'record.jsonl');
  const writer = new RecordWriter(path);
  writer.write(composeHeader());
  writer.write({ type: 'note', t: 1, message: 'a\ud800b' });
  await writer.close();
  t.match((await readRecord(path)).entries, [{ message: 'a\ufffdb' }]);
});

t.test('an earlier record is not overwritten', async (t) => {
  const path = join(t.testdir({ 'record.jsonl': 'precious' }), 'record.jsonl');
  const writer = new RecordWriter(path);
  writer.write(composeHeader());
  await t.rejects(writer.close(), { code: 'RECORD_WRITE', kind: 'machine', message: /EEXIST/, hint: /--out/ });
  t.equal(fs.readFileSync(path, 'utf8'), 'precious');
});

t.test('a missing folder is an error', async (t) => {
  const writer = new RecordWriter(join(t.testdir({}), 'no', 'record.jsonl'));
  await t.rejects(writer.close(), { code: 'RECORD_WRITE', message: /ENOENT/ });
});

t.test('a full disk is an error while writing and at the close', async (t) => {
  // Every write to /dev/full fails with ENOSPC (full(4)).
  const { RecordWriter: OnFullDisk } = await t.mockImport<typeof import('./writer.js')>('./writer.js', {
    'node:fs': { ...fs, createWriteStream: () => fs.createWriteStream('/dev/full') },
  });
  const writer = new OnFullDisk('/record.jsonl');
  writer.write(composeHeader());
  while (!writer.error) await new Promise((resolve) => setTimeout(resolve, 5));
  t.match(writer.error, { code: 'RECORD_WRITE', message: /ENOSPC/, hint: /The disk is full/ });
  writer.write(composeHeader());
  await t.rejects(writer.close(), { code: 'RECORD_WRITE' });
  await t.rejects(writer.close(), { code: 'RECORD_WRITE' });
});
