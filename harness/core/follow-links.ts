import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** As many as Linux follows (path_resolution(7)). */
const MAX_LINKS = 40;

/** The path without links of a file that need not exist, though its directory must. */
export async function followLinks(file: string, followed = 0): Promise<string> {
  const dir = await realpath(dirname(file)).catch(() => dirname(file));
  const path = join(dir, basename(file));
  const to = await readlink(path).catch(() => undefined);
  return to === undefined || followed === MAX_LINKS ? path : followLinks(resolve(dir, to), followed + 1);
}
