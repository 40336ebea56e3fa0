import { join } from 'node:path';
import t from 'tap';
import type { z } from 'zod';
import { acceptSchema } from '../contract/accept.js';
import { captureScriptSchema } from '../contract/capture.js';
import { configSchema } from '../contract/config.js';
import { doctorSchema } from '../contract/doctor.js';
import { diagnosisSchema } from '../contract/explain.js';
import { failureSchema } from '../contract/failure.js';
import { trendSchema } from '../contract/history.js';
import { reportSchema } from '../contract/html-report.js';
import { imagesRemovedSchema, imagesStoredSchema } from '../contract/image.js';
import { initSchema } from '../contract/init.js';
import { judgedSchema } from '../contract/judged.js';
import { mutantListSchema } from '../contract/mutation.js';
import { reapSchema } from '../contract/reap.js';
import { resultsSchema } from '../contract/results.js';
import { scenarioListSchema } from '../contract/scenario-list.js';
import { setupSchema } from '../contract/setup.js';
import { assets } from '../core/assets.js';
import { createNight } from '../history/night.js';
import { lintReportSchema } from '../lint/finding.js';
import { runCommandLine } from '../testing/command-line.js';
import { compileFormats } from '../testing/published.js';
import { compose, recordText } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { summarySchema } from '../verdict/summary.js';

const record = compose();
const run = summarizeRecord(record, 'reports/a/record.jsonl');
const whole = { index: 1, of: 1, own: [run], suite: [run] };
const shard = summarize([run], record.header.host, { at: '2026-07-02T03:00:00.000Z', shard: whole });

const dir = t.testdir({
  'record.jsonl': recordText(record),
  'shard.json': JSON.stringify(shard),
  'history.jsonl': `${JSON.stringify(createNight(shard, '2026-07-02T03:00:00.000Z'))}\nno entry\n`,
  state: {},
  cache: {},
});
const file = (name: string) => join(dir, name);
process.env.OOMDRILL_STATE = file('state');
process.env.OOMDRILL_CACHE = file('cache');

const past = ['--history', file('history.jsonl'), '--baseline', file('baseline.json')];

/** Command lines that need no machine, and the schema of what each writes with `--json`. In this order: the last one fails. */
const CONTRACTS: readonly (readonly [readonly string[], z.ZodType])[] = [
  [['list'], scenarioListSchema],
  [['judge', file('record.jsonl'), file('none.jsonl')], judgedSchema],
  [['merge', file('shard.json'), '--history', file('other.jsonl'), '--baseline', file('none.json')], summarySchema],
  [['results', '--store', file('results.db'), '--add', file('shard.json')], resultsSchema],
  [['results', '--store', file('results.db'), '--by', 'scenario,guest'], resultsSchema],
  [['accept', ...past], acceptSchema],
  [['history', ...past], trendSchema],
  [['report', file('record.jsonl'), file('none.jsonl'), '--out', dir], reportSchema],
  [['lint', assets.bundle('devvm')], lintReportSchema],
  [['mutate', 'devvm', '--list'], mutantListSchema],
  [['explain', join(assets.root, 'fixtures', 'captured')], diagnosisSchema],
  [['init', file('new'), '--ci', 'none'], initSchema],
  [['capture', '--script'], captureScriptSchema],
  [['doctor'], doctorSchema],
  [['setup', 'browser', '--dry-run'], setupSchema],
  [['config'], configSchema],
  [['config', 'image', 'build'], configSchema],
  [['image', 'list'], imagesStoredSchema],
  [['image', 'rm', 'all'], imagesRemovedSchema],
  [['reap'], reapSchema],
  [['judge', file('none.jsonl')], failureSchema],
];

const formats = compileFormats();

for (const [words, schema] of CONTRACTS) {
  t.test(`${words.slice(0, 2).join(' ')}: what --json writes is what its schema has, and nothing else`, async (t) => {
    const { stdout } = await runCommandLine([...words, '--json', '-']);
    const written = JSON.parse(stdout);
    const read = schema.safeParse(written);
    t.same(read.error, undefined);
    t.same(read.data, written);
    const format = formats.get(written.schema);
    t.ok(format, `${written.schema} is published`);
    t.equal(format?.faultIn(written), undefined);
    t.not(format?.faultIn({ ...written, schema: 'oomdrill.other/1' }), undefined, 'the check can fail');
  });
}
