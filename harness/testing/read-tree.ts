import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Each file below a directory: the hash of its bytes, and its mode without what a umask may add for the group. */
export async function readTree(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const read = async (file: string) => {
    const mode = (await stat(file)).mode & 0o7755;
    const hash = createHash('sha256').update(await readFile(file));
    return [relative(root, file), `${mode.toString(8)} ${hash.digest('hex')}`] as const;
  };
  return Object.fromEntries(await Promise.all(files.sort().map(read)));
}
