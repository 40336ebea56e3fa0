import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * Puts a text in the place of a file as a whole, so that who reads it at any moment reads all of the one or all of the other.
 * Links are followed. What is no regular file, such as a FIFO or /dev/null, is written to and stays what it is.
 *
 * @throws the system's errors
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const found = await stat(target).catch(() => undefined);
  if (found && !found.isFile()) return writeFile(target, text);
  // Not *.prom, which is what node_exporter's collector looks for.
  const next = `${target}.${process.pid}`;
  try {
    await writeFile(next, text);
    await rename(next, target);
  } catch (thrown) {
    await rm(next, { force: true });
    throw thrown;
  }
}
