import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UNIT_DIR } from '../bundle/bundle.js';
import { type HostRoot, hostRoot } from '../bundle/host-root.js';
import { readConfiguration } from '../bundle/load.js';
import { findFile, findNamedEnd } from '../bundle/tree-entry.js';
import { findFolder } from '../bundle/tree-walk.js';
import { messageOf, type OomdrillError, usageError } from '../core/errors.js';
import { mapInOrder } from '../core/in-order.js';
import { mustError } from '../core/must.js';
import { expandSpecifiers } from '../systemd/specifiers.js';
import { Unit } from '../systemd/unit.js';
import { parseUnitFile } from '../systemd/unit-file.js';
import { defaultSlice, parseUnitName, slicePath, type UnitName } from '../systemd/unit-name.js';
import { DIRS_BEYOND_ETC, type SourceFile, UnitSearch } from '../systemd/unit-search.js';

/** A file of a unit, with its path in a bundle, and `shown` for the caller. */
type ShownFile = Required<SourceFile>;

/** A service as it is written next to other unit files. */
export interface ServiceFiles {
  readonly name: UnitName;
  /** The unit's own file or its template's, and its drop-ins. */
  readonly unit: Unit;
  /** Those, and the files of the slices that it is in. */
  readonly files: readonly ShownFile[];
}

/**
 * Reads the unit file of a service, and what is next to it and limits it too: drop-ins, and its slices with theirs. An
 * instance that has no file of its own is read from its template.
 *
 * @throws OomdrillError `UNIT_MISSING`, `UNIT_NOT_A_SERVICE`, `UNIT_SYNTAX`, `BUNDLE_FILE`, `LINK_OUTSIDE`, which name the file
 */
export async function readService(path: string): Promise<ServiceFiles> {
  const name = parseUnitName(basename(path));
  if (name?.type !== 'service')
    throw mustError('UNIT_NOT_A_SERVICE', '--unit', 'name the unit file of a service, such as web.service', path);
  if (name.instance === '') throw templateError(path, name);
  const dir = dirname(path);
  const hasOwnFile = await checkIsFile(path);
  const main = hasOwnFile ? path : join(dir, name.file);
  if (!hasOwnFile && (main === path || !(await checkIsFile(main)))) throw missingError(path);
  const around = await readAround(dir);
  const all = [...around, await readShown(await findMain(main), main, basename(main))];
  const unit = resolveUnit(name.full, all);
  checkStarts(unit, main);
  const names = [name.full, ...listSlices(unit, name)];
  // A drop-in may be that of several units.
  return { name, unit, files: [...new Set(names.flatMap((each) => findFiles(each, all)))] };
}

const templateError = (path: string, { prefix }: UnitName): OomdrillError =>
  mustError(
    'UNIT_NOT_A_SERVICE',
    '--unit',
    'name an instance, because a template cannot be started',
    path,
    `Name one in its place, such as ${join(dirname(path), `${prefix}@1.service`)}: it is read from the template.`,
  );

const missingError = (path: string): OomdrillError =>
  usageError(
    'UNIT_MISSING',
    `There is no unit file at ${path}.`,
    '`systemctl cat UNIT` shows where a unit has its files.',
  );

/** Whether there is a file. @throws OomdrillError `UNIT_MISSING` if it is something else, or cannot be looked at */
async function checkIsFile(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw usageError('UNIT_MISSING', `Could not read ${path}: ${messageOf(cause)}.`, undefined, cause);
  });
  if (found && !found.isFile()) throw mustError('UNIT_MISSING', '--unit', 'name a file', path);
  return found !== undefined;
}

/** @throws OomdrillError `UNIT_NOT_A_SERVICE` */
function checkStarts(unit: Unit, path: string): void {
  const why = !unit.hasSection('Service')
    ? 'has no [Service] section'
    : unit.values('Service', 'ExecStart').length === 0
      ? 'starts nothing: it has no ExecStart='
      : undefined;
  if (why === undefined) return;
  throw usageError('UNIT_NOT_A_SERVICE', `${path} ${why}.`, 'Name the unit file of a service that can be started.');
}

/** The place of a directory of units on its host: by its path, or that of the administrator's. */
const placeOf = (dir: string): string =>
  [UNIT_DIR, ...DIRS_BEYOND_ETC].find((place) => resolve(dir).endsWith(`/${place}`)) ?? UNIT_DIR;

/** Where the unit file is that the caller named. @throws OomdrillError `LINK_OUTSIDE`, `UNIT_MISSING` */
async function findMain(path: string): Promise<string> {
  const end = await findNamedEnd(path, `${placeOf(dirname(path))}/${basename(path)}`);
  if (end !== undefined) return end;
  throw usageError(
    'UNIT_MISSING',
    `${path} is a link to what is not a unit file of its host.`,
    'Name the unit file itself.',
  );
}

/**
 * Reads the slices and all drop-ins of a directory. Links are followed as on the host that the directory is a part of.
 *
 * @throws OomdrillError `LINK_OUTSIDE` for one that leads to another file of this machine
 */
async function readAround(dir: string): Promise<ShownFile[]> {
  const root = await hostRoot(dir, placeOf(dir));
  const entries = await readdir(root.dir, { withFileTypes: true }).catch(() => []);
  const paths: string[] = [];
  for (const entry of entries) {
    if (parseUnitName(entry.name)?.type === 'slice') paths.push(entry.name);
    if (!/\.(?:service|slice)\.d$/.test(entry.name) && !/^(?:service|slice)\.d$/.test(entry.name)) continue;
    const folder = await findFolder(root, `${root.place}/${entry.name}`);
    const inside: string[] = folder === undefined ? [] : await readdir(folder).catch(() => []);
    paths.push(...inside.filter((file) => file.endsWith('.conf')).map((file) => `${entry.name}/${file}`));
  }
  const files = await mapInOrder(paths.sort(), (path) => readNext(root, join(dir, path), path));
  return files.flat();
}

/** Reads a file next to the unit; none if there is only a directory, or a link that leads nowhere. */
async function readNext(root: HostRoot, shown: string, path: string): Promise<ShownFile[]> {
  const at = await findFile(root, `${root.place}/${path}`);
  if (at !== undefined) return [await readShown(at, shown, path)];
  // A limit that was passed over in silence would be missed.
  if (!(await stat(shown).catch(() => undefined))?.isFile()) return [];
  throw usageError(
    'LINK_OUTSIDE',
    `${shown} is a link that leads out of ${root.top ?? root.dir}.`,
    'Replace the link with the file itself.',
  );
}

/**
 * @param at where it is read
 * @param path below the directory of units
 */
const readShown = async (at: string, shown: string, path: string): Promise<ShownFile> => ({
  path: `${UNIT_DIR}/${path}`,
  text: await readConfiguration(at, shown),
  shown,
});

function findFiles(name: string, all: readonly ShownFile[]): ShownFile[] {
  const { main, dropIns } = new UnitSearch(all).find(name);
  return main ? [main, ...dropIns] : [...dropIns];
}

const resolveUnit = (name: string, all: readonly ShownFile[]): Unit =>
  new Unit(
    name,
    findFiles(name, all).map(({ text, shown }) => parseUnitFile(text, shown)),
  );

/** The slices that a service is in, from the top. */
function listSlices(unit: Unit, name: UnitName): string[] {
  const slice = unit.value('Service', 'Slice')?.value;
  return slicePath(slice === undefined ? defaultSlice(name) : expandSpecifiers(slice, name.full))
    .split('/')
    .filter(Boolean);
}
