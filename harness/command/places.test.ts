import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createNight } from '../history/night.js';
import { runCommandLine } from '../testing/command-line.js';
import { compose } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';

// Results are kept in the working folder, wherever oomdrill is installed.

const record = compose();
const summary = summarize([summarizeRecord(record, 'a/record.jsonl')], record.header.host);
const night = `${JSON.stringify(createNight(summary, '2026-07-02T03:00:00.000Z'))}\n`;
const dir = t.testdir({ reports: { 'history.jsonl': night }, results: { 'history.jsonl': night } });
const before = process.cwd();
process.chdir(dir);
t.teardown(() => process.chdir(before));

t.test('what is accepted is next to the records, in the working folder or in --out', async (t) => {
  const { stdout } = await runCommandLine(['accept']);
  t.match(stdout, /written to reports\/baseline\.json\n$/);
  await runCommandLine(['accept', '--out', 'results']);
  const { accepted } = JSON.parse(readFileSync('results/baseline.json', 'utf8'));
  const { stdout: shown } = await runCommandLine(['history', '--out', 'results', '--json', '-']);
  t.match(JSON.parse(shown).series, [{ accepted: Object.values(accepted)[0] }]);
});

t.test('merge adds to the history of its --out', async (t) => {
  const whole = { index: 1, of: 1, own: summary.runs, suite: summary.runs };
  const shard = { ...summary, at: '2026-07-03T03:00:00.000Z', shard: whole };
  const file = join(t.testdir({}), 'shard.json');
  writeFileSync(file, JSON.stringify(shard));
  await runCommandLine(['merge', file, '--out', 'merged']);
  t.ok(existsSync('merged/history.jsonl'));
});
