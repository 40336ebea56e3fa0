import { readFileSync } from 'node:fs';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { marked, type Tokens } from 'marked';
import t from 'tap';
import { printable } from '../core/printable.js';
import { compose, shortOfMemoryBetween } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary } from '../verdict/summary.js';
import { renderJunit } from './junit.js';
import { renderMarkdown } from './markdown.js';
import { renderOpenMetrics } from './openmetrics.js';
import { describeTally } from './tally.js';

const record = compose();
const timings = {
  machineMs: 4_000,
  installMs: 1_000,
  rampMs: 3_000,
  holdMs: 45_000,
  recoveryMs: 4_000,
  totalMs: 62_500,
  overheadMs: 8_000,
};
const passed: RunSummary = { ...summarizeRecord(record, 'reports/a/record.jsonl'), timings };
const drifting: RunSummary = {
  ...passed,
  guest: 'bookworm',
  drifts: [
    { figure: 'longestGapMs', value: 900, previousMedian: 230 },
    { figure: 'fullStallPercent', value: 12, previousMedian: 0 },
  ],
};
const failed = summarizeRecord(compose(shortOfMemoryBetween(10_000, 50_000)), 'reports/b/record.jsonl');
/** Text that is difficult for a format: its own markup, a line end, and a character that XML does not allow. */
const HOSTILE = 'QEMU said "<b>|`*_&amp;`" ]]> \\\u0000\nand ended.';
const readable = printable(HOSTILE);
const broken: RunSummary = {
  ...passed,
  scenario: 'broken|off',
  outcome: null,
  verdict: 'error',
  evidence: null,
  timings: null,
  record: null,
  reasons: [HOSTILE],
  error: { code: 'QEMU_DIED', message: HOSTILE, hint: 'Look at dmesg.' },
};
const skipped: RunSummary = { ...broken, verdict: 'skip', reasons: ['There is no PSI.'] };
const undecided: RunSummary = { ...failed, verdict: 'inconclusive', outcome: 'inconclusive', guest: 'bookworm' };
const at = '2026-07-02T16:35:00.123Z';
const summary = summarize([passed, passed, drifting, failed, broken, skipped, undecided], record.header.host, { at });

t.test('JUnit XML', async (t) => {
  const xml = renderJunit(summary);
  t.matchSnapshot(xml);
  const schema = XmlDocument.fromBuffer(readFileSync(new URL('../../fixtures/schemas/junit.xsd', import.meta.url)));
  const validator = XsdValidator.fromDoc(schema);
  const read = XmlDocument.fromString(xml);
  t.doesNotThrow(() => validator.validate(read), 'valid for the schema of Jenkins');
  const count = (path: string) => read.find(path).length;
  t.equal(count('//testcase/failure'), 1, 'a claim that did not hold');
  t.equal(count('//testcase/error'), 2, 'a machine that failed, and an inconclusive drill');
  t.equal(count('//testcase/skipped'), 1);
  t.equal(count('//testcase[not(failure) and not(error) and not(skipped)]'), 3);
  t.equal(read.get('//testsuites/@errors')?.content, '2');
  t.equal(read.get('//error[@type="QEMU_DIED"]/@message')?.content, readable);
  t.match(read.get('//error[@type="QEMU_DIED"]')?.content, readable);

  const wrong = XmlDocument.fromString(xml.replace('tests="7"', 'tets="7"'));
  t.throws(() => validator.validate(wrong), 'the schema can reject a file');
  for (const document of [schema, read, wrong]) document.dispose();
  t.match(renderJunit({ runs: [], host: summary.host, at: undefined }), /tests="0"/);
});

t.test('Markdown', async (t) => {
  const text = renderMarkdown(summary);
  t.matchSnapshot(text);
  const tokens = marked.lexer(text, { gfm: true });
  const table = tokens.find((token): token is Tokens.Table => token.type === 'table');
  t.equal(table?.rows.length, 7);
  t.ok(table?.rows.every((row) => row.length === 8));
  // What a reader sees: the text of each cell, without markup.
  const html = marked
    .parse(text, { gfm: true, async: false })
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
  t.match(html, '<td align="left">broken|off</td>');
  t.match(html, 'QEMU said &quot;&lt;b&gt;|`*_&amp;amp;`&quot; ]]&gt; \\\\x00\\nand ended.');
  t.notMatch(html, /<b>|<em>/, 'nothing in an error message is read as markup');
});

t.test('OpenMetrics', async (t) => {
  const text = await renderOpenMetrics(summary);
  t.matchSnapshot(text);
  t.match(
    text,
    /oomdrill_verdict\{scenario="composed",guest="trixie",control="false",verdict="fail"\} 1\n/,
    'the worst',
  );
  t.match(await renderOpenMetrics({ runs: [], exitCode: 2, at: undefined }), /oomdrill_exit_status 2\n# EOF\n$/);
  const twice = [
    passed,
    { ...passed, evidence: passed.evidence && { ...passed.evidence, longestGapMs: 1_900 } },
    passed,
  ];
  t.match(
    await renderOpenMetrics({ ...summary, runs: twice }),
    /longest_gap_seconds\{.*\} 1\.9\n/,
    'of two drills, the one with the longer gap',
  );
});

t.test('tallies', async (t) => {
  t.equal(describeTally(summary.runs), '3 passed, 1 failed, 1 inconclusive, 1 stopped by an error, 1 skipped');
  t.equal(describeTally([]), 'nothing was drilled');
});

t.test("a scenario with the user's own bundle is distinguished from the catalogue's", async (t) => {
  const theirs = summarize([passed, { ...passed, bundle: 'R&D' }], record.header.host);
  t.match(renderJunit(theirs), /name="composed".*name="composed with R&amp;D"/s);
  t.match(renderMarkdown(theirs), 'composed with R');
  const metrics = await renderOpenMetrics(theirs);
  t.match(metrics, /^oomdrill_longest_gap_seconds\{scenario="composed",guest="trixie",control="false"\}/m);
  t.match(metrics, /^oomdrill_longest_gap_seconds\{scenario="composed",guest="trixie",control="false",bundle="R&D"\}/m);
});
