import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compose } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { writeReports } from './report-files.js';

const record = compose();
const summary = summarize([summarizeRecord(record, 'reports/a/record.jsonl')], record.header.host);

t.test('each file that was asked for, and no other', async (t) => {
  const dir = t.testdir({ 'step.md': 'what a step before it said\n', 'oomdrill.prom': 'old' });
  const file = (name: string) => join(dir, name);
  await writeReports(summary, { junit: file('junit.xml'), openmetrics: file('oomdrill.prom') }, {});
  t.match(readFileSync(file('junit.xml'), 'utf8'), '<testsuites');
  t.match(readFileSync(file('oomdrill.prom'), 'utf8'), /^# HELP[\s\S]*# EOF\n$/);
  t.notOk(existsSync(file(`oomdrill.prom.${process.pid}`)), 'nothing is left of the writing');
  t.equal(readFileSync(file('step.md'), 'utf8'), 'what a step before it said\n');

  await writeReports(summary, {}, { GITHUB_STEP_SUMMARY: file('step.md') });
  t.match(readFileSync(file('step.md'), 'utf8'), /^what a step before it said\n## oomdrill: 1 passed\n/);
  await writeReports(summary, { markdown: file('page.md') }, { GITHUB_STEP_SUMMARY: '' });
  t.match(readFileSync(file('page.md'), 'utf8'), /^## oomdrill/);
});

t.test('one that cannot be written does not keep the others from it', async (t) => {
  const dir = t.testdir({ taken: {} });
  const markdown = join(dir, 'page.md');
  const flags = { junit: join(dir, 'nowhere', 'junit.xml'), markdown, openmetrics: join(dir, 'taken') };
  await t.rejects(writeReports(summary, flags, {}), {
    code: 'REPORT_WRITE',
    message:
      /^Could not write the report of --junit to .*nowhere\/junit\.xml: ENOENT.* Could not write the report of --openmetrics to .*taken/,
  });
  t.ok(existsSync(markdown));
  t.notOk(existsSync(join(dir, `taken.${process.pid}`)));
});
