import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root: the folder that holds package.json, whether this runs from the sources or from `dist/`. */
function findProjectRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'package.json'))) {
    const parent = dirname(dir);
    if (parent === dir) throw new Error('oomdrill must be in its project folder: no package.json was found');
    dir = parent;
  }
  return dir;
}

const root = findProjectRoot();
const inFolder =
  (...folders: readonly string[]) =>
  (...names: readonly string[]): string =>
    join(root, ...folders, ...names);

/** Absolute paths of the files that oomdrill ships. Nothing else in the harness knows where they are. */
export const assets = {
  /** The project's own folder, which holds package.json and the Vagrantfile. */
  root,
  packageJson: inFolder('package.json')(),
  /** The built command line. */
  cli: inFolder('dist', 'harness', 'cli.js')(),
  /** The built process that sends a load. */
  loadGenerator: inFolder('dist', 'harness', 'observe', 'load', 'process.js')(),
  /** Scripts that run on a user's own host: capture, back up, restore. */
  hostScript: inFolder('host'),
  /** Sources of the guest: `image/` builds its root file system, `provision.sh` prepares a guest of another tool. */
  guestSource: inFolder('guest'),
  /** Built programs for the guest. */
  guestProgram: inFolder('dist', 'guest'),
  /** Built script and style of the HTML report. */
  page: inFolder('dist', 'page'),
  /** In a clone, the catalogue's bundles; with a name, one of them. For all else `shippedBundle` says where they are. */
  bundle: inFolder('fixtures', 'bundles'),
  /** In a package, the same in one archive: npm cannot pack a file name with a backslash. */
  bundleArchive: inFolder('dist', 'bundles.tgz')(),
} as const;

/** The advice where a file is missing that the build makes and the package ships. */
export const REBUILD_HINT = 'In a clone run `npm run build`; elsewhere install oomdrill again.';
