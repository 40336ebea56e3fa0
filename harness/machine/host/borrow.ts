import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { assets } from '../../core/assets.js';
import { machineError, OomdrillError, usageError } from '../../core/errors.js';
import { STAND_INS } from '../../workload/stand-ins.js';
import { Ledger, type Resource } from '../ledger.js';
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

/** Exit statuses of take.sh that are refusals: nothing was written. */
const UNIT_RUNS = 4;
const BORROWED_ALREADY = 5;

/** Codes of the errors after which there is nothing to give back. */
const REFUSALS: readonly string[] = ['HOST_IN_USE', 'HOST_BORROWED', 'HOST_UNFIT'];

/** Whether `borrow` refused before it wrote anything. */
export const wasRefused = (thrown: unknown): boolean =>
  thrown instanceof OomdrillError && REFUSALS.includes(thrown.code);

const script = (name: string) => readFile(assets.hostScript(name), 'utf8');

/**
 * Writes down on the host what a drill will change there, so that it can be given back whatever happens to this process.
 *
 * @param stopRunningService a serving unit that runs is stopped, and started again when the host is given back
 * @throws OomdrillError `HOST_IN_USE`, `HOST_BORROWED`, `HOST_UNFIT`
 */
export async function borrow(
  host: GuestShell,
  changes: Changes,
  options: { name: string; stopRunningService: boolean; signal: AbortSignal },
): Promise<void> {
  const { name, stopRunningService, signal } = options;
  const words = stopRunningService ? 'stop-running' : 'refuse-running';
  const { exitCode, stderr } = await host.exec(
    ['sh', '-c', await script('take.sh'), 'take', changes.unit, words, await script('give-back.sh')],
    { reason: `${name} to be borrowed`, input: `${[...ALWAYS, ...changes.files].join('\n')}\n`, signal },
  );
  if (exitCode === 0) return;
  if (exitCode === UNIT_RUNS) {
    throw usageError(
      'HOST_IN_USE',
      `${changes.unit} already runs on ${name}.`,
      'Is this really a disposable host? --stop-running-service stops it for the drill and starts it again afterwards.',
    );
  }
  if (exitCode === BORROWED_ALREADY) {
    throw machineError(
      'HOST_BORROWED',
      `${name} is borrowed by another drill, or by one that was killed.`,
      '`oomdrill reap` where that was started, or on the host itself: sh /var/lib/oomdrill-borrowed/give-back.sh',
    );
  }
  throw machineError(
    'HOST_UNFIT',
    `${name} cannot be borrowed: ${stderr.trim().split('\n').at(-1) || `status ${exitCode}`}.`,
    'It must run systemd, and the user must be root or may sudo without a password.',
  );
}

/** Puts a borrowed host back as it was; does nothing where it was not borrowed. @throws OomdrillError `HOST_NOT_GIVEN_BACK` */
export async function giveBack(host: GuestShell, name: string): Promise<void> {
  await run(host, ['sh', '-c', await script('give-back.sh')], {
    reason: `${name} to be put back as it was`,
    timeoutMs: 120_000,
    orThrow: (words) =>
      machineError(
        'HOST_NOT_GIVEN_BACK',
        `${name} could not be put back as it was: ${words}.`,
        'On the host itself: sh /var/lib/oomdrill-borrowed/give-back.sh',
      ),
  });
}

/** A host of the user's own with files that must be put back, as the ledger has it. */
const borrowedHostSchema = z.object({ kind: z.literal('borrowed-host'), target: sshTargetSchema });

/** What `reap` does with a host that a killed run borrowed. */
export function borrowedHostLeftover(resource: Resource): Leftover {
  const { target } = borrowedHostSchema.parse(resource);
  return {
    name: `oomdrill's files on ${target.host}`,
    async remove() {
      await giveBackBySsh(target);
      return true;
    },
  };
}

/** Gives back a host to which there is no connection yet. */
async function giveBackBySsh(target: SshTarget): Promise<void> {
  await using workDir = await makeWorkDir(await Ledger.open());
  await using ssh = new Ssh(target, workDir.path);
  await ssh.open(20_000, new AbortController().signal);
  await giveBack(ssh, target.host);
}
