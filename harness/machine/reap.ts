import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf } from '../core/errors.js';
import { copyableWord } from '../core/shell.js';
import { removeAbandonedDrafts } from './image/abandoned-drafts.js';
import { type LedgerPage, type Resource, readLedger, removeOldDrafts } from './ledger-pages.js';
import { fateOf, identifyOwner } from './owner.js';
import type { Leftover, OpenLeftover } from './provider.js';
import { MACHINES } from './providers.js';
import { removeWorkDir } from './work-dir-removal.js';

export interface Reaped {
  /** What was removed, in words. */
  readonly removed: readonly string[];
  /** What could not be, and why. */
  readonly failed: readonly string[];
  /** Runs whose owner lives; theirs is left alone. */
  readonly stillRunning: number;
  /** What runs made of which cannot be known whether they go on, and why. */
  readonly leftAlone: readonly string[];
}

/** What came of pages so far. */
interface Reaping {
  readonly removed: string[];
  readonly failed: string[];
}

/** How a kind of leftover is opened. */
type Openers = ReadonlyMap<string, OpenLeftover>;

/** A directory of ours on this host. */
const dirResourceSchema = z.object({ kind: z.literal('dir'), path: z.string() });

/** What any kind of machine may leave on this host. */
const ON_THIS_HOST: Readonly<Record<string, OpenLeftover>> = {
  dir: async (resource) => directory(dirResourceSchema.parse(resource).path),
};

const directory = (path: string): Leftover => ({ name: `directory ${path}`, remove: () => removeWorkDir(path) });

/**
 * Removes what runs left behind whose harness is dead. Safe while other runs go on, and other reaps: theirs is not
 * touched. A page of the ledger that cannot be read, or that names what is not ours or not known to this version, stays
 * where it is and is reported; so does one of a host or a container into which this process does not see.
 *
 * @throws OomdrillError `LEDGER`
 */
export async function reap(table = MACHINES): Promise<Reaped> {
  const us = await identifyOwner();
  const openers = new Map(Object.entries(ON_THIS_HOST));
  for (const { leftovers } of table)
    for (const [kind, open] of Object.entries(leftovers ?? {})) openers.set(kind, open);
  const { pages, unreadable } = await readLedger();
  const removed: string[] = [];
  const failed = unreadable.map(
    ({ file, why }) => `what the ledger's page ${file} names, which cannot be read: ${why} (${toForget(file, true)})`,
  );
  const leftAlone: string[] = [];
  let stillRunning = 0;
  for (const page of pages) {
    const fate = await fateOf(page.owner, us);
    if (fate.is === 'alive') stillRunning++;
    else if (fate.is === 'unknown') leftAlone.push(await describeUnknown(page, fate.why, openers));
    else await reapPage(page, openers, { removed, failed });
  }
  await removeOldDrafts();
  const drafts = await removeAbandonedDrafts();
  removed.push(...drafts.removed.map((path) => `unfinished image or snapshot ${path}`));
  failed.push(...drafts.failed.map((path) => `unfinished image or snapshot ${path}`));
  return { removed, failed, stillRunning, leftAlone };
}

/** Removes what one page names, reports each, and forgets the page if nothing of it is left. */
async function reapPage({ file, resources }: LedgerPage, openers: Openers, reaping: Reaping): Promise<void> {
  const before = reaping.failed.length;
  // The last made goes first: a QEMU before the directory that holds its disk.
  for (const resource of [...resources].reverse()) {
    let name = nameOfKind(resource);
    try {
      const leftover = await openLeftover(resource, openers);
      name = leftover.name;
      // By its name of afterwards: it may tell what could not be as it was.
      if (await leftover.remove()) reaping.removed.push(leftover.name);
    } catch (thrown) {
      reaping.failed.push(`${name}: ${messageOf(thrown)} (${toForget(file)})`);
    }
  }
  if (reaping.failed.length === before) await rm(file, { force: true });
}

async function openLeftover(resource: Resource, openers: Openers): Promise<Leftover> {
  const open = openers.get(resource.kind);
  if (!open) throw new Error('this version of oomdrill does not know it');
  return open(resource).catch((cause: unknown) => {
    throw new Error('what the ledger says of it cannot be read', { cause });
  });
}

/** A page of which is not known whether its owner runs, with what it names and how to forget it. */
async function describeUnknown({ owner, resources, file }: LedgerPage, why: string, openers: Openers): Promise<string> {
  const names = await Promise.all(
    resources.map(async (resource) => {
      const leftover = await openLeftover(resource, openers).catch(() => undefined);
      return leftover?.name ?? nameOfKind(resource);
    }),
  );
  return `${names.join(', ') || 'nothing'} of process ${owner.pid}: ${why} (${toForget(file)})`;
}

const nameOfKind = ({ kind }: Resource): string => `a thing of kind "${kind}"`;

/** How a page is removed by hand, as a command. */
const toForget = (file: string, mayBeFolder = false): string =>
  `to forget it: rm ${mayBeFolder ? '-r ' : ''}${copyableWord(file)}`;
