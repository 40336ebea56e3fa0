import { rm } from 'node:fs/promises';
import { sleep } from '../core/deadline.js';
import { messageOf } from '../core/errors.js';
import { type Resource, readLedger } from './ledger.js';
import { isAlive } from './process.js';

export interface Reaped {
  /** What was taken away, in words. */
  readonly removed: string[];
  /** What could not be, and why. */
  readonly failed: string[];
  /** Runs whose owner lives; theirs is left alone. */
  readonly stillRunning: number;
}

async function take(resource: Resource): Promise<string | undefined> {
  if (resource.kind === 'dir') {
    await rm(resource.path, { recursive: true, force: true });
    return `directory ${resource.path}`;
  }
  if (!(await isAlive(resource.identity))) return undefined;
  process.kill(resource.identity.pid, 'SIGKILL');
  for (let i = 0; i < 50 && (await isAlive(resource.identity)); i++) await sleep(100);
  if (await isAlive(resource.identity)) throw new Error('it does not die');
  return `process ${resource.identity.pid} (${resource.what})`;
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
        const what = await take(resource);
        if (what) removed.push(what);
      } catch (thrown) {
        whole = false;
        failed.push(
          `${resource.kind === 'dir' ? resource.path : `process ${resource.identity.pid}`}: ${messageOf(thrown)}`,
        );
      }
    }
    if (whole) await rm(page.file, { force: true });
  }
  return { removed, failed, stillRunning };
}
