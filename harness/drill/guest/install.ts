import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Bundle } from '../../bundle/bundle.js';
import type { Manifest } from '../../bundle/manifest.js';
import type { LimitedUnit } from '../../bundle/serving.js';
import { type Bytes, formatBytes, parseBytes } from '../../core/bytes.js';
import { machineError, usageError } from '../../core/errors.js';
import type { GuestShell } from '../../machine/machine.js';
import { expandSpecifiers } from '../../systemd/specifiers.js';
import { parseUnitName } from '../../systemd/unit-name.js';

/** The real server's weight at real scale (seen: 0.5 GiB with sessions, 74 MiB of program text in its cgroup). */
const SERVER = { resident: '512M', text: '74M' };

/** What node alone brings of its own text; only what the real server has beyond that is stood in for. */
const NODE_TEXT_BYTES = 40 * 1024 ** 2;

/** What may be copied into a guest at once, bytes: Node holds it in memory. */
const LARGEST = 4 * 1024 ** 3;

/** Where a real installation of the server is put in the guest. */
export const SERVER_DIR = '/opt/t3';

/**
 * Settings of the stand-in, in proportion to the scale. They ride in the unit's environment file, so that the unit stays as it is.
 *
 * @param weight what the bundle says of it, where it is another server than the devvm's; at real scale
 */
export function standInSettings(
  scale: number,
  weight: Manifest['serving']['weight'] = SERVER,
  losesListenerAfterOom = false,
): string {
  return [
    `T3_STANDIN_RESIDENT_BYTES=${Math.floor(parseBytes(weight.resident) / scale)}`,
    `T3_STANDIN_TEXT_BYTES=${Math.max(0, Math.floor(parseBytes(weight.text) / scale) - NODE_TEXT_BYTES)}`,
    'T3_STANDIN_AGENTS=2',
    ...(losesListenerAfterOom ? ['T3_STANDIN_LOSES_LISTENER_AFTER_OOM=1'] : []),
    '',
  ].join('\n');
}

/**
 * Puts the bundle's files in place and has systemd read them.
 *
 * @throws OomdrillError `INSTALL`
 */
export async function installBundle(
  machine: GuestShell,
  bundle: Bundle,
  options: { workDir: string; scale: number; losesListenerAfterOom?: boolean; signal: AbortSignal },
): Promise<void> {
  const { workDir, scale, losesListenerAfterOom, signal } = options;
  const settings = standInSettings(scale, bundle.manifest.serving.weight, losesListenerAfterOom);
  const tree = join(workDir, 'bundle');
  for (const { path, text } of bundle.files) {
    const file = join(tree, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, /^etc\/t3-serve\/[^/]+\.env$/.test(path) ? `${text}${settings}` : text);
  }
  for (const unit of neighboursOf(bundle)) {
    const dropIn = join(tree, 'run/systemd/system', `${unit}.d`, 'zz-oomdrill-neighbour.conf');
    await mkdir(dirname(dropIn), { recursive: true });
    await symlink('/usr/lib/oomdrill/neighbour.conf', dropIn);
  }
  // The caller's umask is not the guest's: files are readable there, and folders that are there already stay as they are.
  const owned = ['--owner=0', '--group=0', '--mode=u=rwX,go=rX'];
  const trees = [tree, ...(bundle.root ? [bundle.root.dir] : [])].flatMap((dir) => ['--directory', dir, '.']);
  const { stdout: tar } = await execa('tar', ['--create', ...owned, ...trees], {
    encoding: 'buffer',
    maxBuffer: LARGEST,
  });
  await rm(tree, { recursive: true });
  const script = 'tar --extract --no-overwrite-dir --directory=/ && systemctl daemon-reload';
  const copied = await machine.exec(['sh', '-c', script], {
    reason: 'the bundle to be installed in the guest',
    input: tar,
    signal,
    timeoutMs: bundle.root ? 300_000 : undefined,
  });
  if (copied.exitCode !== 0) {
    const message = `The bundle ${bundle.name} could not be installed in the guest: ${copied.stderr.trim()}.`;
    throw machineError('INSTALL', message);
  }
}

/** Units beside the serving one that run the same program, as other instances of its template do. */
function neighboursOf({ manifest: { serving, beside = [] } }: Bundle): string[] {
  const template = parseUnitName(serving.unit)?.file;
  return beside.map(({ unit }) => unit).filter((unit) => parseUnitName(unit)?.file === template);
}

/** Accounts that every guest has. */
const GUESTS_OWN = ['root', 'alice', 'bob'];

/**
 * Makes the user and the group that a unit names, where the guest has not got them.
 *
 * @throws OomdrillError `ACCOUNT`
 */
export async function makeAccounts(machine: GuestShell, { unit }: LimitedUnit, signal: AbortSignal): Promise<void> {
  const named = (key: string) => expandSpecifiers(unit.value('Service', key)?.value ?? '', unit.name);
  const [user, group] = [named('User'), named('Group')];
  if ([user, group].every((name) => name === '' || GUESTS_OWN.includes(name))) return;
  const script = `
[ -z "$2" ] || getent group "$2" >/dev/null || groupadd --system "$2"
[ -z "$1" ] || getent passwd "$1" >/dev/null || useradd --system --no-create-home \${2:+--gid "$2"} "$1"`;
  const made = await machine.exec(['sh', '-ec', script, 'sh', user, group], { reason: 'its accounts', signal });
  if (made.exitCode !== 0)
    throw machineError('ACCOUNT', `The guest could not be given the accounts of ${unit.name}: ${made.stderr.trim()}.`);
}

/**
 * Gives the guest swap, as a file on its disk.
 *
 * @throws OomdrillError `SWAP`
 */
export async function installSwap(machine: GuestShell, bytes: Bytes, signal: AbortSignal): Promise<void> {
  const script =
    'fallocate --length "$1" /swapfile && chmod 600 /swapfile && mkswap --quiet /swapfile && swapon /swapfile';
  const made = await machine.exec(['sh', '-c', script, 'sh', String(bytes)], { reason: 'the swap file', signal });
  if (made.exitCode !== 0)
    throw machineError('SWAP', `The guest could not be given ${formatBytes(bytes)} of swap: ${made.stderr.trim()}.`);
}

/** Has systemd itself check the unit's files. @throws OomdrillError `UNIT_REJECTED` with systemd's words */
export async function verifyUnit(machine: GuestShell, unit: string, signal: AbortSignal): Promise<void> {
  const { exitCode, stderr } = await machine.exec(['systemd-analyze', 'verify', '--man=no', unit], {
    reason: 'systemd-analyze verify',
    signal,
  });
  const words = stderr.trim().split('\n').filter(Boolean);
  if (exitCode === 0 && words.length === 0) return;
  throw usageError(
    'UNIT_REJECTED',
    `systemd finds fault with ${unit}: ${words.join(' | ') || `status ${exitCode}`}.`,
    'Mend the unit file; systemd-analyze verify shows the same on any host.',
  );
}

/**
 * Copies a real installation of the server into the guest and makes its `bin/t3` the one that the unit starts.
 *
 * @throws OomdrillError `SERVER_INSTALL`
 */
export async function installServer(machine: GuestShell, dir: string, signal: AbortSignal): Promise<void> {
  const { stdout: tar } = await execa('tar', ['--create', '--owner=0', '--group=0', '--directory', dir, '.'], {
    encoding: 'buffer',
    maxBuffer: LARGEST,
  });
  const script =
    'mkdir -p "$1" && tar --extract --directory "$1" && test -x "$1/bin/t3" && ln -sf "$1/bin/t3" /usr/bin/t3';
  const copied = await machine.exec(['sh', '-c', script, 'sh', SERVER_DIR], {
    reason: 'the server to be copied',
    input: tar,
    signal,
    timeoutMs: 300_000,
  });
  if (copied.exitCode !== 0)
    throw machineError(
      'SERVER_INSTALL',
      `The server at ${dir} could not be put into the guest: ${copied.stderr.trim() || 'it has no executable bin/t3'}.`,
    );
}
