import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from 'prettier';
import t from 'tap';
import { assets } from '../core/assets.js';
import type { ChosenBundle } from './chosen-bundle.js';
import { createNginxBundle } from './nginx-bundle.js';
import type { Repository } from './pipeline/pipeline.js';
import { PIPELINES } from './pipeline/pipelines.js';
import { type FolderParts, planFolder } from './plan.js';

/** The name of a unit that strings and lines must cope with. */
const ODD = 'a-rather-long-name-of-a-service-with-an-escape-\\x2d-in-it@and-an-instance.service';

const nginx = createNginxBundle({});
const odd: ChosenBundle = {
  ...nginx,
  path: 'bundles/a-rather-long-name-of-a-service-with-an-escape-x2d-in-it-and-an-instance',
  bundle: { ...nginx.bundle, manifest: { ...nginx.bundle.manifest, serving: { unit: ODD, port: 80, path: '/' } } },
};

const planWith = (chosen: ChosenBundle, repository: Repository) =>
  planFolder({
    dir: '/src/app/infra',
    chosen,
    repository,
    pipelines: PIPELINES,
    packageText: undefined,
    devDependencies: { oomdrill: '0.2.0', tap: '21.8.0' },
  });

const repository: Repository = { root: '/src/app', folder: 'infra', has: () => false };

/** Files of systemd, of Git, and a bundle.json, which is written as by `capture`. */
const NOT_PRETTIER = /\.(?:service|slice|conf)$|\.gitignore$|bundle\.json$/;

for (const [name, chosen] of Object.entries({ nginx, odd })) {
  t.test(`the files of ${name} are as Prettier would write them`, async (t) => {
    const files = planWith(chosen, repository).files.filter(({ path }) => !NOT_PRETTIER.test(path));
    for (const { path, text } of files) {
      const options = path === '.taprc' ? { parser: 'yaml' } : { filepath: path };
      t.ok(await check(text, options), `${path}\n${text}`);
    }
  });
}

t.test('files of the repository are outside of the folder', async (t) => {
  const paths = planWith(nginx, repository).files.map(({ path }) => path);
  t.same(
    paths.filter((path) => path.startsWith('..')),
    [
      '../.github/workflows/oomdrill.yml',
      '../.woodpecker/oomdrill.yaml',
      '../.gitlab/oomdrill.yml',
      '../.gitlab-ci.yml',
    ],
  );
});

t.test('a nightly cannot install what is outside of the repository', async (t) => {
  const needsWith = (oomdrill: string, parts: Partial<FolderParts> = {}) =>
    planFolder({
      dir: '/src/app/infra',
      chosen: nginx,
      repository,
      pipelines: PIPELINES.slice(0, 1),
      packageText: JSON.stringify({ dependencies: { oomdrill } }),
      devDependencies: {},
      ...parts,
    }).needs;
  t.match(needsWith('file:../../oomdrill.tgz'), [/^CI cannot install oomdrill from \.\.\/\.\.\/oomdrill\.tgz/]);
  t.match(needsWith('file:../../oomdrill'), [
    /^package\.json takes oomdrill from the clone \.\.\/\.\.\/oomdrill, without/,
  ]);
  const inGit = { ...repository, has: (path: string) => path === '.git' };
  t.match(needsWith('file:../../oomdrill.tgz', { repository: inGit, pipelines: [] }), [/^CI cannot install oomdrill/]);
  t.same(needsWith('file:../../oomdrill.tgz', { pipelines: [] }), []);
  t.same(needsWith('file:../oomdrill.tgz'), []);
  t.same(needsWith('0.2.0'), []);
});

t.test('docs/your-repository.md shows the code, and compiles it (docs/examples.test.ts)', async (t) => {
  const page = readFileSync(join(assets.root, 'docs/your-repository.md'), 'utf8');
  const code = planWith(nginx, repository).files.filter(({ path }) => path.endsWith('.ts'));
  t.equal(code.length, 2);
  for (const { path, text } of code) t.ok(page.includes(`\n// ${path}\n${text}\`\`\``), path);
});

t.test('the report of the README goes where Git does not look', async (t) => {
  const { files } = planWith(nginx, repository);
  t.match(files.find(({ path }) => path === 'README.md')?.text, '/record.jsonl -o reports`');
  t.match(files.find(({ path }) => path === '.gitignore')?.text, '\nreports/*\n');
});

t.test('a scenario has eight lines', async (t) => {
  const scenario = planWith(nginx, repository).files.find(({ path }) => path === 'drills/nginx.ts');
  t.equal(scenario?.text.trimEnd().split('\n').length, 8);
});

t.test('the README has ten lines', async (t) => {
  const readme = planWith(nginx, repository).files.find(({ path }) => path === 'README.md');
  t.equal(readme?.text.trimEnd().split('\n').length, 10);
});

t.test('where .ts is CommonJS, the scenario is .mts', async (t) => {
  const packageText = '{ "name": "app" }';
  const { files, extended } = planFolder({
    dir: '/src/app/infra',
    chosen: nginx,
    repository,
    pipelines: [],
    packageText,
    devDependencies: {},
  });
  t.ok(files.some(({ path }) => path === 'drills/nginx.mts'));
  t.notOk(files.some(({ path }) => path === 'package.json'));
  t.match(extended, { path: 'package.json', text: /"name": "app"/ });
});
