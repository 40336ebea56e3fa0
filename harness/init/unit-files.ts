import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UNIT_DIR } from '../bundle/bundle.js';
import { readConfiguration } from '../bundle/load.js';
import { messageOf, type OomdrillError, usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import { expandSpecifiers } from '../systemd/specifiers.js';
import { Unit } from '../systemd/unit.js';
import { parseUnitFile } from '../systemd/unit-file.js';
import { defaultSlice, parseUnitName, slicePath, type UnitName } from '../systemd/unit-name.js';
import { type SourceFile, UnitSearch } from '../systemd/unit-search.js';

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
 * @throws OomdrillError `UNIT_MISSING`, `UNIT_NOT_A_SERVICE`, `UNIT_SYNTAX`, `BUNDLE_FILE`, which name the file
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
  const all = [...around, await readShown(main, basename(main))];
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

/** Reads the slices and all drop-ins of a directory. */
async function readAround(dir: string): Promise<ShownFile[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const paths: string[] = [];
  for (const entry of entries) {
    if (parseUnitName(entry.name)?.type === 'slice') paths.push(entry.name);
    if (!/\.(?:service|slice)\.d$/.test(entry.name) && !/^(?:service|slice)\.d$/.test(entry.name)) continue;
    const inside: string[] = await readdir(join(dir, entry.name)).catch(() => []);
    paths.push(...inside.filter((file) => file.endsWith('.conf')).map((file) => `${entry.name}/${file}`));
  }
  const files = await Promise.all(
    paths.map(async (path) => ((await stat(join(dir, path)).catch(() => undefined))?.isFile() ? [path] : [])),
  );
  return Promise.all(files.flat().map((path) => readShown(join(dir, path), path)));
}

/** @param path below the directory of units */
const readShown = async (shown: string, path: string): Promise<ShownFile> => ({
  path: `${UNIT_DIR}/${path}`,
  text: await readConfiguration(shown, shown),
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
