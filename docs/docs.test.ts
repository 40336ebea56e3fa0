import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { program } from '../harness/cli.js';
import { assets } from '../harness/core/assets.js';

const file = (path: string) => join(assets.root, path);
const read = (path: string) => readFileSync(file(path), 'utf8');
const filesIn = (folder: string, kind: RegExp) =>
  readdirSync(file(folder))
    .filter((name) => kind.test(name))
    .map((name) => `${folder}/${name}`);

/** What people read. The changelog tells of paths as they were. */
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'reports/README.md',
  'faults/README.md',
  'fixtures/captured/README.md',
  ...filesIn('docs', /\.md$/),
];
/** What machines read that names files of ours. */
const SETTINGS = [
  'setup',
  'test',
  '.taprc',
  'knip.jsonc',
  'package.json',
  'Vagrantfile',
  '.ci/run',
  'deploy/kubernetes.yaml',
  'deploy/container/build',
  'deploy/container/Containerfile',
  ...filesIn('.github/workflows', /\.yaml$/),
  ...filesIn('.woodpecker', /\.yaml$/),
];

/** Top-level folders that are in the repository. What is below dist/ and reports/ is made. */
const FOLDERS =
  'harness|guest|host|package|page|scenarios|fixtures|bench|faults|deploy|docs|schemas|scripts|\\.github|\\.woodpecker|\\.ci';
const PATH = new RegExp(`(?<![\\w./-])(?:${FOLDERS})/[\\w./@*{},-]*`, 'g');
/** A pattern or a stand-in for a name: only the folders before it can be looked up. */
const withoutPattern = (path: string) => path.replace(/[^/]*(?:[*{]|\b[A-Z]{2,}\b).*$/, '');
const isThere = (path: string) => existsSync(file(withoutPattern(path).replace(/[.,]+$/, '')));

for (const page of PAGES) {
  t.test(`what ${page} names is there`, async (t) => {
    const text = read(page);
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to = '']) => join(dirname(page), to));
    const named = [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => code.match(PATH) ?? []);
    t.same(
      [...links, ...named].filter((path) => !isThere(path)),
      [],
    );
  });
}

for (const path of SETTINGS) {
  t.test(`what ${path} names is there`, async (t) => {
    t.same(
      (read(path).match(PATH) ?? []).filter((named) => !isThere(named)),
      [],
    );
  });
}

t.test('commands that the pages name are there', async (t) => {
  const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
  const commands = program('0').commands.map((command) => command.name());
  for (const page of [...PAGES, ...SETTINGS]) {
    const text = read(page);
    const npm = [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
    t.same(
      npm.filter((name) => !scripts.includes(name)),
      [],
      `npm run of ${page}`,
    );
    const ours = [...text.matchAll(/(?:npx oomdrill|`oomdrill|dist\/harness\/cli\.js) ([a-z]+)/g)].map(
      ([, name = '']) => name,
    );
    t.same(
      ours.filter((name) => !commands.includes(name)),
      [],
      `commands of ${page}`,
    );
  }
});

/** Columns that a line of a page may have, and lines that the first page may have. */
const MAX_COLUMNS = 120;
const MAX_README_LINES = 150;

/** Where a page's lines are too wide: code may be as wide as it is, prose and tables must fit. */
function wideLines(page: string): string[] {
  let isCode = false;
  return read(page)
    .split('\n')
    .flatMap((line, index) => {
      const isFence = /^ *```/.test(line);
      if (isFence) isCode = !isCode;
      return isCode || isFence || line.length <= MAX_COLUMNS ? [] : [`${page}:${index + 1}`];
    });
}

t.test('pages can be read in a terminal', async (t) => {
  t.same([...PAGES, 'CHANGELOG.md'].flatMap(wideLines), [], `no line has more than ${MAX_COLUMNS} columns`);
  t.ok(read('README.md').split('\n').length <= MAX_README_LINES + 1, `README.md has at most ${MAX_README_LINES} lines`);
});

t.test('the first page of the manual leads to every other', async (t) => {
  const first = read('docs/README.md');
  const pages = readdirSync(file('docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
  t.same(
    pages.filter((name) => !first.includes(`](${name})`)),
    [],
  );
});

t.test('the interfaces of the seams are where docs/architecture.md says', async (t) => {
  const named = [...read('docs/architecture.md').matchAll(/: `(\w+)`,\s+`([\w/.-]+\.ts)`/g)];
  t.ok(named.length >= 8);
  for (const [, name, path = ''] of named)
    t.match(read(path), new RegExp(`export (?:interface|type) ${name}\\b`), path);
});
