import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { assets } from '../../core/assets.js';
import { GIB } from '../../core/bytes.js';
import type { Guest } from './guests.js';

/** All that decides what an image holds. Two equal recipes give equal guests, up to the mirror's point releases. */
export interface Recipe {
  readonly guest: Guest;
  readonly packages: readonly string[];
  /** Size of the root disk; sparse, so only what is written costs. */
  readonly diskBytes: number;
  /** Directory copied over the root, and the script run in it. */
  readonly rootfs: string;
  readonly customize: string;
}

/** The recipe of a guest's image. @param more packages in addition to those that every guest has */
export function recipeFor(guest: Guest, more: readonly string[] = []): Recipe {
  const { distribution, suite } = guest;
  const source = assets.guestSource('image');
  const common = distribution.packages.filter((name) => !suite.lacks?.includes(name));
  return {
    guest,
    packages: [...new Set([suite.kernel ?? distribution.kernel, ...common, ...suite.packages, ...more.toSorted()])],
    diskBytes: 12 * GIB,
    rootfs: join(source, 'rootfs'),
    customize: join(source, distribution.customize),
  };
}

/** The recipe's name in the cache: a hash over everything it says and every file it copies. */
export async function hashRecipe(recipe: Recipe): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([recipe.guest.name, recipe.packages, recipe.diskBytes]));
  const files = (await readdir(recipe.rootfs, { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .sort();
  for (const file of [...files, recipe.customize]) {
    hash.update(`\0${relative(recipe.rootfs, file)}\0`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}
