import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Draft04 from 'ajv-draft-04';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { marked, type Token, type Tokens } from 'marked';
import { type DefaultTreeAdapterTypes, parse as parseHtml } from 'parse5';
import { Parser } from 'tap-parser';
import { assets } from '../../harness/core/assets.js';
import { asUtf8 } from '../inputs/text.js';

// Readers of other makers. Each throws an error if it does not take the text, or reads something else than was written.

const require = createRequire(import.meta.url);

const junitSchema = XsdValidator.fromDoc(
  XmlDocument.fromBuffer(readFileSync(join(assets.root, 'fixtures/schemas/junit.xsd'))),
);

/** JUnit XML as Jenkins reads it. */
export function mustBeJunit(text: string, tests: number): void {
  const document = XmlDocument.fromString(asUtf8(text));
  try {
    junitSchema.validate(document);
    mustCount('tests of JUnit', document.find('//testcase').length, tests);
  } finally {
    document.dispose();
  }
}

/** TAP 14, with one result for each drill and no directive that we did not write. */
export function mustBeTap(text: string, expected: { tests: number; notOk: number; skipped: number }): void {
  const parser = new Parser({ strict: true });
  const faults: string[] = [];
  let skipped = 0;
  parser.on('assert', ({ skip, todo }: { skip?: unknown; todo?: unknown }) => {
    if (skip !== undefined && skip !== false) skipped++;
    if (todo !== undefined && todo !== false) faults.push('a TODO');
  });
  parser.on('extra', (extra: string) => faults.push(`a line that is not TAP: ${extra}`));
  parser.on('bailout', () => faults.push('Bail out!'));
  parser.on('child', () => faults.push('a subtest'));
  parser.end(text);
  const { count, fail } = parser;
  if (faults.length > 0) throw new Error(`TAP has ${faults[0]}`);
  mustCount('tests of TAP', count, expected.tests);
  mustCount('failed tests of TAP', fail, expected.notOk);
  mustCount('skipped tests of TAP', skipped, expected.skipped);
}

/** GitHub-flavoured Markdown: one table with a row for each drill, and nothing that acts. */
export function mustBeMarkdown(text: string, rows: number): void {
  const tokens = marked.lexer(text, { gfm: true });
  const tables = tokens.filter((token): token is Tokens.Table => token.type === 'table');
  mustCount('tables', tables.length, 1);
  mustCount('rows', tables[0]?.rows.length ?? 0, rows);
  marked.walkTokens(tokens, (token: Token) => {
    if (['html', 'link', 'image', 'code', 'del', 'em', 'blockquote', 'hr', 'def'].includes(token.type))
      throw new Error(`Markdown reads ${JSON.stringify(token.raw.slice(0, 100))} as ${token.type}`);
  });
}

/** One sample or remark of the text format (prometheus.io/docs, "Exposition formats"; OpenMetrics ends in `# EOF`). */
const METRIC_LINE =
  /^(?:# (?:HELP|TYPE|UNIT) [a-z_]+ .*|[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\n"])*",?)*\})? (?:-?[\d.]+(?:e[+-]?\d+)?|[+-]?Inf|NaN))$/i;

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** Metrics, line by line; `thorough` asks promtool as well, which takes a process for each text. */
export function mustBeMetrics(text: string, thorough: boolean): void {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.pop() !== '# EOF') throw new Error('metrics do not end in # EOF');
  const odd = lines.find((line) => !METRIC_LINE.test(line));
  if (odd !== undefined) throw new Error(`a line of metrics: ${JSON.stringify(odd.slice(0, 200))}`);
  if (!thorough || !hasPromtool) return;
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (status !== 0) throw new Error(`promtool: ${stdout}${stderr}`.slice(0, 500));
}

const isSarif = (() => {
  const schema = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const ajv = new Draft04.default({ strict: false, validateFormats: false, unicodeRegExp: false });
  return ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
})();

/** SARIF 2.1.0, with one result for each finding. */
export function mustBeSarif(text: string, results: number): void {
  const log = JSON.parse(text) as { runs: { results: { locations: unknown[] }[] }[] };
  if (!isSarif(log)) throw new Error(`SARIF: ${JSON.stringify(isSarif.errors).slice(0, 500)}`);
  mustCount('results of SARIF', log.runs[0]?.results.length ?? 0, results);
  for (const [, uri] of text.matchAll(/"uri": "([^"]*)"/g))
    if (!/^(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*$/.test(uri ?? '')) throw new Error(`SARIF has the URI ${uri}`);
}

/** Workflow commands of GitHub, one for each finding and no other. */
export function mustBeAnnotations(text: string, findings: number): void {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029\u0085]/).filter(Boolean);
  mustCount('lines', lines.length, findings);
  const odd = lines.find(
    (line) => !/^::(?:error|warning|notice) file=[^:,]*(?:,line=\d+)?,title=[^:,\r\n]*::[^\r\n]*$/.test(line),
  );
  if (odd !== undefined) throw new Error(`an annotation: ${JSON.stringify(odd.slice(0, 200))}`);
}

type Element = DefaultTreeAdapterTypes.Element;
type Parent = DefaultTreeAdapterTypes.ParentNode;

/** What a report's page may be made of: no element that loads or runs anything, but the page's own script and style. */
const ACTING = new Set([
  'iframe',
  'object',
  'embed',
  'img',
  'link',
  'base',
  'form',
  'audio',
  'video',
  'meta',
  'script',
  'style',
]);

/** Characters that a reader of HTML complains of, and shows or leaves out. */
const HARMLESS: ReadonlySet<string> = new Set([
  'control-character-in-input-stream',
  'noncharacter-in-input-stream',
  'unexpected-null-character',
]);

/** HTML without a syntax error, in which nothing of a record acts. Counts the elements that may act, for comparison. */
export function countActing(text: string): Readonly<Record<string, number>> {
  const errors: string[] = [];
  const document = parseHtml(asUtf8(text), {
    onParseError({ code, startLine }) {
      if (!HARMLESS.has(code)) errors.push(`${code} in line ${startLine}`);
    },
  });
  if (errors.length > 0) throw new Error(`HTML: ${errors[0]}`);
  const counts: Record<string, number> = {};
  const visit = (node: Parent) => {
    for (const child of node.childNodes) {
      if (!('tagName' in child)) continue;
      checkElement(child);
      if (ACTING.has(child.tagName)) counts[child.tagName] = (counts[child.tagName] ?? 0) + 1;
      visit(child);
    }
  };
  visit(document);
  return counts;
}

function checkElement({ tagName, attrs }: Element): void {
  for (const { name, value } of attrs) {
    if (name.startsWith('on')) throw new Error(`<${tagName}> has ${name}`);
    if (/^(?:href|src|action|formaction|xlink:href)$/.test(name) && !value.startsWith('#'))
      throw new Error(`<${tagName}> has ${name}=${value}`);
  }
}

function mustCount(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${found} ${what} instead of ${expected}`);
}
