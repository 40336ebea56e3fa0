import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { assets } from '../../harness/core/assets.js';
import { cacheDir } from '../../harness/machine/places.js';
import { ODD_FOLDER } from '../../harness/testing/odd-names.js';

t.setTimeout(900_000);

const SCENARIO = '2026-07-02-throttle-livelock';

/** What the copy of the checkout lacks: what is made there, or by tests here. */
const LEFT_OUT = new Set(['.git', '.tap', 'dist', 'reports']);

/** A folder of its own below another one. */
async function makeFolder(below: string): Promise<string> {
  const args = ['--directory', `--tmpdir=${below}`, 'oomdrill-odd-paths.XXXXXX'];
  const { stdout } = await execa('mktemp', args);
  t.teardown(() => execa('rm', ['-rf', stdout]));
  return stdout;
}

/** Copies by hard links, which takes no room, where that is the same file system. */
async function copy(from: string, to: string): Promise<void> {
  const args = ['--archive', '--no-target-directory', '--', from, to];
  const linked = await execa('cp', ['--link', ...args], { reject: false });
  if (linked.failed) await execa('cp', ['--remove-destination', ...args]);
}

t.test('a drill from a checkout, with a home, a cache and a TMPDIR, of odd names', async (t) => {
  const parent = await makeFolder(tmpdir());
  const cache = join(await makeFolder(dirname(cacheDir())), ODD_FOLDER);
  const inParent = (name: string) => join(parent, name, ODD_FOLDER);
  const [checkout, home, state, tmp, out] = [inParent('c'), inParent('h'), inParent('s'), inParent('t'), inParent('o')];
  for (const dir of [checkout, cache, home, state, tmp, out]) await mkdir(dir, { recursive: true });
  for (const name of await readdir(assets.root))
    if (!LEFT_OUT.has(name)) await copy(join(assets.root, name), join(checkout, name));
  // The image alone: a snapshot is made anew, with all of these paths.
  const images = join(cacheDir(), 'images');
  if (existsSync(images)) await copy(images, join(cache, 'images'));

  const env = { HOME: home, OOMDRILL_CACHE: cache, OOMDRILL_STATE: state, TMPDIR: tmp, NO_COLOR: '1' };
  const inCheckout = { cwd: checkout, env, reject: false } as const;
  const setUp = await execa(join(checkout, 'setup'), inCheckout);
  t.equal(setUp.exitCode, 0, setUp.stderr);
  const json = join(out, 'result.json');
  const args = [
    'dist/harness/cli.js',
    'run',
    SCENARIO,
    '--out',
    out,
    '--json',
    json,
    '--junit',
    join(out, 'junit.xml'),
  ];
  const { exitCode, stderr } = await execa('node', args, inCheckout);
  t.equal(exitCode, 0, stderr);
  t.match(JSON.parse(await readFile(json, 'utf8')).runs, [{ scenario: SCENARIO, verdict: 'pass' }]);
  t.ok(
    (await readdir(join(cache, 'snapshots'))).some((name) => !/\.(?:lock|draft)$/.test(name)),
    'a snapshot was made',
  );
  t.same(await readdir(tmp), [], 'nothing is left in TMPDIR');
  t.same(await readdir(join(state, 'ledger')), [], 'nor in the ledger');
});
