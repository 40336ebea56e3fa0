import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * Replaces a file atomically: at any moment a reader gets all of the old text or all of the new one.
 * Links are followed. A special file, such as a FIFO or /dev/null, is written to instead.
 *
 * @throws the system's errors
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const found = await stat(target).catch(() => undefined);
  if (found && !found.isFile()) return writeFile(target, text);
  // The name must not end with .prom: node_exporter's collector would read it.
  const next = `${target}.${process.pid}`;
  try {
    await writeFile(next, text);
    await rename(next, target);
  } catch (thrown) {
    await rm(next, { force: true });
    throw thrown;
  }
}
