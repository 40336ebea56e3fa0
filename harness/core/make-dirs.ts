import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory, and its parents as far as they do not exist. Not `mkdir` with `recursive`: below /proc, where a
 * directory that exists takes no children, Node never stops trying.
 *
 * @param mode of each that is made, less the umask
 * @throws the system's errors
 */
export async function makeDirs(dir: string, mode?: number): Promise<void> {
  if (existsSync(dir)) return;
  const parent = dirname(dir);
  if (parent !== dir) await makeDirs(parent, mode);
  await mkdir(dir, { mode }).catch((cause: NodeJS.ErrnoException) => {
    // Another process may have made it in the meantime.
    if (cause.code !== 'EEXIST') throw cause;
  });
}
