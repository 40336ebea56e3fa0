import { relative, resolve } from 'node:path';

/** Whether a path is that of a directory, or below it. Both are relative to the working directory. */
export const isWithin = (path: string, dir: string): boolean =>
  !/^\.\.(?:\/|$)/.test(relative(resolve(dir), resolve(path)));

/**
 * A path as people read it in a directory: relative to that where it is below it, and as it is otherwise.
 *
 * @param path absolute
 * @param dir the working directory by default
 */
export const pathFrom = (path: string, dir = ''): string => (isWithin(path, dir) ? relative(dir, path) : path);
