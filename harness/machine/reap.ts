import { rm } from 'node:fs/promises';
import type { z } from 'zod';
import { sleep } from '../core/deadline.js';
import { messageOf } from '../core/errors.js';
import { dirResourceSchema, type LedgerPage, processResourceSchema, type Resource, readLedger } from './ledger.js';
import { isAlive } from './process.js';
import type { Leftover, OpenLeftover } from './provider.js';
import { MACHINES } from './providers.js';

export interface Reaped {
  /** What was removed, in words. */
  readonly removed: readonly string[];
  /** What could not be, and why. */
  readonly failed: readonly string[];
  /** Runs whose owner lives; theirs is left alone. */
  readonly stillRunning: number;
}

/** What any kind of machine may leave on this host. */
const ON_THIS_HOST: Readonly<Record<string, OpenLeftover>> = {
  dir: async (resource) => directory(dirResourceSchema.parse(resource).path),
  process: async (resource) => runningProcess(processResourceSchema.parse(resource)),
};

/**
 * Removes what runs left behind whose harness is dead. Safe while other runs go on: theirs is not touched. A page of the ledger
 * that cannot be read, or that names what this version cannot remove, stays where it is and is reported.
 *
 * @throws OomdrillError `LEDGER`
 */
export async function reap(table = MACHINES): Promise<Reaped> {
  const openers = new Map(Object.entries(ON_THIS_HOST));
  for (const { leftovers } of table)
    for (const [kind, open] of Object.entries(leftovers ?? {})) openers.set(kind, open);
  const { pages, unreadable } = await readLedger();
  const removed: string[] = [];
  const failed = unreadable.map(
    ({ file, why }) => `what the ledger's page ${file} names, which cannot be read: ${why} (to forget it: rm ${file})`,
  );
  let stillRunning = 0;
  for (const page of pages) {
    if (await isAlive(page.owner)) {
      stillRunning++;
      continue;
    }
    const before = failed.length;
    await reapPage(page, openers, { removed, failed });
    if (failed.length === before) await rm(page.file, { force: true });
  }
  return { removed, failed, stillRunning };
}

/** Removes what one page names, and reports each. */
async function reapPage(
  { file, resources }: LedgerPage,
  openers: ReadonlyMap<string, OpenLeftover>,
  { removed, failed }: { readonly removed: string[]; readonly failed: string[] },
): Promise<void> {
  // The last made goes first: a QEMU before the directory that holds its disk.
  for (const resource of [...resources].reverse()) {
    let name = `a thing of kind "${resource.kind}"`;
    try {
      const leftover = await openLeftover(resource, openers);
      name = leftover.name;
      if (await leftover.remove()) removed.push(name);
    } catch (thrown) {
      failed.push(`${name}: ${messageOf(thrown)} (to forget it: rm ${file})`);
    }
  }
}

async function openLeftover(resource: Resource, openers: ReadonlyMap<string, OpenLeftover>): Promise<Leftover> {
  const open = openers.get(resource.kind);
  if (!open) throw new Error('this version of oomdrill does not know it');
  return open(resource).catch((cause: unknown) => {
    throw new Error('what the ledger says of it cannot be read', { cause });
  });
}

const directory = (path: string): Leftover => ({
  name: `directory ${path}`,
  async remove() {
    await rm(path, { recursive: true, force: true });
    return true;
  },
});

/** How long a process may take to die of SIGKILL: one in an uninterruptible wait does not at once. */
const DYING_MS = 5_000;

const runningProcess = ({ what, identity }: z.infer<typeof processResourceSchema>): Leftover => ({
  name: `process ${identity.pid} (${what})`,
  async remove() {
    if (!(await isAlive(identity))) return false;
    process.kill(identity.pid, 'SIGKILL');
    const end = performance.now() + DYING_MS;
    while (performance.now() < end && (await isAlive(identity))) await sleep(100);
    if (await isAlive(identity)) throw new Error('it does not die');
    return true;
  },
});
