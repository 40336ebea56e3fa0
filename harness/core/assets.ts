import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the project: the folder that holds package.json, whether this runs from the sources or from `dist/`. */
function findProjectRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'package.json'))) {
    const parent = dirname(dir);
    if (parent === dir) throw new Error('oomdrill is not in its project folder: no package.json was found');
    dir = parent;
  }
  return dir;
}

const root = findProjectRoot();
const below =
  (...folders: readonly string[]) =>
  (...names: readonly string[]): string =>
    join(root, ...folders, ...names);

/** Files that oomdrill ships, as absolute paths. Nothing else in the harness knows where a shipped file is. */
export const assets = {
  /** The project's own folder, which holds package.json and the Vagrantfile. */
  root,
  packageJson: below('package.json')(),
  /** What the command line runs. */
  cli: below('dist', 'harness', 'cli.js')(),
  /** Scripts for a host of the user's own: capture, backup, restore. */
  hostScript: below('host'),
  /** Sources of what goes into a guest: `image/` for a guest's root, `provision.sh` for a guest of another make. */
  guestSource: below('guest'),
  /** Built programs for the guest. */
  guestProgram: below('dist', 'guest'),
  /** What runs in the browser that a report is opened in, built. */
  page: below('dist', 'page'),
  /** The catalogue's bundles; with a name, one of them. */
  bundle: below('fixtures', 'bundles'),
  /** Where runs land, with the accepted baseline. */
  report: below('reports'),
} as const;
