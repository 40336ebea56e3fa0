import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { measureTime } from '../../core/clock.js';
import { machineError, messageOf, type OomdrillError } from '../../core/errors.js';
import { dyingWithUs } from '../dying-with-us.js';
import type { Progress } from '../machine.js';
import { COMMON_PACKAGES, findMissing, requireNone } from '../needed-package.js';
import { asRoot } from '../privilege.js';
import { type Command, sourcesOf } from './distribution.js';
import { ensureSealed } from './ensure-sealed.js';
import type { Guest } from './guests.js';
import { IMAGE_PACKAGES } from './packages.js';
import { hashRecipe, type Recipe, recipeFor } from './recipe.js';
import { checkSeal } from './seal.js';
import { IMAGE_FILES, type Image, imageDir } from './store.js';

/**
 * The image of a guest, built if it is not in the cache, is of another recipe, or is damaged.
 *
 * @param packages in addition to those that every guest has
 * @throws OomdrillError `PROGRAMS_MISSING`, `IMAGE_BUILD` with the builder's last words, `IMAGE_DISK_FULL`
 */
export async function ensureImage(
  guest: Guest,
  progress: Progress,
  signal?: AbortSignal,
  packages?: readonly string[],
): Promise<Image> {
  const recipe = recipeFor(guest, packages);
  const id = await hashRecipe(recipe);
  const dir = imageDir(guest.name, id);
  if (!(await checkSeal(dir)))
    requireNone(await findMissing([...IMAGE_PACKAGES, ...COMMON_PACKAGES]), 'Building an image');
  const make = async (draft: string) => {
    progress(
      `building the ${guest.name} guest image from ${guest.distribution.name}'s packages, once (about two minutes)`,
    );
    const { ms, value: facts } = await measureTime(() => buildImage(recipe, draft, progress, signal));
    progress(`built the ${guest.name} guest image in ${Math.round(ms / 1000)} s`);
    return facts;
  };
  const { facts } = await ensureSealed({ dir, files: IMAGE_FILES, make, removeDraft }, signal);
  return { guest: guest.name, id, dir, facts };
}

/** A draft holds files of root's. */
const removeDraft = (draft: string) => execa(...asRoot('rm', ['-rf', draft]), { reject: false });

/**
 * Has a command die with its parent, and all that it started with it, and takes its mounts with them: in a PID namespace the
 * death of the first process is that of all, and a mount namespace goes with its last process (pid_namespaces(7)).
 */
const ALONE: Command = [
  'setpriv',
  '--pdeathsig',
  'KILL',
  'unshare',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child=KILL',
  '--mount-proc',
  '--',
];

/** Runs commands of this host that die with us (setpriv(1)), where sudo does not stand between. */
class Builder {
  readonly #signal: AbortSignal | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  async run(program: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await execa(...dyingWithUs(program, args), {
      all: true,
      env: { LC_ALL: 'C.UTF-8' },
      cancelSignal: this.#signal,
      // What would tidy up has its draft removed as a whole, and takes longer than anyone waits.
      killSignal: 'SIGKILL',
    });
    return stdout;
  }

  /** Runs a command that starts others and mounts file systems. Where namespaces are not to be had, as any. */
  async runAlone(command: Command): Promise<void> {
    const [test, words] = asRoot(ALONE[0], [...ALONE.slice(1), 'true']);
    const { failed } = await execa(test, words, { reject: false });
    await this.runAsRoot(...(failed ? command : ([...ALONE, ...command] as const)));
  }

  async runAsRoot(program: string, ...args: readonly string[]): Promise<void> {
    const [file, words] = asRoot(program, args);
    await this.run(file, ...words);
  }
}

/** Where the script that finishes a root says which lists of packages were past their date, a line each. */
const EXPIRED = 'etc/oomdrill/expired';

/** Makes the files of an image in a folder. Gives its facts. */
async function buildImage(
  recipe: Recipe,
  draft: string,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<Record<string, string>> {
  const builder = new Builder(signal);
  const root = join(draft, 'root');
  try {
    const versions = await layOutRoot(recipe, { draft, root }, builder, progress);
    const expired = await readFile(join(root, EXPIRED), 'utf8').catch(() => '');
    progress('making the disk');
    await makeDisk(recipe, { draft, root }, builder);
    return {
      ...readImageFacts(recipe, versions),
      ...(expired === '' ? {} : { expired: expired.trim().replaceAll('\n', ', ') }),
    };
  } catch (thrown) {
    signal?.throwIfAborted();
    throw buildError(recipe.guest, thrown);
  }
}

/** Where an image is made, and its root file system below that. */
interface Folders {
  readonly draft: string;
  readonly root: string;
}

const tmpIn = (draft: string): string => join(draft, 'tmp');

/**
 * Where a root appears whose path is not plain, to the installing programs alone: apt's own configuration, which names it, has no
 * way to write a quote (apt.conf(5)).
 */
const PLAIN_ROOT = '/mnt';

/** Has a command find a folder there. */
const atPlainRoot = (root: string, command: Command): Command => [
  'unshare',
  '--mount',
  'sh',
  '-ec',
  `mkdir -p "$1"; mount --bind "$1" ${PLAIN_ROOT}; shift; exec "$@"`,
  'sh',
  root,
  ...command,
];

/** Installs the guest's system below a folder. Gives the list of its packages. */
async function layOutRoot(
  recipe: Recipe,
  { draft, root }: Folders,
  builder: Builder,
  progress: Progress,
): Promise<string> {
  const { guest, packages, rootfs, customize } = recipe;
  const { buildRoot, listPackages } = guest.distribution;
  const isPlain = /^[\w./+-]+$/.test(root);
  const place = isPlain ? root : PLAIN_ROOT;
  const command = buildRoot({ suites: sourcesOf(guest.suite), packages, root: place, overlay: rootfs, customize });
  progress(`installing ${packages.length} packages and what they need with ${command[0]}`);
  // What it leaves there when it is killed goes with the draft.
  const tmp = tmpIn(draft);
  await mkdir(tmp);
  await builder.runAlone(['env', `TMPDIR=${tmp}`, ...(isPlain ? command : atPlainRoot(root, command))]);
  return builder.run(...listPackages(root));
}

/** Turns a root file system into the disk, the kernel and the initrd of an image, and removes it. */
async function makeDisk({ diskBytes }: Recipe, { draft, root }: Folders, builder: Builder): Promise<void> {
  const copyBoot = 'cp "$1"/boot/vmlinuz-* "$2/vmlinuz" && cp "$1"/boot/initrd.img-* "$2/initrd"';
  await builder.runAsRoot('sh', '-c', copyBoot, 'sh', root, draft);
  const raw = join(draft, 'disk.raw');
  await builder.run('truncate', '--size', String(diskBytes), raw);
  // Everything is written now, nothing lazily: a background zeroing of inode tables would disturb the drills.
  const options = 'lazy_itable_init=0,lazy_journal_init=0';
  await builder.runAsRoot('mke2fs', '-q', '-t', 'ext4', '-E', options, '-d', root, raw);
  await builder.run('qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', raw, join(draft, 'disk.qcow2'));
  await builder.runAsRoot('rm', '-rf', root, raw, tmpIn(draft));
  const uid = process.getuid?.();
  if (uid !== 0) await builder.runAsRoot('chown', '-R', String(uid), draft);
}

/** The versions that a record carries, from the image's own package list. */
function readImageFacts(recipe: Recipe, list: string): Record<string, string> {
  const all = new Map(list.split('\n').map((line) => line.split('=', 2) as [string, string]));
  const facts: Record<string, string> = { builtAt: new Date().toISOString() };
  // A package may be named with the suite that it comes from.
  for (const name of [...recipe.packages.map((name) => name.replace(/\/.*/, '')), 'systemd']) {
    const version = all.get(name);
    if (version) facts[name] = version;
  }
  return facts;
}

function buildError({ name: guest, distribution }: Guest, thrown: unknown): OomdrillError {
  const output = thrown instanceof ExecaError ? String(thrown.all ?? thrown.shortMessage) : messageOf(thrown);
  const known = distribution.explain(output);
  if (known) {
    const { code, why, hint } = known;
    return machineError(code, `The ${guest} image could not be built, because ${why}.`, hint, thrown);
  }
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
