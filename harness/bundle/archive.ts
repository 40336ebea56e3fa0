import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative } from 'node:path';
import { machineError, messageOf } from '../core/errors.js';

// tar is loaded where it is used, so that a command that needs no archive does not wait for it.

/** A file of an archive. */
export interface ArchivedFile {
  readonly path: string;
  readonly mode: number;
  readonly bytes: Uint8Array;
}

/**
 * Packs the files below a directory into a compressed tar archive. The same names, bytes and modes always give the same
 * archive: sorted, and without times and owners.
 *
 * @throws the system's errors
 */
export async function packArchive(dir: string, file: string): Promise<void> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .sort();
  const { create } = await import('tar');
  await create({ cwd: dir, file, gzip: { level: 9 }, portable: true, noMtime: true, strict: true }, paths);
}

/**
 * Reads all files of an archive.
 *
 * @throws OomdrillError `ARCHIVE_DAMAGED`, also if it holds anything but files, or a path that would lead out of where it
 *   is unpacked
 */
export async function readArchive(file: string): Promise<ArchivedFile[]> {
  const { list } = await import('tar');
  const files: { path: string; mode: number; chunks: Uint8Array[] }[] = [];
  let unsafe: string | undefined;
  try {
    await list({
      file,
      strict: true,
      onReadEntry(entry) {
        if (!isSafe(entry)) unsafe ??= entry.path;
        const chunks: Uint8Array[] = [];
        entry.on('data', (chunk) => chunks.push(chunk));
        files.push({ path: entry.path, mode: entry.mode ?? 0o644, chunks });
      },
    });
    if (unsafe !== undefined) throw new Error(`${JSON.stringify(unsafe)} must be a file below its root`);
  } catch (cause) {
    throw machineError(
      'ARCHIVE_DAMAGED',
      `The archive ${file} is damaged: ${messageOf(cause)}.`,
      'Install oomdrill again: npm install oomdrill',
      cause,
    );
  }
  return files.map(({ path, mode, chunks }) => ({ path, mode, bytes: Buffer.concat(chunks) }));
}

/** Whether what an archive holds is a file with a plain path below the archive's own root. */
function isSafe({ path, type }: { path: string; type: string }): boolean {
  const isPlain = !posix.isAbsolute(path) && posix.normalize(path) === path && !/^\.\.?(?:\/|$)/.test(path);
  return isPlain && /^(?:File|OldFile|ContiguousFile)$/.test(type);
}

/** Writes files below a directory, each with its mode, whatever the umask. @throws the system's errors */
export async function writeArchived(files: readonly ArchivedFile[], dir: string): Promise<void> {
  for (const { path, mode, bytes } of files) {
    const file = join(dir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    await chmod(file, mode);
  }
}
