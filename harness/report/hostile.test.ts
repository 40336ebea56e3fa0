import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Draft04 from 'ajv-draft-04';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { type MarkedToken, marked, type Token } from 'marked';
import t, { type Test } from 'tap';
import { Parser } from 'tap-parser';
import { printable } from '../core/printable.js';
import { textOf } from '../core/printable-text.js';
import type { LintReport } from '../lint/finding.js';
import { lintTrees } from '../lint/lint.js';
import { findActing, HOSTILE, MARK, withTexts } from '../testing/hostile.js';
import { composeTree } from '../testing/lint.js';
import { compose, shortOfMemoryBetween } from '../testing/record.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary, Summary } from '../verdict/summary.js';
import { wrap } from './layout.js';
import { LINT_REPORTERS } from './lint-reporters.js';
import { REPORTERS } from './reporters.js';

const WIDE = { color: false, columns: 100_000 };

/** Values of these keys are names of ours, which a schema checks. */
const FIXED = new Set(['outcome', 'expected', 'verdict', 'figure', 'bound', 'kind', 'accelerator', 'state']);

const passed = summarizeRecord(compose(), 'reports/a/record.jsonl');
const failed = summarizeRecord(compose(shortOfMemoryBetween(10_000, 50_000)), 'reports/b/record.jsonl');
const broken: RunSummary = {
  ...passed,
  outcome: null,
  verdict: 'error',
  evidence: null,
  record: null,
  reasons: ['It ended.'],
  error: { code: 'X', message: 'It ended.', hint: 'Look.' },
};
const bundle = { bundle: 'mine', server: '/opt/mine', secondTryOf: { reason: 'It stalled.', record: 'first.jsonl' } };
const drifts = [{ figure: 'longestGapMs' as const, value: 900, previousMedian: 230 }];
const RUNS: readonly RunSummary[] = [
  passed,
  { ...passed, ...bundle, drifts },
  failed,
  broken,
  { ...broken, verdict: 'skip' },
  { ...failed, verdict: 'inconclusive', outcome: 'inconclusive', spoiledByHost: true },
];
const { host } = compose().header;
const AT = '2026-07-02T16:35:00.123Z';

/** Results in which all that is text from outside is this value. */
const summaryOf = (value: string): Summary => ({
  ...summarize(
    RUNS.map((run) => withTexts(run, value, FIXED)),
    withTexts(host, value),
    { at: AT },
  ),
});
const HARMLESS = summaryOf(MARK);

const countLines = (text: string): number => text.split('\n').length;

const xsd = XsdValidator.fromDoc(
  XmlDocument.fromBuffer(readFileSync(new URL('../../fixtures/schemas/junit.xsd', import.meta.url))),
);

/** The types of all tokens in their order, and the text of each that has no parts: what a reader sees. */
function outline(tokens: readonly Token[]): string[] {
  return (tokens as readonly MarkedToken[]).flatMap((token): string[] => {
    if (token.type === 'table')
      return [...token.header, ...token.rows.flat()].flatMap((cell) => ['cell', ...outline(cell.tokens)]);
    if (token.type === 'list')
      return token.items.flatMap((item) => [item.task ? 'task' : 'item', ...outline(item.tokens)]);
    if ('tokens' in token && token.tokens) return [token.type, ...outline(token.tokens)];
    return [token.type];
  });
}

/** Parts of a line; how many there are depends on the value. */
const INLINE = new Set(['text', 'escape', 'codespan']);
/** What GitHub looks through after it has rendered a page, for addresses and mentions: all text but that of code. */
const textOutsideCode = (tokens: readonly Token[]): string =>
  (tokens as readonly MarkedToken[])
    .map((token): string => {
      if (token.type === 'table')
        return [...token.header, ...token.rows.flat()].map((cell) => textOutsideCode(cell.tokens)).join('\n');
      if (token.type === 'list') return token.items.map((item) => textOutsideCode(item.tokens)).join('\n');
      if ('tokens' in token && token.tokens) return textOutsideCode(token.tokens);
      return token.type === 'text' || token.type === 'escape' ? token.text : '\n';
    })
    .join('');

const blocks = (text: string): string[] =>
  outline(marked.lexer(text, { gfm: true })).filter((type) => !INLINE.has(type));

type Check = (t: Test, text: string, value: string) => unknown;

/** What each form must be like whatever is in it, by a foreign reader where there is one. */
const CHECKS: Readonly<Record<string, Check>> = {
  terminal(t, text) {
    t.equal(findActing(text), undefined);
  },
  async tap(t, text, value) {
    t.equal(findActing(text), undefined);
    const skips: unknown[] = [];
    const parser = new Parser();
    parser.on('assert', (test) => void (test.skip && skips.push(test.skip)));
    parser.on('bailout', () => t.fail('it was ended early'));
    const results = await new Promise<{ count: number; fail: number; todo: number; skip: number }>((resolve) => {
      parser.on('complete', resolve);
      parser.end(text);
    });
    t.match(results, { count: RUNS.length, fail: 3, todo: 0, skip: 1 });
    const [reasons] = /^ {2}reasons: .*$/m.exec(text) ?? [''];
    t.same(new Set(JSON.parse(reasons.slice('  reasons: '.length))), new Set([value.replace(/\p{Cs}/gu, '\ufffd')]));
  },
  markdown(t, text) {
    t.equal(findActing(text), undefined);
    t.same(blocks(text), blocks(harmless.get('markdown') ?? ''));
    t.notMatch(textOutsideCode(marked.lexer(text, { gfm: true })), /@|:\/\/|www\.|#\d|GH-\d|mailto:/i);
  },
  junit(t, text, value) {
    t.equal(findActing(text), undefined);
    using document = XmlDocument.fromString(text);
    t.doesNotThrow(() => xsd.validate(document));
    t.equal(document.find('//testcase').length, RUNS.length);
    t.equal(document.get('//error/@message')?.content, printable(value));
    t.equal(document.get('//testsuite/@hostname')?.content, printable(value));
  },
  openmetrics(t, text) {
    t.equal(findActing(text), undefined);
    const label = '\\w+="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
    const line = new RegExp(`^(?:# .*|oomdrill_\\w+(?:\\{${label}(?:,${label})*\\})? [\\d.e+-]+|)$`);
    for (const each of text.split('\n')) t.match(each, line);
  },
};

const harmless = new Map<string, string>();
for (const { name, render } of REPORTERS) harmless.set(name, await render(HARMLESS, WIDE));

for (const { name, render } of REPORTERS) {
  t.test(`no hostile value acts: ${name}`, async (t) => {
    const check = CHECKS[name];
    if (!check) return t.fail('a reporter must have a check here');
    for (const [what, value] of Object.entries(HOSTILE)) {
      await t.test(what, async (t) => {
        const text = await render(summaryOf(value), WIDE);
        t.match(text, MARK, 'the value is in it');
        t.equal(countLines(text), countLines(harmless.get(name) ?? ''), 'no line more');
        await check(t, text, value);
      });
    }
  });
}

t.test('no hostile value acts on a terminal with colours, or a narrow one', async (t) => {
  const { renderRuns } = await import('./terminal.js');
  for (const [what, value] of Object.entries(HOSTILE)) {
    for (const columns of [20, 80]) {
      t.equal(findActing(renderRuns(summaryOf(value).runs, { color: true, columns }), true), undefined, what);
    }
  }
});

t.test('no hostile value acts wherever its line is broken', async (t) => {
  for (const [what, value] of Object.entries(HOSTILE)) {
    const widths = Array.from({ length: 120 }, (_, columns) => textOf(wrap(`a page ${value} of it`, columns)));
    t.same(widths.map((text) => findActing(text)).filter(Boolean), [], what);
  }
});

const tree = composeTree({
  'etc/systemd/system/a.service':
    '[Service]\nExecStart=a\nMemoryHigh=12G\nMemoryMax=16G\n# oomdrill-lint: ignore oom-policy -- tried\nOOMPolicy=kill\n',
});
const LINTED = lintTrees([tree], { paths: ['.'], strict: false });
const FIXED_IN_FINDINGS = new Set(['rule', 'severity', 'kind', 'schema', 'source', 'exitCode', 'counts']);
const reportOf = (value: string): LintReport => withTexts(LINTED, value, FIXED_IN_FINDINGS);

const sarifSchema = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const validateSarif = new Draft04.default({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(
  JSON.parse(readFileSync(sarifSchema, 'utf8')),
);

const LINT_CHECKS: Readonly<Record<string, Check>> = {
  text(t, text) {
    t.equal(findActing(text), undefined);
  },
  github(t, text, value) {
    for (const line of text.trimEnd().split('\n')) {
      t.match(line, /^::(?:error|warning|notice) file=[^,:]*(?:,line=\d+)?,title=[a-z-]+::/);
      t.notMatch(line.slice(2), /^[^:]*::.*[\r\n]/);
      t.equal(findActing(line.replace(/^::/, '')), undefined);
      const [, , data = ''] = /^::(.*?)::(.*)$/.exec(line) ?? [];
      const lines = data.split('%0A').map((each) => each.replaceAll('%25', '%'));
      t.same(lines, [printable(value), printable(value), printable(`Fix: ${value}`)]);
    }
  },
  sarif(t, text, value) {
    t.equal(findActing(text), undefined);
    const log = JSON.parse(text);
    t.ok(validateSarif(log), JSON.stringify(validateSarif.errors));
    for (const { message, locations } of log.runs[0].results) {
      t.notMatch(message.text, /(?<!\\)\]\(/, 'no link');
      const { uri } = locations[0].physicalLocation.artifactLocation;
      t.match(uri, /^[\w%.!~*'()/-]+$/);
      t.equal(decodeURIComponent(uri), value.replace(/\p{Cs}/gu, '\ufffd'));
    }
  },
};

for (const { name, render } of LINT_REPORTERS) {
  t.test(`no hostile value acts: findings as ${name}`, async (t) => {
    const check = LINT_CHECKS[name];
    if (!check) return t.fail('a form of findings must have a check here');
    const lines = countLines(await render(reportOf(MARK), WIDE, '0'));
    for (const [what, value] of Object.entries(HOSTILE)) {
      await t.test(what, async (t) => {
        const text = await render(reportOf(value), WIDE, '0');
        t.match(text, MARK, 'the value is in it');
        t.equal(countLines(text), lines, 'no line more');
        await check(t, text, value);
      });
    }
  });
}

t.test('what looks for them can find them', async (t) => {
  for (const [what, value] of Object.entries(HOSTILE)) {
    t.match(value, MARK);
    t.equal(findActing(printable(value)), undefined, what);
  }
  const acting = Object.values(HOSTILE).filter((value) => findActing(value) !== undefined);
  t.ok(acting.length >= 25 && Object.keys(HOSTILE).length >= 40);
});
