import { rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bytes, formatBytes, MIB } from '../../core/bytes.js';
import { machineError } from '../../core/errors.js';

/** What stat(2) counts blocks in. */
const BLOCK_BYTES = 512;

/** A file that is larger than any block. */
const PROBE_BYTES: Bytes = MIB;

/**
 * Looks whether a folder's file system keeps what was never written to a file as a hole, as most do, and FAT and exFAT do not: there the
 * memory of a guest would take as much as the guest has.
 *
 * @param memoryBytes that memory
 * @param lookAt for a test
 * @throws OomdrillError `CACHE_NOT_SPARSE`
 */
export async function requireHoles(
  folder: string,
  memoryBytes: Bytes,
  lookAt: (path: string) => Promise<{ readonly blocks: number }> = stat,
): Promise<void> {
  const probe = join(folder, 'holes');
  await writeFile(probe, '');
  try {
    await truncate(probe, PROBE_BYTES);
    const { blocks } = await lookAt(probe);
    if (blocks * BLOCK_BYTES < PROBE_BYTES / 2) return;
  } finally {
    await rm(probe, { force: true });
  }
  throw machineError(
    'CACHE_NOT_SPARSE',
    `The file system of ${folder} has no sparse files: a snapshot would take ${formatBytes(memoryBytes)} there.`,
    'OOMDRILL_CACHE names another place. Drills do without snapshots in which a server has settled.',
  );
}
