import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { z } from 'zod';
import { HOSTILE } from '../testing/hostile.js';
import { compose } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { renderOpenMetrics } from './openmetrics.js';

const path = new URL('../../deploy/grafana-dashboard.json', import.meta.url);

/** The parts of a dashboard that Grafana needs to show it ("Dashboard JSON model" in its documentation). */
const dashboardSchema = z.object({
  uid: z.string().max(40),
  title: z.string(),
  schemaVersion: z.number().int(),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.number().int(),
      type: z.enum(['stat', 'state-timeline', 'timeseries']),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number().max(24), h: z.number() }),
      targets: z.array(z.object({ expr: z.string(), refId: z.string() })).nonempty(),
    }),
  ),
});
const { panels, templating } = dashboardSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
/** The queries, with Grafana's variables replaced as it does for "All". */
const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replace(/\$\w+/g, '.*')));

const record = compose();
const timings = { machineMs: 1, installMs: 1, rampMs: 1, holdMs: 1, recoveryMs: 1, totalMs: 5, overheadMs: 1 };
const run = { ...summarizeRecord(record, 'reports/a/record.jsonl'), timings };
const broken = { ...run, scenario: 'a "quoted"\n\\ name', evidence: null, timings: null, verdict: 'error' as const };
const at = '2026-07-02T16:35:00Z';
const text = await renderOpenMetrics(summarize([run, broken], record.header.host, { at }));
const skip =
  spawnSync('promtool', ['--version']).status === 0 ? false : 'promtool is not installed (Debian package prometheus)';

t.test('OpenMetrics is valid for Prometheus', { skip }, async (t) => {
  const check = (input: string) => spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  const { status, stdout, stderr } = check(text);
  t.same({ status, output: stdout + stderr }, { status: 0, output: '' });
  t.not(check('oomdrill_oom_kills{guest=trixie} 1\n').status, 0, 'promtool can reject input');
});

t.test('how long requests took is a classic histogram', async (t) => {
  const unanswered = compose({ request: (due) => ({ t: due + 30, ok: due < 10_000 || due > 20_000 }) });
  const document = summarize([summarizeRecord(unanswered, 'a')], record.header.host);
  const ofHold = (await renderOpenMetrics(document)).split('\n').filter((line) => line.includes('phase="hold"'));
  const value = (name: string) =>
    Number(
      ofHold
        .find((line) => line.includes(name))
        ?.split(' ')
        .at(-1),
    );
  t.same(
    ['le="0.025"', 'le="0.05"', 'le="30.0"', 'le="+Inf"', '_count'].map(value),
    [0, 174, 174, 225, 225],
    'a request without an answer is in +Inf alone',
  );
  t.equal(value('_sum').toFixed(2), (174 * 0.03).toFixed(2));
  t.equal(ofHold.length, 15, 'twelve fixed buckets, +Inf, the sum and the count');
});

t.test('it is valid whatever the names are', { skip }, async (t) => {
  const runs = Object.values(HOSTILE).map((value) => ({ ...run, scenario: value, bundle: value, guest: value }));
  const input = await renderOpenMetrics(summarize(runs, record.header.host, { at }));
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  t.same({ status, output: stdout + stderr }, { status: 0, output: '' });
});

t.test('the dashboard shows every metric', async (t) => {
  const written = new Set(text.split('\n').map((line) => /^(oomdrill_\w+)/.exec(line)?.[1]));
  const used = new Set(expressions.flatMap((expr) => expr.match(/oomdrill_\w+/g) ?? []));
  written.delete(undefined);
  t.same([...used].sort(), [...written].sort(), 'every metric, and no other');
  const named = new Set(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/\$\w+/g) ?? [])));
  t.same([...named].sort(), ['$guest', '$scenario']);
  t.same(templating.list.map(({ name }) => name).sort(), ['datasource', 'guest', 'scenario']);
  t.equal(new Set(panels.map(({ id }) => id)).size, panels.length, 'ids are unique');
});

t.test('its queries are valid for Prometheus', { skip }, async (t) => {
  const rules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr }));
  const check = (rules: unknown) => {
    const file = join(t.testdir({}), 'rules.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    return spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
  };
  const { status, stderr } = check(rules);
  t.equal(status, 0, stderr);
  t.not(check([{ record: 'panel:0', expr: 'sum by oomdrill_verdict' }]).status, 0, 'promtool can reject input');
});
