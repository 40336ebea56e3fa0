import { join, relative, resolve } from 'node:path';
import { assets } from '../core/assets.js';
import { isObject } from '../core/format.js';
import { parseJson } from '../core/json.js';
import { readTextFile } from '../core/read-text-file.js';
import { readOwnPackage } from '../core/version.js';

/** What a folder needs of npm besides oomdrill. */
const TOOLS = ['@types/node', 'tap', 'typescript'];

/**
 * The npm packages that a folder needs, in the versions with which oomdrill is tested, and oomdrill from where it is
 * installed from.
 *
 * @param root where oomdrill is installed
 */
export async function listDependencies(dir: string, root: string = assets.root): Promise<Record<string, string>> {
  const { version, devDependencies } = await readOwnPackage();
  const own = await findOrigin(resolve(dir), root, version);
  const tools = TOOLS.map((name): [string, string] => [name, devDependencies[name] ?? '*']);
  return Object.fromEntries([...tools, ['oomdrill', own] as const].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The folder that holds `node_modules`, and the package's path below it. */
const INSTALLED = /^(.*)\/(node_modules\/(?:(?!\/node_modules\/).)+)$/;

/** Addresses of registries, which every npm knows by the version alone. */
const IN_REGISTRY = /^https?:.*\/-\/[^/]+\.tgz$/;

/** Where npm gets oomdrill from, as a package.json in `dir` says it. */
async function findOrigin(dir: string, root: string, version: string): Promise<string> {
  const [, holder, path] = INSTALLED.exec(root) ?? [];
  // No registry has a clone.
  if (holder === undefined || path === undefined) return `file:${relative(dir, root)}`;
  const origin = await readOrigin(holder, path);
  if (origin === undefined || IN_REGISTRY.test(origin)) return version;
  const file = /^file:(.*)$/.exec(origin)?.[1];
  return file === undefined ? origin : `file:${relative(dir, resolve(holder, file))}`;
}

/** What npm keeps of it where it installs packages; undefined where another program installed them. */
async function readOrigin(holder: string, path: string): Promise<string | undefined> {
  const text = await readTextFile(join(holder, 'node_modules', '.package-lock.json')).catch(() => '{}');
  const { value: lock } = parseJson(text);
  const packages = isObject(lock) && isObject(lock.packages) ? lock.packages : {};
  const found = packages[path];
  return isObject(found) && typeof found.resolved === 'string' ? found.resolved : undefined;
}
