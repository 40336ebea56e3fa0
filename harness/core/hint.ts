import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assets } from './assets.js';
import { pathFrom } from './within.js';

/** A page of the manual, unless it is the end of another path. */
const PAGE = /(?<![\w./-])docs\/[\w-]+\.md\b/g;

/**
 * A hint for a person in a folder of their own: npx finds oomdrill in node_modules, where the manual is too. Hints
 * themselves name both plainly.
 *
 * @param folder where it is read
 */
export const renderHint = (hint: string, folder: string = process.cwd()): string =>
  hint.replaceAll('`oomdrill ', '`npx oomdrill ').replaceAll(PAGE, (page) => placeOf(page, folder));

function placeOf(page: string, folder: string): string {
  const path = join(assets.root, page);
  return existsSync(path) ? pathFrom(path, folder) : page;
}
