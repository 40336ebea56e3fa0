import { realpathSync } from 'node:fs';

/**
 * Whether a file is the program that was started, and was not imported. Node.js knows a file by its path without links,
 * and the command line may have one.
 *
 * @param path absolute and without links, as `import.meta.url` has it
 */
export function wasStarted(path: string): boolean {
  const [, started] = process.argv;
  if (started === undefined) return false;
  try {
    return realpathSync(started) === path;
  } catch {
    // A program without a file, such as `node -e`.
    return false;
  }
}
