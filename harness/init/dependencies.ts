import { relative, resolve } from 'node:path';
import { assets } from '../core/assets.js';
import { readOwnPackage } from '../core/version.js';

/** What a folder needs of npm besides oomdrill. */
const TOOLS = ['@types/node', 'tap', 'typescript'];

/**
 * The npm packages that a folder needs, in the versions with which oomdrill is tested.
 *
 * @param root where oomdrill is installed
 */
export async function listDependencies(dir: string, root: string = assets.root): Promise<Record<string, string>> {
  const { version, devDependencies } = await readOwnPackage();
  // No registry has a clone.
  const own = root.includes('/node_modules/') ? version : `file:${relative(resolve(dir), root)}`;
  const tools = TOOLS.map((name): [string, string] => [name, devDependencies[name] ?? '*']);
  return Object.fromEntries([...tools, ['oomdrill', own] as const].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
