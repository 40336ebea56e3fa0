import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { timed } from '../../core/clock.js';
import { machineError, messageOf, type OomdrillError } from '../../core/errors.js';
import { withLock } from '../lock.js';
import type { GuestName, Progress } from '../machine.js';
import { asRoot } from '../privilege.js';
import { type Recipe, recipeFor, recipeHash } from './recipe.js';
import { checkSeal, seal } from './seal.js';
import { type Image, imageDir } from './store.js';

/** Man pages, documents and translations of a guest that nobody reads. */
const LEAVE_OUT = ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/locale/*', '/usr/share/info/*'];

/** Where packages come from: Debian's own mirror name, unless the caller's environment names another. */
const mirror = (): string => process.env.OOMDRILL_MIRROR ?? 'http://deb.debian.org/debian';

/**
 * The image of a guest, built if it is not in the cache, is of another recipe, or is damaged. Built aside and moved into
 * place in one rename, under a lock: a build that is killed leaves nothing that looks whole, and two at once build it once.
 *
 * @param packages beside those that every guest has
 * @throws OomdrillError `IMAGE_BUILD` with the builder's last words, `IMAGE_DISK_FULL`
 */
export async function ensureImage(
  guest: GuestName,
  progress: Progress,
  signal?: AbortSignal,
  packages?: readonly string[],
): Promise<Image> {
  const recipe = recipeFor(guest, packages);
  const id = await recipeHash(recipe);
  const dir = imageDir(guest, id);
  const whole = async (): Promise<Image | undefined> => {
    const found = await checkSeal(dir);
    return found ? { guest, id, dir, facts: found.facts } : undefined;
  };
  return (
    (await whole()) ??
    (await withLock(`${dir}.lock`, signal, async () => {
      const built = await whole();
      if (built) return built;
      progress(`building the ${guest} guest image from Debian's packages, once (about two minutes)`);
      const { ms } = await timed(() => build(recipe, dir, progress, signal));
      progress(`built the ${guest} guest image in ${Math.round(ms / 1000)} s`);
      const image = await whole();
      if (!image)
        throw machineError(
          'IMAGE_BUILD',
          `The image built in ${dir} does not bear its own seal.`,
          'The disk may be failing.',
        );
      return image;
    }))
  );
}

async function build(recipe: Recipe, dir: string, progress: Progress, signal: AbortSignal | undefined): Promise<void> {
  const draft = `${dir}.draft`;
  const root = join(draft, 'root');
  // A builder dies with us (setpriv(1)), where sudo does not stand between.
  const run = (file: string, args: readonly string[]) =>
    execa('setpriv', ['--pdeathsig', 'KILL', file, ...args], {
      all: true,
      env: { LC_ALL: 'C.UTF-8' },
      cancelSignal: signal,
    });
  const runAsRoot = (file: string, args: readonly string[]) => run(...asRoot(file, args));
  try {
    await runAsRoot('rm', ['-rf', draft]);
    await mkdir(draft, { recursive: true });
    progress(`installing ${recipe.packages.length} packages and what they need with mmdebstrap`);
    await runAsRoot('mmdebstrap', [
      '--mode=root',
      '--variant=minbase',
      '--components=main',
      `--include=${recipe.packages.join(',')}`,
      '--aptopt=Acquire::Languages "none"',
      '--aptopt=Acquire::Retries "3"',
      ...LEAVE_OUT.map((path) => `--dpkgopt=path-exclude=${path}`),
      `--customize-hook=sync-in ${recipe.rootfs} /`,
      `--customize-hook=${recipe.customize} "$1"`,
      '--skip=cleanup/reproducible',
      recipe.guest,
      root,
      mirror(),
    ]);
    const versions = await run('dpkg-query', [
      '--admindir',
      join(root, 'var/lib/dpkg'),
      '-W',
      '-f',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
      '${Package}=${Version}\n',
    ]);
    progress('making the disk');
    await runAsRoot('sh', [
      '-c',
      'cp "$1"/boot/vmlinuz-* "$2/vmlinuz" && cp "$1"/boot/initrd.img-* "$2/initrd"',
      'sh',
      root,
      draft,
    ]);
    const raw = join(draft, 'disk.raw');
    await run('truncate', ['--size', String(recipe.diskBytes), raw]);
    // Everything is written now, nothing lazily: a background zeroing of inode tables would disturb the drills.
    await runAsRoot('mke2fs', ['-q', '-t', 'ext4', '-E', 'lazy_itable_init=0,lazy_journal_init=0', '-d', root, raw]);
    await run('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, join(draft, 'disk.qcow2')]);
    await runAsRoot('rm', ['-rf', root, raw]);
    if (process.getuid?.() !== 0) await runAsRoot('chown', ['-R', `${process.getuid?.()}`, draft]);
    await seal(draft, ['disk.qcow2', 'vmlinuz', 'initrd'], factsOf(recipe, versions.stdout));
    await rm(dir, { recursive: true, force: true });
    await mkdir(dirname(dir), { recursive: true });
    await rename(draft, dir);
  } catch (thrown) {
    await execa(...asRoot('rm', ['-rf', draft]), { reject: false });
    signal?.throwIfAborted();
    throw buildError(recipe.guest, thrown);
  }
}

/** The versions that a record carries, from the image's own package list. */
function factsOf(recipe: Recipe, list: string): Record<string, string> {
  const all = new Map(list.split('\n').map((line) => line.split('=', 2) as [string, string]));
  const facts: Record<string, string> = { builtAt: new Date().toISOString() };
  for (const name of [...recipe.packages, 'systemd']) {
    const version = all.get(name);
    if (version) facts[name] = version;
  }
  return facts;
}

function buildError(guest: string, thrown: unknown): OomdrillError {
  const output = thrown instanceof ExecaError ? String(thrown.all ?? thrown.shortMessage) : messageOf(thrown);
  if (/No space left on device|ENOSPC|don't have enough free space/.test(`${output} ${messageOf(thrown)}`)) {
    return machineError(
      'IMAGE_DISK_FULL',
      `The disk is full: the ${guest} image could not be built.`,
      'An image needs about 4 GB while it is built and 1 GB afterwards; make room, or set XDG_CACHE_HOME to a larger disk.',
      thrown,
    );
  }
  // 127: setpriv did not find the program.
  if (thrown instanceof ExecaError && (thrown.code === 'ENOENT' || thrown.exitCode === 127)) {
    return machineError(
      'IMAGE_BUILD',
      `The ${guest} image could not be built, because a program is missing: ${output.trim()}.`,
      'Run `oomdrill doctor` to see what is missing.',
      thrown,
    );
  }
  const last = output
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('I:'))
    .slice(-4)
    .join(' | ');
  return machineError(
    'IMAGE_BUILD',
    `The ${guest} image could not be built: ${last}.`,
    'Is the package mirror reachable? OOMDRILL_MIRROR names another one.',
    thrown,
  );
}
