import { OOM_VALUES } from './oom-values.js';
import { Unit } from './unit.js';
import { readUnitFile, type UnitFile } from './unit-file.js';
import type { Manager, SourceFile, SourceLink } from './unit-search.js';

/** Settings that are not those of one unit: of the system's manager, of the users' managers, of systemd-oomd. */
export type SettingsName = Manager | 'oomd';

/**
 * Folders of settings, the most important first (systemd-system.conf(5), oomd.conf(5)). A user's own come before all for
 * that user's manager.
 */
const FOLDERS = [
  '~/.config/systemd',
  'etc/systemd',
  'run/systemd',
  'usr/local/lib/systemd',
  'usr/lib/systemd',
  'lib/systemd',
];

const PLACE = /^(.+\/systemd)\/((system|user|oomd)\.conf)(?:\.d\/([^/]+\.conf))?$/;

/** The settings that a file of a host belongs to; undefined for any other file. */
export function settingsAt(path: string): SettingsName | undefined {
  const [, folder = '', , name] = PLACE.exec(path) ?? [];
  return FOLDERS.includes(folder) ? (name as SettingsName | undefined) : undefined;
}

/**
 * Finds the files of some settings, in the order in which they apply: the first main file of all folders, then the drop-ins
 * of all folders by name, of which one in a more important folder hides those of the same name. A file that is empty, or a
 * link to /dev/null, hides others as well (systemd, config_parse_standard_file_with_dropins(), conf_files_list(); before
 * version 256 the main file was read from /etc alone).
 */
export function findSettings<F extends SourceFile>(
  name: SettingsName,
  files: readonly F[],
  links: readonly SourceLink[] = [],
): F[] {
  const masks = links.filter(({ target }) => target === '/dev/null');
  const found = [...files, ...masks].filter(({ path }) => settingsAt(path) === name).sort(compareFolders);
  /** By the name of the drop-in; the main file has none. */
  const first = new Map<string, F | SourceLink>();
  for (const each of found) {
    const [, , , , dropIn = ''] = PLACE.exec(each.path) ?? [];
    if (!first.has(dropIn)) first.set(dropIn, each);
  }
  return [...first.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, each]) => ('text' in each ? [each] : []));
}

function compareFolders(a: { readonly path: string }, b: { readonly path: string }): number {
  const rank = ({ path }: { readonly path: string }) => FOLDERS.indexOf(PLACE.exec(path)?.[1] ?? '');
  return rank(a) - rank(b);
}

/** Reads some settings, without the lines that systemd ignores for their values. */
export function readSettings(
  name: SettingsName,
  files: readonly SourceFile[],
  links: readonly SourceLink[] = [],
): Unit {
  const read = findSettings(name, files, links).map(({ path, shown, text }) => readUnitFile(text, shown ?? path).file);
  return new Unit(`${name}.conf`, read.map(withoutIgnored), name === 'user' ? 'user' : 'system');
}

function withoutIgnored(file: UnitFile): UnitFile {
  const sections = file.sections.map((section) => ({
    ...section,
    items: section.items.filter(
      (item) => item.kind !== 'assignment' || item.value === '' || (OOM_VALUES[item.key]?.accepts(item.value) ?? true),
    ),
  }));
  return { ...file, sections };
}

/** Reads `DefaultOOMPolicy=` of a manager; `stop` if it is not set (systemd-system.conf(5)). */
export function readDefaultOomPolicy(
  files: readonly SourceFile[],
  manager: Manager,
  links: readonly SourceLink[] = [],
): string {
  return readSettings(manager, files, links).value('Manager', 'DefaultOOMPolicy')?.value ?? 'stop';
}
