import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Bytes, parseBytes } from '../../core/bytes.js';
import { messageOf, usageError } from '../../core/errors.js';
import { bytesUnder } from '../image/store.js';

/** What prepared states may take on disk, all together. */
const DEFAULT_SPACE = '12G';

/** The variable that says otherwise. */
const SPACE = 'OOMDRILL_SNAPSHOT_SPACE';

/**
 * A state that was used within this time is kept. In a nightly that goes through more states than there is room for, the least recently
 * used one is always the next that is wanted: to replace it would make all of them anew each night. Milliseconds.
 */
const KEPT_MS = 36 * 3_600_000;

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

/** Notes that a state is wanted now, whether it is there or not. Gives whether it was wanted before. */
export async function noteWanted(dir: string): Promise<boolean> {
  const note = `${dir}${WANTED}`;
  const before = await stat(note).catch(() => undefined);
  if (before) await utimes(note, new Date(), new Date());
  else {
    await mkdir(dirname(note), { recursive: true });
    await writeFile(note, '');
  }
  return before !== undefined;
}

/**
 * Makes room for another state among those of a folder: removes those that were not wanted for long, the longest first. Gives whether
 * there is room then.
 *
 * @param isState whether a name is that of a state
 */
export async function makeRoom(
  folder: string,
  wantedBytes: Bytes,
  isState: (name: string) => boolean,
  now = Date.now(),
): Promise<boolean> {
  const names = (await readdir(folder, { withFileTypes: true })).filter(
    (entry) => entry.isDirectory() && isState(entry.name),
  );
  const states = await Promise.all(
    names.map(async ({ name }) => {
      const dir = join(folder, name);
      const wanted = await stat(`${dir}${WANTED}`).catch(() => undefined);
      return { dir, bytes: await bytesUnder(dir), wantedAt: wanted?.mtimeMs ?? 0 };
    }),
  );
  let room = snapshotSpace() - wantedBytes - states.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { dir, bytes, wantedAt } of states.sort((a, b) => a.wantedAt - b.wantedAt)) {
    if (room >= 0 || now - wantedAt < KEPT_MS) break;
    await rm(dir, { recursive: true, force: true });
    await rm(`${dir}${WANTED}`, { force: true });
    room += bytes;
  }
  return room >= 0;
}
