import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Bundle } from '../../bundle/bundle.js';
import { machineError, usageError } from '../../core/errors.js';
import type { GuestShell, Machine } from '../../machine/machine.js';
import { EXTRACT_TREES, MAX_ARCHIVE_BYTES, packTrees } from '../../machine/pack-trees.js';
import { type RunOptions, requireSuccess, run } from '../../machine/run.js';
import type { StandIn } from '../../workload/stand-in.js';
import type { Workload } from '../../workload/workload.js';

/** A whole tree of programs and data takes its time to be copied, milliseconds. */
const COPY_MS = 300_000;

/**
 * Puts the files of a workload, and those that its bundle only brings along, in place and has systemd read them.
 *
 * @throws OomdrillError `INSTALL`
 */
export async function installBundle(
  machine: Extractor,
  { name, root }: Pick<Bundle, 'name' | 'root'>,
  { files, links }: Pick<Workload, 'files' | 'links'>,
  { workDir, signal }: { readonly workDir: string; readonly signal: AbortSignal },
): Promise<void> {
  const packing = join(workDir, 'bundle');
  const tree = join(packing, 'tree');
  const placed = async (path: string) => {
    const file = join(tree, path);
    await mkdir(dirname(file), { recursive: true });
    return file;
  };
  // A container may need no file, and neither may a change of a bundle.
  await mkdir(tree, { recursive: true });
  for (const { path, text } of files) await writeFile(await placed(path), text);
  for (const [path, target] of links) await symlink(target, await placed(path));
  const input = await packTrees(root ? [tree, root.dir] : [tree], packing);
  await rm(packing, { recursive: true });
  const orThrow = (words: string) =>
    machineError('INSTALL', `Could not install the bundle ${name} in the guest: ${words}.`);
  const timeoutMs = root ? COPY_MS : undefined;
  await extract(machine, input, { reason: 'the bundle to be installed in the guest', signal, timeoutMs, orThrow });
  await run(machine, ['systemctl', 'daemon-reload'], { reason: 'systemd to read the bundle', signal, orThrow });
}

/** Making an image of packages reads all of them, and Docker writes them again; milliseconds. */
const BUILD_MS = 600_000;

/** Makes what a workload is started from, where it needs that. @throws OomdrillError `IMAGE_OF_CONTAINER` with the guest's words */
export async function buildWorkload(
  machine: GuestShell,
  { build, name }: Workload,
  signal: AbortSignal,
): Promise<void> {
  if (!build) return;
  await run(machine, build, {
    reason: `the image of ${name}`,
    signal,
    timeoutMs: BUILD_MS,
    orThrow: (words) =>
      machineError(
        'IMAGE_OF_CONTAINER',
        `Could not make the image of the container ${name} in the guest: ${words}.`,
        'Look at image in bundle.json: packages of Debian, or an archive that docker save or podman save wrote.',
      ),
  });
}

/** A machine, as far as files are put into it. */
type Extractor = Pick<Machine, 'exec' | 'extract'>;

/** Extracts an archive below the root of a machine: by its own means where it has some, as a host does that has other users. */
async function extract(machine: Extractor, archive: Uint8Array, { orThrow, ...options }: RunOptions): Promise<void> {
  const input = { ...options, input: archive };
  const result = machine.extract
    ? await machine.extract(archive, options)
    : await machine.exec(['sh', '-c', EXTRACT_TREES, 'sh', '/'], input);
  requireSuccess(result, orThrow);
}

/**
 * Makes the user and the group that a workload runs as, where the guest has not got them.
 *
 * @throws OomdrillError `ACCOUNT`
 */
export async function makeAccounts(
  machine: GuestShell,
  { account, serving }: Workload,
  signal: AbortSignal,
): Promise<void> {
  if (!account) return;
  const script = `
[ -z "$2" ] || getent group "$2" >/dev/null || groupadd --system "$2"
[ -z "$1" ] || getent passwd "$1" >/dev/null || useradd --system --no-create-home \${2:+--gid "$2"} "$1"`;
  await run(machine, ['sh', '-ec', script, 'sh', account.user, account.group], {
    reason: 'its accounts',
    signal,
    orThrow: (words) =>
      machineError('ACCOUNT', `Could not add the accounts of ${serving.unit.name} in the guest: ${words}.`),
  });
}

/**
 * Has a workload's configuration checked in the guest: even a warning is a fault.
 *
 * @throws OomdrillError `UNIT_REJECTED` with the words of what reads it, as systemd
 */
export async function verifyWorkload(
  machine: GuestShell,
  { verify, serving }: Workload,
  signal: AbortSignal,
): Promise<void> {
  const { exitCode, stderr } = await machine.exec(verify, { reason: verify.slice(0, 2).join(' '), signal });
  const words = stderr.trim().split('\n').filter(Boolean);
  if (exitCode === 0 && words.length === 0) return;
  throw usageError(
    'UNIT_REJECTED',
    `systemd finds fault with ${serving.unit.name}: ${words.join(' | ') || `status ${exitCode}`}.`,
    'Fix the unit file; systemd-analyze verify shows the same on any host.',
  );
}

/**
 * Copies a real installation of the server into the guest and puts its program in the stand-in's place.
 *
 * @param from the installation's folder on this host
 * @throws OomdrillError `SERVER_INSTALL`
 */
export async function installServer(
  machine: Extractor,
  { path, installation: { dir, program } }: StandIn,
  from: string,
  { workDir, signal }: { readonly workDir: string; readonly signal: AbortSignal },
): Promise<void> {
  const orThrow = (words: string) =>
    machineError('SERVER_INSTALL', `Could not install the server at ${from} in the guest: ${words}.`);
  const options = { reason: 'the server to be copied', signal, timeoutMs: COPY_MS, orThrow };
  // Names in the archive get the folder in front; what links lead to stays as it is.
  const inPlace = `--transform=flags=rhS;s,^\\.,.${dir},`;
  const packed = await execa('tar', ['--create', '--owner=0', '--group=0', inPlace, '--directory', from, '.'], {
    encoding: 'buffer',
    maxBuffer: MAX_ARCHIVE_BYTES,
  });
  await extract(machine, packed.stdout, options);
  const hasProgram = '{ test -x "$1" || { echo "it has no executable $2" >&2; false; }; }';
  await run(machine, ['sh', '-c', hasProgram, 'sh', `${dir}/${program}`, program], options);
  const packing = join(workDir, 'server');
  await mkdir(join(packing, 'tree', dirname(path)), { recursive: true });
  await symlink(`${dir}/${program}`, join(packing, 'tree', path));
  await extract(machine, await packTrees([join(packing, 'tree')], packing), options);
  await rm(packing, { recursive: true });
}
