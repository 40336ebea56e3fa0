import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import Draft04 from 'ajv-draft-04';
import t from 'tap';
import { RULES } from '../lint/catalogue.js';
import { lintTrees } from '../lint/lint.js';
import { suppressionRule } from '../lint/suppress.js';
import { composeTree } from '../testing/lint.js';
import { renderGithub } from './github.js';
import { renderLint } from './lint-terminal.js';
import { composeSarifLog } from './sarif.js';

const tree = composeTree({
  'etc/systemd/system/t3-serve@.service':
    '[Service]\nExecStart=t3\nMemoryHigh=12G\nMemoryMax=16G\nMemorySwapMax=0\n# oomdrill-lint: ignore oom-policy -- tried\nOOMPolicy=kill\n',
  'etc/docker/daemon.json': '{}',
});
const report = lintTrees([tree], { paths: ['.'], strict: true });

t.test('for people', async (t) => {
  t.matchSnapshot(renderLint(report, { color: false, columns: 100 }));
  t.equal(
    renderLint(
      { ...report, findings: [], suppressed: [], strict: false, counts: { error: 0, warning: 0, note: 0 } },
      { color: false, columns: 80 },
    ),
    '0 errors, 0 warnings, 0 notes\n',
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
  t.match(renderLint(report, { color: true, columns: 100 }), /\u001b\[31merror/);
});

t.test('many findings stay readable', async (t) => {
  const unit = (name: string) =>
    [`etc/systemd/system/${name}.service`, '[Service]\nExecStart=a\nMemoryMax=1GB\n'] as const;
  const many = lintTrees([composeTree(Object.fromEntries(['a', 'b'].map(unit)), 'files')], {
    paths: ['.'],
    strict: true,
  });
  const text = renderLint(many, { color: false, columns: 100 });
  t.equal(text.match(/bad-value\]$/gm)?.length, 2);
  t.equal(text.match(/fix: /g)?.length, 1, 'one fix is reported once');
  t.notMatch(text, /by rule:/);
  const names = Array.from({ length: 30 }, (_, index) => `a${index}`);
  const more = lintTrees([composeTree(Object.fromEntries(names.map(unit)), 'files')], { paths: ['.'], strict: true });
  t.match(renderLint(more, { color: false, columns: 100 }), /^by rule: 30 bad-value\n30 errors, 0 warnings, 0 notes/m);
});

t.test('what was not read is said in every format, and decides nothing', async (t) => {
  const one = {
    ...report,
    findings: [],
    notRead: [{ path: 'etc/nomad.d/web.hcl', what: 'a Nomad job, or settings of Nomad' }],
  };
  t.match(
    renderLint(one, { color: false, columns: 100 }),
    'etc/nomad.d/web.hcl: not read: it is a Nomad job, or settings of Nomad\n',
  );
  t.equal(
    renderGithub(one),
    '::notice file=etc/nomad.d/web.hcl,title=not read::oomdrill lint does not read this file: it is a Nomad job, or settings of Nomad.\n',
  );
  const [run] = composeSarifLog(one, RULES, '0.1.0').runs;
  t.match(run?.invocations?.[0], {
    executionSuccessful: true,
    toolExecutionNotifications: [
      {
        level: 'note',
        locations: [{ physicalLocation: { artifactLocation: { uri: 'etc/nomad.d/web.hcl' } } }],
      },
    ],
  });
  const jobs = composeTree({ 'etc/nomad.d/web.hcl': '' }, 'files');
  t.match(lintTrees([jobs], { paths: ['.'], strict: true }), { notRead: one.notRead, exitCode: 0 });
  t.equal(composeSarifLog(report, RULES, '0.1.0').runs[0]?.invocations, undefined);
});

t.test('each annotation for GitHub is one line, with escapes', async (t) => {
  const odd = { ...report, findings: report.findings.map((each) => ({ ...each, path: '50%, x: y.service' })) };
  const lines = renderGithub(odd).trimEnd().split('\n');
  t.equal(lines.length, report.findings.length);
  for (const line of lines)
    t.match(line, /^::(?:error|warning|notice) file=50%25%2C x%3A y\.service(?:,line=\d+)?,title=[a-z-]+::.*%0AFix: /);
});

t.test('SARIF is valid for its published schema', async (t) => {
  const schema = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const ajv = new Draft04.default({ strict: false, validateFormats: false, unicodeRegExp: false });
  const validate = ajv.compile(JSON.parse(await readFile(schema, 'utf8')));
  const absolute = {
    ...report,
    findings: report.findings.map((each) => ({ ...each, path: `/tmp/a b\ud800/${each.path}` })),
  };
  const unread = { ...report, notRead: [{ path: 'etc/a b.hcl', what: 'a Nomad job' }] };
  for (const each of [report, absolute, unread]) {
    const log = composeSarifLog(each, [...RULES, suppressionRule], '0.1.0');
    t.ok(validate(JSON.parse(JSON.stringify(log))), JSON.stringify(validate.errors));
    const [run] = log.runs;
    t.equal(run?.results?.length, report.findings.length + report.suppressed.length);
    for (const { ruleId, ruleIndex } of run?.results ?? [])
      t.equal(run?.tool.driver.rules?.[ruleIndex ?? -1]?.id, ruleId);
    t.match(run?.results?.at(-1)?.suppressions, [{ kind: 'inSource', justification: 'tried' }]);
  }
  const [first] = composeSarifLog(absolute, RULES, '0.1.0').runs[0]?.results ?? [];
  t.match(first?.locations?.[0]?.physicalLocation?.artifactLocation?.uri, /^file:\/\/\/tmp\/a%20b%EF%BF%BD/);
  t.notOk(validate({ version: '2.1.0', runs: [{}] }), 'the schema can reject a file');
});
