import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compose, composeHeader, recordText } from '../testing/record.js';
import { judge } from '../verdict/verdict.js';
import { parseRecord, readRecord } from './reader.js';

const text = recordText(compose());

t.test('a complete record is read back with the same judgement', async (t) => {
  const path = join(t.testdir({ 'record.jsonl': text }), 'record.jsonl');
  const record = await readRecord(path);
  t.notOk(record.truncated);
  t.strictSame(record, compose());
  t.strictSame(judge(record), judge(compose()));
});

t.test('a truncated record is read up to its last whole line', async (t) => {
  const broken = parseRecord(text.slice(0, -20), 'x');
  t.ok(broken.truncated, 'in the middle of a line');
  t.equal(broken.entries.length, compose().entries.length - 1);
  t.equal(judge(broken).outcome, 'inconclusive');
  t.ok(parseRecord(text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1), 'x').truncated, 'between two lines');
  t.strictSame(parseRecord(`${JSON.stringify(composeHeader())}\n`, 'x').entries, []);
});

t.test('a file that cannot be read is an error with its cause', async (t) => {
  const dir = t.testdir({});
  mkdirSync(join(dir, 'folder'));
  writeFileSync(join(dir, 'empty'), '');
  await t.rejects(readRecord(join(dir, 'nothing')), {
    code: 'RECORD_MISSING',
    kind: 'usage',
    message: /^There is no record at .*nothing\.$/,
    hint: /record\.jsonl/,
  });
  await t.rejects(readRecord(join(dir, 'folder')), {
    code: 'RECORD_UNREADABLE',
    message: /: it is a directory, not a file\.$/,
  });
  await t.rejects(readRecord(join(dir, 'empty')), { code: 'RECORD_INVALID', message: /it is empty/ });
});

t.test('an invalid record is an error with the line', async (t) => {
  const header = `${JSON.stringify(composeHeader())}\n`;
  const bad = (content: string, why: RegExp) =>
    t.throws(() => parseRecord(content, 'file'), { code: 'RECORD_INVALID', message: why });
  bad('hello\n', /line 1: it is not the header of a record/);
  bad(header.slice(0, 50), /line 1: it is not the header of a record/);
  bad('{"type":"note","t":1,"message":"x"}\n', /line 1: it is not the header of a record/);
  bad(`${header}{"type":"note","t":1,"message":"x"}\n{"type":4}\n`, /line 3: /);
  bad(`${header}{"type":"note","t":"soon","message":"x"}\n`, /line 2: t must be a number \(got "soon"\)\.$/);
  bad(`${header}not json\n{"type":"note","t":1,"message":"x"}\n`, /line 2/);
  bad(`${header}${header}`, /line 2: a second header/);
});

t.test('a record of a later version is refused', async (t) => {
  for (const version of ['3', '17']) {
    const other = text.replace('oomdrill.record/2', `oomdrill.record/${version}`);
    t.throws(() => parseRecord(other, 'file'), {
      code: 'RECORD_NEWER',
      message: `file has the format oomdrill.record/${version}, but this oomdrill reads versions 1 and 2 of it.`,
      hint: /newer/,
    });
  }
});

t.test('keys and entries of a later oomdrill are ignored', async (t) => {
  const [header = '', ...entries] = text.split('\n');
  const added = entries.map((line) =>
    line === '' ? '' : JSON.stringify({ ...JSON.parse(line), added: { deep: [1] } }),
  );
  const later = [JSON.stringify({ ...JSON.parse(header), added: true }), '{"type":"percentiles","t":1}', ...added];
  t.strictSame(parseRecord(later.join('\n'), 'x'), parseRecord(text, 'x'));
});
