import type { Dirent } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { assets } from '../harness/core/assets.js';
import { MIB } from '../harness/core/bytes.js';
import { readVersion } from '../harness/core/version.js';
import { readTree } from '../harness/testing/read-tree.js';
import { installPackage, packPackage } from './install.js';

// The package as a user gets it: packed, installed into an empty folder outside of the repository, and used from there.

const MAX_PACKED_BYTES = 3 * MIB;

const dir = await mkdtemp(join(tmpdir(), 'oomdrill-package-'));
t.teardown(() => rm(dir, { recursive: true, force: true }));
/** A user's own repository. */
const user = join(dir, 'user');
const cache = join(dir, 'cache');

const tarball = await packPackage(dir);
const installed = await installPackage(tarball, user);
const asInstalled = await listInstalled();
/** The environment without what tap tells the tests that it starts: another tap would take it for its own settings. */
const base = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^_?TAP|^NODE_OPTIONS$/.test(name)));

/** Runs a program in the user's folder. */
const run = (command: string, args: readonly string[] = [], env = {}) =>
  execa(command, args, {
    cwd: user,
    env: { ...base, OOMDRILL_CACHE: cache, ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });

/** All that is below node_modules; of each file, what changes when it is written. */
async function listInstalled(): Promise<string[]> {
  const root = join(user, 'node_modules');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const list = async (entry: Dirent) => {
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs } = await lstat(path);
    return `${relative(root, path)}${entry.isFile() ? ` ${size} ${mtimeMs}` : ''}`;
  };
  return (await Promise.all(entries.map(list))).sort();
}

/** Files of the repository below a folder, with these names. */
async function filesIn(folder: string, names: RegExp): Promise<string[]> {
  const entries = await readdir(join(assets.root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => relative(assets.root, file)).filter((file) => names.test(file));
}

/** What must be in the package, but for the modules of the harness. */
async function neededFiles(): Promise<string[]> {
  const built = (file: string) => file.replace(/^(.*)\.ts$/, 'dist/$1.js');
  return [
    ...['package.json', 'README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE', 'Vagrantfile', 'dist/bundles.tgz'],
    ...(await filesIn('scenarios', /\.ts$/)).map(built),
    ...(await filesIn('dist/page', /report\.(?:js|css)$/)),
    ...(await filesIn('dist/guest', /(?:\/(?:t3|cri|package\.json)|\/oomdrill-[a-z]+)$/)),
    ...(await filesIn('guest', /(?<!\.test\.ts)$/)),
    ...(await filesIn('host', /\.sh$/)),
    ...(await filesIn('schemas', /\.schema\.json$/)),
    ...(await filesIn('man', /\.1$/)),
    ...(await filesIn('docs', /^docs\/[\w-]+\.md$/)),
    'docs/incident.png',
  ];
}

t.test('it holds what is needed, and nothing else', async (t) => {
  const needed = await neededFiles();
  const isModule = (file: string) => /^dist\/harness\/(?!testing\/).*(?<!\.test)\.(?:js|d\.ts)$/.test(file);
  const unexpected = tarball.files.filter((file) => !needed.includes(file) && !isModule(file));
  t.same(unexpected, [], 'files that nothing needs');
  const modules = ['cli.js', 'index.js', 'index.d.ts', 'typescript.js', 'typescript.d.ts'];
  const missing = [...needed, ...modules.map((name) => `dist/harness/${name}`)].filter(
    (file) => !tarball.files.includes(file),
  );
  t.same(missing, [], 'files that are missing');
  t.ok(tarball.bytes <= MAX_PACKED_BYTES, `it has ${tarball.bytes} bytes`);
});

t.test('other tools find no fault in it', async (t) => {
  for (const [tool, ...args] of [
    ['publint', '--strict', tarball.path],
    ['attw', tarball.path, '--profile', 'esm-only', '--no-emoji'],
  ] as const) {
    const { exitCode, all } = await execa(join(assets.root, 'node_modules', '.bin', tool), args, {
      all: true,
      reject: false,
    });
    t.equal(exitCode, 0, `${tool}: ${all}`);
  }
});

t.test('every bundle is that of the repository: names, bytes and modes', async (t) => {
  await run('npx', ['oomdrill', 'lint', 'devvm']);
  const bundles = join(cache, 'bundles');
  const [unpacked = 'none', ...others] = await readdir(bundles);
  t.same(others, []);
  t.same(await readTree(join(bundles, unpacked)), await readTree(assets.bundle()));
});

t.test('its commands', async (t) => {
  t.equal((await run('npx', ['oomdrill', '--version'])).stdout, await readVersion());
  t.match((await run('npx', ['oomdrill', 'list'])).stdout, '2026-07-02-fixed');
  t.match(await run('npx', ['oomdrill', 'list', '--markdown']), { exitCode: 0, stdout: /^## 2026-07-02-fixed$/m });
});

const SCENARIO = `import { between, defineScenario, hog, type Scenario } from 'oomdrill';

const scenario: Scenario = await defineScenario(import.meta, {
  hypothesis: 'A hog that settles between the limits does harm.',
  bundle: 'devvm-2026-07-02',
  injections: [hog({ target: between(0.5) })],
  expect: { outcomes: ['livelocked'] },
});
// @ts-expect-error: a hog has a target
hog({});
export default scenario;
`;

const TAP_SETTINGS = `plugin:
  - "!@tapjs/typescript"
node-arg:
  - --import=oomdrill/typescript
disable-coverage: true
`;

const SETTINGS = {
  compilerOptions: { strict: true, skipLibCheck: false, noEmit: true, target: 'es2022', module: 'nodenext', types: [] },
  include: ['drills'],
};

t.test("a user's own scenario, in TypeScript", async (t) => {
  await mkdir(join(user, 'drills'));
  await writeFile(join(user, 'drills', 'own.ts'), SCENARIO.replace('hog({});', ''));
  const listed = await run('npx', ['oomdrill', 'list', '--scenarios', 'drills']);
  t.match(listed, { exitCode: 0, stdout: /^own\n/ }, 'a command finds it');

  const noGuest = { OOMDRILL_GUEST: 'none' };
  const alone = () => run('node', ['--import=oomdrill/typescript', 'drills/own.ts'], noGuest);
  const noTap = 'oomdrill: Could not load tap, which runs a scenario. [TAP_MISSING]\nhint: npm install --save-dev tap';
  t.match(await alone(), { exitCode: 64, stderr: noTap });
  const tap = join(user, 'node_modules', 'tap');
  await symlink(join(assets.root, 'node_modules', 'tap'), tap);
  await writeFile(join(user, '.taprc'), TAP_SETTINGS);
  const tested = await run(join(assets.root, 'node_modules', '.bin', 'tap'), ['drills/own.ts'], noGuest);
  await rm(tap);
  t.match(tested, { exitCode: 1, stderr: /oomdrill: There is no guest "none"\. \[GUEST_UNKNOWN\]/ });

  await writeFile(join(user, 'drills', 'own.ts'), SCENARIO);
  await writeFile(join(user, 'tsconfig.json'), JSON.stringify(SETTINGS));
  const tsc = join(assets.root, 'node_modules', '.bin', 'tsc');
  t.match(await run(tsc), { exitCode: 0, stdout: '' }, 'its types are checked, and those of the package');
  const declared = await readFile(join(installed, 'dist', 'harness', 'define-scenario.d.ts'), 'utf8');
  t.match(declared, '@param meta the `import.meta` of the file', 'which have their descriptions');
});

t.test('a claim and its control, and nothing is written into what is installed', { timeout: 600_000 }, async (t) => {
  // The guest's image is in the usual cache.
  const args = ['oomdrill', 'run', '2026-07-02-fixed', '2026-07-02-throttle-livelock', '--json', join(dir, 'run.json')];
  const drill = execa('npx', args, { cwd: user, all: true, reject: false });
  drill.all.on('data', (chunk) => t.comment(String(chunk).trimEnd()));
  t.match(await drill, { exitCode: 0 });
  t.match(JSON.parse(await readFile(join(dir, 'run.json'), 'utf8')).runs, [
    { verdict: 'pass', outcome: 'contained' },
    { verdict: 'pass', outcome: 'livelocked', control: true },
  ]);
  t.ok((await readdir(join(user, 'reports'))).includes('history.jsonl'), "its results are in the user's folder");
  t.same(await listInstalled(), asInstalled);
});
