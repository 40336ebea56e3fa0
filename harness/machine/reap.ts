import { rm } from 'node:fs/promises';
import { sleep } from '../core/deadline.js';
import { messageOf } from '../core/errors.js';
import { giveBackBySsh } from './host/borrow.js';
import { type Resource, readLedger } from './ledger.js';
import { isAlive } from './process.js';
import { removeDomain } from './vagrant/leftovers.js';

export interface Reaped {
  /** What was taken away, in words. */
  readonly removed: string[];
  /** What could not be, and why. */
  readonly failed: string[];
  /** Runs whose owner lives; theirs is left alone. */
  readonly stillRunning: number;
}

function nameOf(resource: Resource): string {
  switch (resource.kind) {
    case 'dir':
      return `directory ${resource.path}`;
    case 'domain':
      return `domain ${resource.name}`;
    case 'borrowed-host':
      return `oomdrill's files on ${resource.target.host}`;
    case 'process':
      return `process ${resource.identity.pid} (${resource.what})`;
  }
}

/** Takes one thing away; false when it was gone already. */
async function take(resource: Resource): Promise<boolean> {
  switch (resource.kind) {
    case 'dir':
      await rm(resource.path, { recursive: true, force: true });
      return true;
    case 'domain':
      await removeDomain(resource.name);
      return true;
    case 'borrowed-host':
      await giveBackBySsh(resource.target);
      return true;
    case 'process': {
      const { identity } = resource;
      if (!(await isAlive(identity))) return false;
      process.kill(identity.pid, 'SIGKILL');
      for (let i = 0; i < 50 && (await isAlive(identity)); i++) await sleep(100);
      if (await isAlive(identity)) throw new Error('it does not die');
      return true;
    }
  }
}

/** Takes away what runs left behind whose harness is dead. Safe beside living runs: theirs is not touched. */
export async function reap(): Promise<Reaped> {
  const removed: string[] = [];
  const failed: string[] = [];
  let stillRunning = 0;
  for (const page of await readLedger()) {
    if (await isAlive(page.owner)) {
      stillRunning++;
      continue;
    }
    let whole = true;
    // The last made goes first: a QEMU before the directory that holds its disk.
    for (const resource of [...page.resources].reverse()) {
      try {
        if (await take(resource)) removed.push(nameOf(resource));
      } catch (thrown) {
        whole = false;
        failed.push(`${nameOf(resource)}: ${messageOf(thrown)} (to forget it: rm ${page.file})`);
      }
    }
    if (whole) await rm(page.file, { force: true });
  }
  return { removed, failed, stillRunning };
}
