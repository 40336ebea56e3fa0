import { chmodSync, existsSync, linkSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runCommandLine } from '../testing/command-line.js';
import { findOutputFaults } from './output-files.js';

const dir = t.testdir({ notes: 'hello\n', history: '', folder: {} });
const at = (...names: string[]) => join(dir, ...names);
const { PATH, GITHUB_STEP_SUMMARY } = process.env;
delete process.env.GITHUB_STEP_SUMMARY;
t.teardown(() => {
  process.env.PATH = PATH;
  if (GITHUB_STEP_SUMMARY !== undefined) process.env.GITHUB_STEP_SUMMARY = GITHUB_STEP_SUMMARY;
});
const messages = async (...args: Parameters<typeof findOutputFaults>) =>
  (await findOutputFaults(...args)).map(({ error }) => error.message);

t.test('files that can be written', async (t) => {
  const json = at('new.json');
  t.same(
    await messages({ json, reports: { junit: at('notes'), markdown: '/dev/null', openmetrics: '/dev/null' } }, {}),
    [],
  );
  t.same(await messages({ json: '-' }, { GITHUB_STEP_SUMMARY: '/nowhere/page.md' }), [], 'no reports are written');
  t.same(await messages({ reports: {} }, { GITHUB_STEP_SUMMARY: '' }), []);
  t.same(await messages({ json: at('reports', 'a.json'), out: at('reports') }, {}), [], 'the command makes it');
  t.notOk(existsSync(json), 'nothing is written to find that out');
});

t.test('files that cannot be written, all of them', async (t) => {
  const reports = { junit: at('folder'), markdown: `${at('notes')}/`, openmetrics: at('notes', 'x') };
  t.same(await messages({ json: '', reports, out: at('reports') }, { GITHUB_STEP_SUMMARY: '/nowhere/page.md' }), [
    '--json must name a file (got "").',
    `--junit must name a file, not a directory (got ${at('folder')}).`,
    `--markdown must name a file, not a directory (got ${at('notes')}/).`,
    'GITHUB_STEP_SUMMARY must name a file in a directory that exists (got /nowhere/page.md).',
    `--openmetrics must name a file in a directory that exists (got ${at('notes', 'x')}).`,
  ]);
});

t.test('files that the user may not write', { skip: process.getuid?.() === 0 && 'root may' }, async (t) => {
  chmodSync(at('notes'), 0o444);
  chmodSync(at('folder'), 0o555);
  t.same(await messages({ json: at('notes'), reports: { junit: at('folder', 'x') } }, {}), [
    `--json must name a file that can be written (got ${at('notes')}).`,
    `--junit must name a file in a directory that can be written (got ${at('folder', 'x')}).`,
  ]);
});

t.test('only --json can write to standard output', async (t) => {
  t.same(await messages({ json: '-', reports: { junit: '-' } }, {}), [
    '--junit must name a file: only --json can write to standard output (got -).',
  ]);
});

t.test('one file for two results', async (t) => {
  const file = at('a');
  t.same(await messages({ json: file, reports: { junit: `${dir}/./a` } }, {}), [
    `--json and --junit must name different files (got ${file}).`,
  ]);
  t.same(await messages({ json: file, history: file, baseline: file }, {}), [
    `--json and --history and --baseline must name different files (got ${file}).`,
  ]);
});

t.test('one file by two names', async (t) => {
  const dir = t.testdir({ there: 'x', link: t.fixture('symlink', 'there'), dangling: t.fixture('symlink', 'none') });
  linkSync(join(dir, 'there'), join(dir, 'hard'));
  const named = (json: string, junit: string) =>
    messages({ json: join(dir, json), reports: { junit: join(dir, junit) } }, {});
  for (const [json, junit] of [
    ['there', 'link'],
    ['there', 'hard'],
    ['none', 'dangling'],
  ] as const)
    t.match(await named(json, junit), [/^--json and --junit must name different files/], `${json} and ${junit}`);
  t.same(await named('there', 'none'), []);
});

t.test('earlier results next to the records are not overwritten', async (t) => {
  const out = t.testdir({});
  const json = (name: string) => messages({ json: join(out, name), out, history: undefined, baseline: undefined }, {});
  t.match(await json('history.jsonl'), [/^--json and the history must name different files/]);
  t.match(await json('baseline.json'), [/^--json and the baseline must name different files/]);
  t.same(await json('night.json'), []);
});

t.test('a command refuses them before it does anything', async (t) => {
  // If a drill were started all the same, no program would be found.
  process.env.PATH = '';
  for (const args of [
    ['run', '2026-07-02-fixed', '--json', at('none', 'x')],
    ['run', '2026-07-02-fixed', '--junit', at('folder')],
    ['run', '2026-07-02-fixed', '--history', at('none', 'history')],
    ['run', '2026-07-02-fixed', '--history', at('folder')],
    ['run', '2026-07-02-fixed', '--history', ''],
    ['map', 'devvm', '--history', at('none', 'history')],
    ['validate', '--memory-max', '8G', '--out', at('notes')],
    ['list', '--json', at('folder')],
    ['history', '--history', at('history'), '--json', at('history')],
  ]) {
    const { exitCode, stdout, stderr } = await runCommandLine(args);
    t.match({ exitCode, stdout }, { exitCode: 64, stdout: '' }, args.join(' '));
    t.match(stderr, /^oomdrill: --\S+ .*must name .* \[OUTPUT_FILE\]\nhint: .*\n$/);
  }
  t.equal(readFileSync(at('history'), 'utf8'), '');
  t.notOk(existsSync(at('none')));
});

t.test('the error is written to the file of --json if only another is bad', async (t) => {
  const json = at('error.json');
  const { exitCode } = await runCommandLine(['run', '2026-07-02-fixed', '--json', json, '--junit', at('folder')]);
  t.equal(exitCode, 64);
  t.match(JSON.parse(readFileSync(json, 'utf8')), { error: { code: 'OUTPUT_FILE' }, exitCode: 64 });
});
