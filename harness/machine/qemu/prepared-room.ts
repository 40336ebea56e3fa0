import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Bytes, parseBytes } from '../../core/bytes.js';
import { messageOf, usageError } from '../../core/errors.js';
import { DRAFT } from '../image/ensure-sealed.js';
import { bytesUnder } from '../image/store.js';

/** What prepared states may take on disk, all together. */
const DEFAULT_SPACE = '12G';

/** The variable that says otherwise. */
const SPACE = 'OOMDRILL_SNAPSHOT_SPACE';

/** What was not wanted for so long is of an earlier version, or of a bundle that is drilled no more. Milliseconds. */
const UNWANTED_MS = 14 * 24 * 3_600_000;

/** Ends of the names next to a state: when it was last wanted. */
const WANTED = '.wanted';

/** What all prepared states may take. @throws OomdrillError `SNAPSHOT_SPACE` */
export function snapshotSpace(env: NodeJS.ProcessEnv = process.env): Bytes {
  const text = env[SPACE] ?? DEFAULT_SPACE;
  try {
    return parseBytes(text);
  } catch (thrown) {
    throw usageError(
      'SNAPSHOT_SPACE',
      `${SPACE} must be a size: ${messageOf(thrown)}`,
      `Such as ${DEFAULT_SPACE}; 0 for no snapshots.`,
    );
  }
}

/** Notes that a state is wanted now, whether it is there or not. Gives when it was wanted before, in milliseconds since 1970. */
export async function noteWanted(dir: string): Promise<number | undefined> {
  const note = `${dir}${WANTED}`;
  const before = await wantedAt(dir);
  try {
    if (before === undefined) {
      await mkdir(dirname(note), { recursive: true });
      await writeFile(note, '');
    } else await utimes(note, new Date(), new Date());
  } catch {
    // Of a cache that is full or may not be written: what is made there says so.
  }
  return before;
}

const wantedAt = async (dir: string): Promise<number | undefined> =>
  (await stat(`${dir}${WANTED}`).catch(() => undefined))?.mtimeMs;

/**
 * Makes room for another state among those of a folder: removes those that were last wanted before this one was, the longest first.
 * So what is wanted no more gives way to what is, and a nightly that goes through more states than there is room for does not make
 * all of them anew each night: at each of its drills, every state that is there was wanted after the one that is not. Notes stay, of
 * what is removed too. What is of less worth gives way first, and never to what is of
 * less worth than itself. Gives whether there is room then.
 *
 * @param wanted the room for it in bytes, when it was wanted before, in milliseconds since 1970, and its worth
 * @param worthOf the worth of the state with this name, a number; undefined where it is none
 */
export async function makeRoom(
  folder: string,
  wanted: { readonly bytes: Bytes; readonly before: number; readonly worth: number },
  worthOf: (name: string) => number | undefined,
): Promise<boolean> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const named = entries.flatMap(({ name }) => {
    const worth = worthOf(name);
    return worth === undefined ? [] : [{ dir: join(folder, name), worth }];
  });
  const states = await Promise.all(
    named.map(async (state) => ({
      ...state,
      bytes: await bytesUnder(state.dir),
      wantedAt: (await wantedAt(state.dir)) ?? 0,
    })),
  );
  let room = snapshotSpace() - wanted.bytes - states.reduce((sum, { bytes }) => sum + bytes, 0);
  const mayGo = states.filter((state) => state.worth <= wanted.worth && state.wantedAt < wanted.before);
  for (const state of mayGo.sort((a, b) => a.worth - b.worth || a.wantedAt - b.wantedAt)) {
    if (room >= 0) break;
    await rm(state.dir, { recursive: true, force: true });
    room += state.bytes;
  }
  return room >= 0;
}

/** Removes the snapshots of a folder that were not wanted for two weeks, and the notes of those that are gone. */
export async function removeUnwanted(folder: string, now = Date.now()): Promise<void> {
  const isOld = async (path: string) => now - ((await stat(path).catch(() => undefined))?.mtimeMs ?? now) > UNWANTED_MS;
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((entry) => entry.isDirectory() && !entry.name.endsWith(DRAFT))) {
    const dir = join(folder, entry.name);
    const note = `${dir}${WANTED}`;
    // Versions before this one made no note.
    if (!(await isOld(existsSync(note) ? note : dir))) continue;
    await rm(dir, { recursive: true, force: true });
    await rm(note, { force: true });
  }
  for (const { name } of entries.filter(({ name }) => name.endsWith(WANTED))) {
    const note = join(folder, name);
    if (!existsSync(note.slice(0, -WANTED.length)) && (await isOld(note))) await rm(note, { force: true });
  }
}
