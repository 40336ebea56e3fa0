import { constants, existsSync } from 'node:fs';
import { access, chmod, cp, lstat, mkdir, open, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { allOf } from '../core/any-of.js';
import { machineError, messageOf, type OomdrillError, usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import { replaceFile } from '../core/replace-file.js';
import type { FolderPlan } from './plan.js';

/**
 * Checks that a folder can be made as planned, without writing to it.
 *
 * @throws OomdrillError `INIT_EXISTS` that names all that is there already, `INIT_DIR`
 */
export async function checkFolder(plan: FolderPlan): Promise<void> {
  const { dir } = plan;
  const found = await stat(dir).catch(() => undefined);
  const isDangling = !found && (await lstat(dir).catch(() => undefined)) !== undefined;
  if (isDangling || (found && !found.isDirectory())) throw mustError('INIT_DIR', 'The folder', 'be a directory', dir);
  const taken: string[] = [];
  for (const path of [...listPaths(plan), ...plan.files.flatMap(({ rivals = [] }) => rivals)]) {
    if ((await lstat(join(dir, path)).catch(() => undefined)) !== undefined) taken.push(path);
  }
  const hasNightly = plan.files.some(({ path, isNightly }) => isNightly && taken.includes(path));
  taken.push(...plan.conflicts);
  if (taken.length > 0) throw existsError(dir, taken, hasNightly);
  for (const path of listPaths(plan)) await checkParent(join(dir, path));
}

/** The new paths; a copied bundle is one. */
const listPaths = ({ files, copied }: FolderPlan): string[] => [
  ...(copied ? [copied.path] : []),
  ...files.map(({ path }) => path),
];

function existsError(dir: string, taken: readonly string[], hasNightly: boolean): OomdrillError {
  const verb = taken.length === 1 ? 'exists' : 'exist';
  return usageError(
    'INIT_EXISTS',
    `${allOf(taken)} ${verb} already in ${dir}: nothing was written.`,
    `Name a new directory, such as \`npx oomdrill init drills\`, or move these away${hasNightly ? '; with --ci none there is no nightly' : ''}.`,
  );
}

/** @throws OomdrillError `INIT_DIR` */
async function checkParent(file: string): Promise<void> {
  let parent = dirname(file);
  while (!existsSync(parent)) parent = dirname(parent);
  if (!(await stat(parent)).isDirectory())
    throw usageError('INIT_DIR', `Could not write ${file}: ${parent} is not a directory.`, 'Name another directory.');
  await access(parent, constants.W_OK).catch((cause: unknown) => {
    throw usageError(
      'INIT_DIR',
      `Could not write to ${parent}: ${messageOf(cause)}.`,
      'Name another directory.',
      cause,
    );
  });
}

/** Takes back one thing that was made. */
type Undo = () => Promise<unknown>;

/**
 * Makes a folder as planned, or leaves nothing behind. No file that is there is overwritten, also none that someone
 * else makes meanwhile; package.json, which is added to, is replaced last.
 *
 * @param signal an interrupt, which is looked at between two files
 * @throws OomdrillError `INIT_WRITE`
 */
export async function writeFolder({ dir, files, copied, extended }: FolderPlan, signal: AbortSignal): Promise<void> {
  const undo: Undo[] = [];
  try {
    for (const { path, text } of files) {
      signal.throwIfAborted();
      await writeNew(join(dir, path), text, undo);
    }
    if (copied) await copyTree(copied.from, join(dir, copied.path), undo);
    signal.throwIfAborted();
    if (extended) await replaceFile(join(dir, extended.path), extended.text);
  } catch (cause) {
    for (const takeBack of undo.reverse()) await takeBack().catch(() => {});
    if (signal.aborted) throw signal.reason;
    throw machineError('INIT_WRITE', `Could not make ${dir}: ${messageOf(cause)}.`, 'Nothing was left behind.', cause);
  }
}

async function writeNew(file: string, text: string, undo: Undo[]): Promise<void> {
  await makeParents(file, undo);
  // Fails if it exists.
  await using handle = await open(file, 'wx');
  undo.push(() => rm(file));
  await handle.writeFile(text);
}

/** Copies a directory with its modes and links. */
async function copyTree(from: string, to: string, undo: Undo[]): Promise<void> {
  await makeParents(to, undo);
  await mkdir(to);
  undo.push(() => rm(to, { recursive: true, force: true }));
  // The directory itself may be reached by a link.
  const real = await realpath(from);
  await cp(real, to, { recursive: true, verbatimSymlinks: true });
  await chmod(to, (await stat(real)).mode & 0o7777);
}

/** Makes the directories above a path that are not there. */
async function makeParents(path: string, undo: Undo[]): Promise<void> {
  const missing: string[] = [];
  for (let dir = dirname(path); !existsSync(dir); dir = dirname(dir)) missing.unshift(dir);
  for (const dir of missing) {
    await mkdir(dir);
    // Only if it is empty: someone else may have put something there.
    undo.push(() => rmdir(dir));
  }
}
