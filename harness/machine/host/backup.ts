import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { assets } from '../../core/assets.js';
import { machineError, OomdrillError, usageError } from '../../core/errors.js';
import { STAND_INS } from '../../workload/stand-ins.js';
import { Ledger } from '../ledger.js';
import type { Resource } from '../ledger-pages.js';
import type { Changes, GuestShell } from '../machine.js';
import type { Leftover } from '../provider.js';
import { run } from '../run.js';
import { Ssh, type SshTarget, sshTargetSchema } from '../ssh.js';
import { TOOLKIT_FILES } from '../toolkit.js';
import { makeWorkDir } from '../workdir.js';

/** What every drill changes on a host: the accounts of the bundles, their servers' data, oomdrill's own slice and programs. */
const ALWAYS = [
  ...['passwd', 'shadow', 'group', 'gshadow', 'subuid', 'subgid'].flatMap((name) => [`/etc/${name}`, `/etc/${name}-`]),
  ...STAND_INS.flatMap(({ data }) => data),
  '/etc/systemd/system/oomdrill.slice',
  ...TOOLKIT_FILES,
];

/** Exit statuses of back-up.sh that are refusals: nothing was written. */
const UNIT_RUNS = 4;
const BACKED_UP_ALREADY = 5;

/** Codes of the errors after which there is nothing to restore. */
const REFUSALS: readonly string[] = ['HOST_IN_USE', 'HOST_BORROWED', 'HOST_UNFIT'];

/** Whether `backUpHost` refused before it wrote anything. */
export const wasRefused = (thrown: unknown): boolean =>
  thrown instanceof OomdrillError && REFUSALS.includes(thrown.code);

const script = (name: string) => readFile(assets.hostScript(name), 'utf8');

/**
 * Backs up on the host what a drill will change there, so that it can be restored whatever happens to this process.
 *
 * @param stopRunningService a serving unit that runs is stopped, and started again when the host is restored
 * @throws OomdrillError `HOST_IN_USE`, `HOST_BORROWED`, `HOST_UNFIT`
 */
export async function backUpHost(
  host: GuestShell,
  changes: Changes,
  options: { name: string; stopRunningService: boolean; signal: AbortSignal },
): Promise<void> {
  const { name, stopRunningService, signal } = options;
  const whatRuns = stopRunningService ? 'stop-running' : 'refuse-running';
  const { exitCode, stderr } = await host.exec(
    ['sh', '-c', await script('back-up.sh'), 'back-up', changes.unit, whatRuns, await script('restore.sh')],
    { reason: `${name} to be backed up`, input: `${[...ALWAYS, ...changes.files].join('\n')}\n`, signal },
  );
  if (exitCode === 0) return;
  if (exitCode === UNIT_RUNS) {
    throw usageError(
      'HOST_IN_USE',
      `${changes.unit} already runs on ${name}.`,
      'Is this really a disposable host? --stop-running-service stops it for the drill and starts it again afterwards.',
    );
  }
  if (exitCode === BACKED_UP_ALREADY) {
    throw machineError(
      'HOST_BORROWED',
      `${name} has a backup of another drill, which still runs or was killed.`,
      'Run `oomdrill reap` where that drill was started, or on the host itself: sh /var/lib/oomdrill-backup/restore.sh',
    );
  }
  throw machineError(
    'HOST_UNFIT',
    `Could not back up ${name}: ${stderr.trim().split('\n').at(-1) || `status ${exitCode}`}.`,
    'It must run systemd, and the user must be root or one who may sudo without a password.',
  );
}

/** Restores a borrowed host from its backup; does nothing where there is none. @throws OomdrillError `HOST_NOT_RESTORED` */
export async function restoreHost(host: GuestShell, name: string): Promise<void> {
  await run(host, ['sh', '-c', await script('restore.sh')], {
    reason: `${name} to be restored`,
    timeoutMs: 120_000,
    orThrow: (words) =>
      machineError(
        'HOST_NOT_RESTORED',
        `Could not restore ${name}: ${words}.`,
        'On the host itself: sh /var/lib/oomdrill-backup/restore.sh',
      ),
  });
}

/** A host of the user's own with files that must be restored, as the ledger has it. */
const borrowedHostSchema = z.object({ kind: z.literal('borrowed-host'), target: sshTargetSchema });

/** What `reap` does with a borrowed host that an interrupted run changed. */
export function borrowedHostLeftover(resource: Resource): Leftover {
  const { target } = borrowedHostSchema.parse(resource);
  return {
    name: `oomdrill's files on ${target.host}`,
    async remove() {
      await restoreHostBySsh(target);
      return true;
    },
  };
}

/** Restores a host to which there is no connection yet. */
async function restoreHostBySsh(target: SshTarget): Promise<void> {
  await using workDir = await makeWorkDir(await Ledger.open());
  await using ssh = new Ssh(target, workDir.path);
  await ssh.open(20_000, new AbortController().signal);
  await restoreHost(ssh, target.host);
}
