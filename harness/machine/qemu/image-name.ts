import { basename } from 'node:path';

/** The name of a user's own image or kernel in the cache and in results, by its file. */
export const nameOfImage = (file: string): string =>
  basename(file)
    .replace(/\.qcow2$/, '')
    .replace(/[^\w.+-]/g, '_');
