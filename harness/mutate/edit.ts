import type { Bundle } from '../bundle/bundle.js';
import { removeDirective, setDirective } from '../systemd/directive.js';
import type { Unit } from '../systemd/unit.js';
import { parseUnitFile, renderUnitFile, type UnitFile } from '../systemd/unit-file.js';

/** The bundle with these of its files, each by its path, as `change` gives them. */
function editFiles(bundle: Bundle, paths: readonly string[], change: (file: UnitFile) => UnitFile): Bundle {
  return {
    ...bundle,
    files: bundle.files.map((file) =>
      paths.includes(file.path) ? { ...file, text: renderUnitFile(change(parseUnitFile(file.text, file.path))) } : file,
    ),
  };
}

const listUnitPaths = ({ files }: Unit): string[] => files.map(({ path }) => path);

/** Takes a directive out of every file of a unit, so that its default holds; undefined where the unit does not say it. */
export function dropFromUnit(bundle: Bundle, unit: Unit, section: string, key: string): Bundle | undefined {
  if (unit.value(section, key) === undefined) return undefined;
  return editFiles(bundle, listUnitPaths(unit), (file) => removeDirective(file, section, key));
}

/** Has a unit say something else: in the file that has said it last, or else in its first. Undefined for a unit without files. */
export function setInUnit(bundle: Bundle, unit: Unit, section: string, key: string, value: string): Bundle | undefined {
  const path = unit.assignments(section, key).at(-1)?.path ?? unit.files[0]?.path;
  return path === undefined ? undefined : editFiles(bundle, [path], (file) => setDirective(file, section, key, value));
}

/** The bundle with one file more, or with another text in one that it has. */
export function withFile(bundle: Bundle, path: string, text: string): Bundle {
  const isThere = bundle.files.some((file) => file.path === path);
  const files = isThere
    ? bundle.files.map((file) => (file.path === path ? { path, text } : file))
    : [...bundle.files, { path, text }];
  return { ...bundle, files };
}

/** The bundle without these files; undefined where it has none of them. */
export function withoutFiles(bundle: Bundle, isGone: (path: string) => boolean): Bundle | undefined {
  const files = bundle.files.filter(({ path }) => !isGone(path));
  return files.length === bundle.files.length ? undefined : { ...bundle, files };
}
