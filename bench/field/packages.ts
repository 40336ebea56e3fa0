import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { execa } from 'execa';
import { assets } from '../../harness/core/assets.js';
import type { Progress } from '../../harness/machine/machine.js';

/** How many packages one call of apt-get downloads: some 60 MB. */
const BATCH = 200;

/** What is unpacked of a package: what lint reads of a host. */
const UNPACKED = [
  'lib/systemd/system',
  'lib/systemd/user',
  'usr/lib/systemd/system',
  'usr/lib/systemd/user',
  'usr/lib/systemd/*.conf.d',
  'etc/systemd',
  'etc/default',
  'etc/docker',
  'usr/share/containers/systemd',
];

/** What is kept between runs: some 25 MB. May be deleted at any time. `$XDG_CACHE_HOME/oomdrill-field`. */
export const fieldCache = envPaths('oomdrill-field', { suffix: '' }).cache;

/** The packages' unit files, each package in a folder of its name. */
const cache = join(fieldCache, 'units');

/** The pinned names of Debian 12's packages that hold units. */
export async function readPackageNames(): Promise<readonly string[]> {
  const text = await readFile(join(assets.root, 'bench', 'field', 'packages.txt'), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/**
 * The folders of the packages' files by name, each the root of a host. What is not in the cache is downloaded with
 * `apt-get download` and unpacked; nothing is installed. A package that this host's apt does not have is left out.
 */
export async function fetchPackages(
  names: readonly string[],
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, string>> {
  await mkdir(cache, { recursive: true });
  const missing = names.filter((name) => !existsSync(join(cache, name)));
  for (let at = 0; at < missing.length; at += BATCH) {
    const batch = missing.slice(at, at + BATCH);
    progress(`downloading ${batch.length} of ${missing.length - at} packages`);
    await download(batch, signal);
  }
  const here = names.filter((name) => existsSync(join(cache, name)));
  return new Map(here.map((name) => [name, join(cache, name)]));
}

async function download(names: readonly string[], signal: AbortSignal): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'oomdrill-field-'));
  try {
    const known = await listAvailable(names, signal);
    const options = { cwd: dir, cancelSignal: signal, stdout: 'ignore', stderr: 'pipe' } as const;
    if (known.length > 0) await execa('apt-get', ['--quiet', 'download', ...known], options);
    for (const file of await readdir(dir)) {
      const name = file.split('_')[0] ?? file;
      const root = join(dir, `${name}.root`);
      await mkdir(root);
      await unpack(join(dir, file), root, signal);
      await rename(root, join(cache, name));
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The names that apt knows: without an answer for one, `apt-get download` downloads none. */
async function listAvailable(names: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const { stdout } = await execa('apt-cache', ['policy', ...names], { cancelSignal: signal });
  const known = new Set(
    [...stdout.matchAll(/^(\S+):\n {2}Installed: .*\n {2}Candidate: (?!\(none\))/gm)].map(([, name]) => name),
  );
  return names.filter((name) => known.has(name));
}

/** Unpacks a package as on a host with a merged /usr, where /lib is /usr/lib. */
async function unpack(deb: string, root: string, signal: AbortSignal): Promise<void> {
  const patterns = UNPACKED.map((path) => `./${path}`);
  const tar = ['-x', '-C', root, '--wildcards', '--transform=s,^\\./lib/,./usr/lib/,', ...patterns];
  const fields = { cancelSignal: signal, reject: false } as const;
  // tar fails where one pattern matches nothing, which is the rule.
  await execa('dpkg-deb', ['--fsys-tarfile', deb], { ...fields, stderr: 'ignore', encoding: 'buffer' }).pipe(
    'tar',
    tar,
    {
      ...fields,
      stderr: 'ignore',
    },
  );
}
