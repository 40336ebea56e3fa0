import type { Dirent } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { machineError, messageOf } from '../../core/errors.js';
import { cacheDir } from '../places.js';
import { checkSeal } from './seal.js';

/** What an image consists of. */
export const IMAGE_FILES = ['disk.qcow2', 'vmlinuz', 'initrd'] as const;

/** A guest image in the cache. Never written to once it is there. */
export interface Image {
  readonly guest: string;
  /** Hash of the recipe. */
  readonly id: string;
  readonly dir: string;
  /** Versions of what it holds, and when it was built. */
  readonly facts: Record<string, string>;
}

/** What `image list` prints: an image or a snapshot, and its room on disk. */
export interface StoredEntry {
  readonly kind: 'image' | 'snapshot';
  readonly name: string;
  readonly dir: string;
  readonly bytes: number;
  readonly whole: boolean;
}

/** What QEMU boots an image's disk with: it has no boot loader. */
export interface Boot {
  readonly kernel: string;
  /** Absent for a kernel that needs none. */
  readonly initrd?: string | undefined;
}

export const bootOf = ({ dir }: Pick<Image, 'dir'>): Boot => ({
  kernel: join(dir, 'vmlinuz'),
  initrd: join(dir, 'initrd'),
});

/** What every record of a guest of this image says. */
export function remarksOn({ guest, facts: { expired, remarks } }: Image): readonly string[] {
  const said = (remarks ?? '').split('\n').filter((line) => line !== '');
  if (expired !== undefined)
    said.push(`the ${guest} image was built from a list of packages that was past its date: ${expired}`);
  return said;
}

export const imageDir = (guest: string, id: string): string => join(cacheDir(), 'images', `${guest}-${id}`);
export const snapshotsDir = (): string => join(cacheDir(), 'snapshots');

/** Room that a folder takes. Another process may build there meanwhile: what is gone when it is looked at takes none. */
export async function bytesUnder(dir: string): Promise<number> {
  let sum = 0;
  for (const file of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
    const path = join(dir, file.name);
    // Blocks, not the apparent size: the disks are sparse.
    sum += file.isDirectory() ? await bytesUnder(path) : ((await stat(path).catch(() => undefined))?.blocks ?? 0) * 512;
  }
  return sum;
}

async function entriesIn(dir: string, kind: StoredEntry['kind']): Promise<StoredEntry[]> {
  const folders = await readdir(dir, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException): Dirent[] => {
    if (cause.code === 'ENOENT') return [];
    const hint = 'Name a directory with OOMDRILL_CACHE.';
    throw machineError('CACHE_INVALID', `Could not read the cache ${cacheDir()}: ${messageOf(cause)}.`, hint, cause);
  });
  return Promise.all(
    folders
      .filter((folder) => folder.isDirectory())
      .map(async ({ name }) => {
        const path = join(dir, name);
        return { kind, name, dir: path, bytes: await bytesUnder(path), whole: (await checkSeal(path)) !== undefined };
      }),
  );
}

/** Everything in the cache, images first. @throws OomdrillError `CACHE_INVALID` */
export async function listStored(): Promise<StoredEntry[]> {
  return [...(await entriesIn(join(cacheDir(), 'images'), 'image')), ...(await entriesIn(snapshotsDir(), 'snapshot'))];
}

/** Removes images and snapshots of a guest, or of all; gives what was removed. */
export async function removeStored(guest: string | 'all'): Promise<StoredEntry[]> {
  const doomed = (await listStored()).filter(({ name }) => guest === 'all' || name.startsWith(`${guest}-`));
  await Promise.all(doomed.map(({ dir }) => rm(dir, { recursive: true, force: true })));
  return doomed;
}
