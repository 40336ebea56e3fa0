import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { assets } from '../../core/assets.js';
import { machineError, type OomdrillError, usageError } from '../../core/errors.js';
import { listGuestAccounts, STAND_INS } from '../../workload/stand-ins.js';
import { Ledger } from '../ledger.js';
import type { Resource } from '../ledger-pages.js';
import type { Changes, ExecOptions, ExecResult, GuestShell } from '../machine.js';
import type { Leftover } from '../provider.js';
import { run } from '../run.js';
import { Ssh, type SshTarget, sshTargetSchema } from '../ssh.js';
import { TOOLKIT_FILES } from '../toolkit.js';
import { makeWorkDir } from '../workdir.js';

/** The files of accounts, and their older versions, which useradd(8) and userdel(8) write. */
const ACCOUNT_FILES = ['passwd', 'shadow', 'group', 'gshadow', 'subuid', 'subgid'].flatMap((name) => [
  `/etc/${name}`,
  `/etc/${name}-`,
]);

/** What every drill changes on a host: the accounts of the bundles, their servers' data, oomdrill's own slice and programs. */
const ALWAYS = {
  accounts: ACCOUNT_FILES,
  trees: [...STAND_INS.flatMap(({ data }) => data), ...listGuestAccounts().map((name) => `/var/mail/${name}`)],
  files: ['/etc/systemd/system/oomdrill.slice', ...TOOLKIT_FILES],
};

/** Why back-up.sh refused, by its exit status: then nothing was changed. */
const REFUSALS: Readonly<Record<number, (name: string, unit: string, words: string) => OomdrillError>> = {
  3: (name, _unit, words) =>
    machineError(
      'HOST_UNFIT',
      `Could not back up ${name}: ${words}.`,
      'It must run systemd, with the packages of a minimal Debian; the user must be root or one who may sudo without a password.',
    ),
  4: (name, unit) =>
    usageError(
      'HOST_IN_USE',
      `${unit} already runs on ${name}.`,
      'Is this really a disposable host? --stop-running-service stops it for the drill and starts it again afterwards.',
    ),
  5: (name, _unit, words) =>
    machineError(
      'HOST_BORROWED',
      `${name} is backed up for another run already: ${words}.`,
      'If that run was killed: `oomdrill reap` where it was started, or on the host itself: sh /var/lib/oomdrill-backup/restore.sh',
    ),
  7: (name, _unit, words) =>
    machineError(
      'HOST_PATH',
      `A path that the drill writes to cannot be backed up on ${name}: ${words}.`,
      'Nothing was changed. Make it a plain file or directory there, or leave it out of the bundle.',
    ),
};

/** Errors after which there is nothing to restore. */
const refused = new WeakSet<object>();

/** Whether `backUpHost` refused before it changed anything. */
export const wasRefused = (thrown: unknown): boolean =>
  typeof thrown === 'object' && thrown !== null && refused.has(thrown);

/** A script of host/, with what it shares with the others. */
async function readScript(name: 'back-up' | 'hold' | 'install' | 'restore'): Promise<string> {
  const parts = ['shared.sh', `${name}.sh`].map((file) => readFile(assets.hostScript(file), 'utf8'));
  return (await Promise.all(parts)).join('\n');
}

/** One run's hold on a host. */
export interface HostHold {
  /** The host, as the user calls it. */
  readonly name: string;
  /** Names the run there: a backup is restored only by the run that made it, or by a caller that knows it to be over. */
  readonly run: string;
}

/** Copying and restoring whole trees takes its time, milliseconds. */
const COPY_MS = 600_000;

/**
 * Backs up on the host what a drill will change there, so that it can be restored whatever happens to this process.
 *
 * @param stopRunningService a serving unit that runs is stopped, and started again when the host is restored
 * @throws OomdrillError `HOST_IN_USE`, `HOST_BORROWED`, `HOST_UNFIT`, `HOST_PATH`, `HOST_BACKUP`
 */
export async function backUpHost(
  host: GuestShell,
  { unit, files, trees, made }: Changes,
  options: HostHold & { readonly stopRunningService: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const { name, run, stopRunningService, signal } = options;
  const whatRuns = stopRunningService ? 'stop-running' : 'refuse-running';
  const list = [
    ...ALWAYS.accounts.map((path) => `account ${path}`),
    ...[...ALWAYS.trees, ...trees].map((path) => `tree ${path}`),
    ...made.map((path) => `made ${path}`),
    ...[...ALWAYS.files, ...files].map((path) => `file ${path}`),
  ];
  refuseLineBreaks(list, name);
  const { exitCode, stderr } = await host.exec(
    [
      'sh',
      '-c',
      await readScript('back-up'),
      'back-up',
      unit,
      whatRuns,
      run,
      describeHolder(),
      await readScript('restore'),
    ],
    { reason: `${name} to be backed up`, input: `${list.join('\n')}\n`, signal, timeoutMs: COPY_MS },
  );
  if (exitCode === 0) return;
  const words = lastWords(stderr, exitCode);
  const refusal = REFUSALS[exitCode]?.(name, unit, words);
  if (refusal) refused.add(refusal);
  throw (
    refusal ??
    machineError(
      'HOST_BACKUP',
      `Could not back up ${name}: ${words}.`,
      'Make room there, or leave data out of the drill.',
    )
  );
}

/** The list has one path a line. */
function refuseLineBreaks(list: readonly string[], name: string): void {
  const odd = list.find((line) => line.includes('\n'));
  if (odd === undefined) return;
  const error = REFUSALS[7]?.(name, '', `${JSON.stringify(odd)} has a line break in it`);
  if (error) refused.add(error);
  throw error;
}

/** This run, in words for people who find the host in use. */
function describeHolder(): string {
  const { pid } = process;
  return `the run of ${process.env.USER ?? `user ${process.getuid?.()}`} on ${hostname()} (process ${pid}, since ${new Date().toISOString()})`;
}

const lastWords = (stderr: string, exitCode: number): string =>
  stderr.trim().split('\n').filter(Boolean).slice(-2).join(' | ') || `status ${exitCode}`;

/**
 * Puts the files of an archive of `packTrees` in place on a host that is backed up. A status other than 0 is a result.
 *
 * @param archive of files that are in the backup, and no others
 */
export async function installOnHost(
  host: GuestShell,
  run: string,
  archive: Uint8Array,
  options: ExecOptions,
): Promise<ExecResult> {
  return host.exec(['sh', '-c', await readScript('install'), 'install', run], {
    timeoutMs: COPY_MS,
    ...options,
    input: archive,
  });
}

/** The command that holds a host for a run as long as its output is read: it prints lines. */
export const holdCommand = async (run: string): Promise<readonly string[]> => [
  'sh',
  '-c',
  await readScript('hold'),
  'hold',
  run,
];

/**
 * Restores a borrowed host from the backup of a run; does nothing where there is none, or only another run's. Gives a sentence for
 * each thing that is not as it was.
 *
 * @param hold.run undefined for a run of a version before 0.3.0
 * @throws OomdrillError `HOST_NOT_RESTORED`
 */
export async function restoreHost(
  host: GuestShell,
  { name, run: asked }: { readonly name: string; readonly run?: string | undefined },
): Promise<readonly string[]> {
  const { stdout } = await run(host, ['sh', '-c', await readScript('restore'), 'restore', asked ?? ''], {
    reason: `${name} to be restored`,
    timeoutMs: COPY_MS,
    orThrow: (words) =>
      machineError(
        'HOST_NOT_RESTORED',
        `Could not restore ${name}: ${words}.`,
        'On the host itself: sh /var/lib/oomdrill-backup/restore.sh',
      ),
  });
  return stdout.split('\n').filter(Boolean);
}

/** A host of the user's own with files that must be restored, as the ledger has it. */
const borrowedHostSchema = z.object({
  kind: z.literal('borrowed-host'),
  target: sshTargetSchema,
  run: z.string().optional(),
});

/** What `reap` does with a borrowed host that an interrupted run changed. */
export function borrowedHostLeftover(resource: Resource): Leftover {
  const { target, run } = borrowedHostSchema.parse(resource);
  const leftover = { name: `oomdrill's files on ${target.host}`, remove };
  async function remove(): Promise<boolean> {
    const notes = await restoreHostBySsh(target, run);
    if (notes.length > 0) leftover.name += ` (${notes.join('; ')})`;
    return true;
  }
  return leftover;
}

/** Restores a host to which there is no connection yet. */
async function restoreHostBySsh(target: SshTarget, run: string | undefined): Promise<readonly string[]> {
  await using workDir = await makeWorkDir(await Ledger.open());
  await using ssh = new Ssh(target, workDir.path);
  await ssh.open(20_000, new AbortController().signal);
  return restoreHost(ssh, { name: target.host, run });
}
