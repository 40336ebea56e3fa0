import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { machineError } from '../core/errors.js';
import { identify } from './process.js';

/** A process, distinguished from a later one of the same PID by its start time. */
export const identitySchema = z.object({ pid: z.number().int().positive(), startTicks: z.string() });

/**
 * A process, distinguished from those of other hosts, boots and containers. The three places are absent from a page
 * of a version before they were written. Empty is unknown.
 */
export const ownerSchema = identitySchema.extend({
  /** Of this host: its machine ID, hashed, and its name. Hosts that were cloned from one image have the same ID. */
  host: z.object({ id: z.string(), name: z.string() }).optional(),
  /** One start of a kernel (random(4), boot_id). */
  boot: z.string().optional(),
  /** As its link in /proc names it: `pid:[4026531836]` (pid_namespaces(7)). */
  pidNamespace: z.string().optional(),
});

/** Whose a page of the ledger is. */
export type Owner = Readonly<z.infer<typeof ownerSchema>>;

/** What became of an owner, as far as it can be known from here; and where it cannot, what hides it, in words. */
type OwnerFate = { readonly is: 'alive' } | { readonly is: 'dead' } | { readonly is: 'unknown'; readonly why: string };

/** Files that say where this process is. */
interface Places {
  readonly machineId?: string;
}

/**
 * This process.
 *
 * @throws OomdrillError `LEDGER` without /proc, or where that is of another PID namespace: it shows other processes by our PIDs
 */
export async function identifyOwner({ machineId = '/etc/machine-id' }: Places = {}): Promise<Required<Owner>> {
  const [self, pidNamespace, boot, id] = await Promise.all([
    readlink('/proc/self').catch(() => undefined),
    readlink('/proc/self/ns/pid').catch(() => ''),
    readText('/proc/sys/kernel/random/boot_id'),
    readText(machineId),
  ]);
  if (self !== undefined && self !== String(process.pid))
    throw machineError(
      'LEDGER',
      'The /proc that is mounted here belongs to another PID namespace.',
      'Mount the right one: `unshare --pid --fork --mount-proc`.',
    );
  const identity = self === undefined ? undefined : await identify(process.pid);
  if (!identity) throw machineError('LEDGER', 'Could not find this process in /proc.', 'oomdrill needs /proc mounted.');
  return { ...identity, host: { id: hashMachineId(id), name: hostname() }, boot, pidNamespace };
}

const readText = async (file: string): Promise<string> => (await readFile(file, 'utf8').catch(() => '')).trim();

/** machine-id(5): it must not leave the host as it is. It is empty, or says so, where a system was not set up. */
function hashMachineId(id: string): string {
  return /^[0-9a-f]{32}$/.test(id) ? createHash('sha256').update(`oomdrill ${id}`).digest('hex').slice(0, 32) : '';
}

/**
 * Whether an owner still runs. What cannot be seen from here is unknown: another host's processes, and those of another
 * PID namespace. Of a page without places only life is certain, in a process of its PID and start time.
 */
export async function fateOf(owner: Owner, us: Required<Owner>): Promise<OwnerFate> {
  const { host, boot, pidNamespace } = owner;
  if (!host || !boot || !pidNamespace) {
    if (await isRunning(owner)) return { is: 'alive' };
    return { is: 'unknown', why: 'an older version of oomdrill did not note on which host it ran' };
  }
  // No two starts of kernels have the same ID, so this is our kernel, whatever a container is named.
  if (boot === us.boot) {
    if (pidNamespace !== us.pidNamespace)
      return { is: 'unknown', why: 'it ran in another PID namespace, such as a container' };
    return { is: (await isRunning(owner)) ? 'alive' : 'dead' };
  }
  const isOurHost = host.id !== '' && host.id === us.host.id && host.name === us.host.name;
  return isOurHost
    ? { is: 'dead' }
    : { is: 'unknown', why: `it ran on another host, ${host.name || 'without a name'}` };
}

const isRunning = async ({ pid, startTicks }: Owner): Promise<boolean> =>
  (await identify(pid))?.startTicks === startTicks;
