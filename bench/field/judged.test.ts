import { readFile } from 'node:fs/promises';
import t from 'tap';
import type { Finding } from '../../harness/lint/finding.js';
import { compareWithJudged, keyOf, parseJudged } from './judged.js';
import type { FieldFinding } from './ways.js';

const finding = (message: string, severity: Finding['severity'] = 'error'): FieldFinding => ({
  finding: { rule: 'no-cap', severity, path: 'x', line: 1, message, why: '', source: '', fix: '' },
  source: 'nginx',
  file: 'usr/lib/systemd/system/nginx.service',
});

const line = (message: string, judgement: string) => `${keyOf(finding(message))}\t${judgement}\tso it is`;

t.test('findings are compared with those that a reader has judged', async (t) => {
  const judged = parseJudged(
    ['# a comment', line('a', 'right'), line('b', 'wrong'), line('c', 'right'), ''].join('\n'),
  );
  const compared = compareWithJudged([finding('a'), finding('b'), finding('b'), finding('d')], judged);
  t.equal(compared.total, 3, 'a finding counts once, in however many ways it was made');
  t.same(
    compared.wrong.map(({ key }) => key),
    [keyOf(finding('b'))],
  );
  t.same(compared.unjudged, [keyOf(finding('d'))]);
  t.same(
    compared.gone.map(({ key }) => key),
    [keyOf(finding('c'))],
  );
});

t.test('a finding of another severity was not judged', async (t) => {
  const judged = parseJudged(line('a', 'right'));
  t.equal(compareWithJudged([finding('a', 'note')], judged).unjudged.length, 1);
});

t.test('a list that cannot be read is refused', async (t) => {
  t.throws(() => parseJudged(keyOf(finding('a'))), /line 1 is not a judged finding/);
  t.throws(() => parseJudged(line('a', 'perhaps')), /line 1 is not a judged finding/);
  t.throws(
    () => parseJudged([line('a', 'right'), line('a', 'wrong')].join('\n')),
    /line 2 judges a finding a second time/,
  );
});

t.test('the list of this repository can be read', async (t) => {
  const text = await readFile(new URL('judged.tsv', import.meta.url), 'utf8');
  t.ok(parseJudged(text).size > 0);
});
