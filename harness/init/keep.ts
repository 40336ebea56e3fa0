import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewFile } from './new-file.js';
import type { FolderPlan } from './plan.js';

/** Leaves alone what the folder has already and may keep, such as the README of a new repository. */
export async function keepExisting(plan: FolderPlan): Promise<FolderPlan> {
  const files: NewFile[] = [];
  const kept: NewFile[] = [];
  for (const file of plan.files) {
    const stays = file.ifThere !== undefined && (await lstat(join(plan.dir, file.path)).catch(() => undefined));
    (stays ? kept : files).push(file);
  }
  return { ...plan, files, kept };
}
