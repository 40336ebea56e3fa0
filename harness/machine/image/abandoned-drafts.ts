import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { asRoot } from '../privilege.js';
import { DRAFT, LOCK } from './ensure-sealed.js';
import { imageDir, snapshotsDir } from './store.js';

/** Status of flock(1) for a lock that another process holds, which rm(1) does not have. */
const IS_LOCKED = 75;

/**
 * Removes the drafts of images and snapshots whose maker was killed: gigabytes that no later run would find, because it makes an
 * entry of another name. While a maker lives the kernel holds its lock (flock(2)), and its draft is left alone.
 *
 * @returns what was removed, and what could not be, as paths
 */
export async function removeAbandonedDrafts(): Promise<{ readonly removed: string[]; readonly failed: string[] }> {
  const removed: string[] = [];
  const failed: string[] = [];
  for (const dir of [dirname(imageDir('any', 'any')), snapshotsDir()]) {
    const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith(DRAFT));
    for (const draft of names.map((name) => join(dir, name))) {
      if (await isHeld(draft)) continue;
      (existsSync(draft) ? failed : removed).push(draft);
    }
  }
  return { removed, failed };
}

/** Whether a draft is being made. If it is not, it is removed while no other process can begin to. */
async function isHeld(draft: string): Promise<boolean> {
  const lock = `${draft.slice(0, -DRAFT.length)}${LOCK}`;
  const remove = ['--nonblock', '--conflict-exit-code', String(IS_LOCKED), lock, 'rm', '-rf', '--', draft];
  const { exitCode } = await execa('flock', remove, { reject: false });
  if (exitCode === IS_LOCKED || !existsSync(draft)) return exitCode === IS_LOCKED;
  // An image holds files of root's.
  const asked = await execa(...asRoot('flock', remove, false), { reject: false });
  return asked.exitCode === IS_LOCKED;
}
