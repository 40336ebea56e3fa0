import type { Bundle } from '../bundle/bundle.js';
import { requireInEffect } from '../bundle/read-back.js';
import { removeDirective, setDirective } from '../systemd/directive.js';
import type { Unit } from '../systemd/unit.js';
import { parseUnitFile, renderUnitFile, type UnitFile } from '../systemd/unit-file.js';

/** Copies a bundle, with `change` applied to the files with these paths. */
function editFiles(bundle: Bundle, paths: readonly string[], change: (file: UnitFile) => UnitFile): Bundle {
  return {
    ...bundle,
    files: bundle.files.map((file) =>
      paths.includes(file.path) ? { ...file, text: renderUnitFile(change(parseUnitFile(file.text, file.path))) } : file,
    ),
  };
}

const listUnitPaths = ({ files }: Unit): string[] => files.map(({ path }) => path);

/**
 * Removes a directive from every file of a unit, so that its default applies; undefined if the unit does not set it.
 *
 * @throws OomdrillError `UNIT_READ_BACK`
 */
export function dropFromUnit(bundle: Bundle, unit: Unit, section: string, key: string): Bundle | undefined {
  if (unit.value(section, key) === undefined) return undefined;
  const changed = editFiles(bundle, listUnitPaths(unit), (file) => removeDirective(file, section, key));
  requireInEffect(changed, unit, { section, key, asked: undefined });
  return changed;
}

/**
 * Sets a directive of a unit: in the file with the last assignment, or otherwise in its first file. Undefined for a
 * unit without files.
 *
 * @throws OomdrillError `UNIT_READ_BACK`
 */
export function setInUnit(bundle: Bundle, unit: Unit, section: string, key: string, value: string): Bundle | undefined {
  const path = unit.assignments(section, key).at(-1)?.path ?? unit.files[0]?.path;
  if (path === undefined) return undefined;
  const changed = editFiles(bundle, [path], (file) => setDirective(file, section, key, value));
  requireInEffect(changed, unit, { section, key, asked: value });
  return changed;
}

/** Copies a bundle with one more file, or with another text in an existing file. */
export function withFile(bundle: Bundle, path: string, text: string): Bundle {
  const exists = bundle.files.some((file) => file.path === path);
  const files = exists
    ? bundle.files.map((file) => (file.path === path ? { path, text } : file))
    : [...bundle.files, { path, text }];
  return { ...bundle, files };
}

/** Copies a bundle without some of its files; undefined if it has none of them. */
export function withoutFiles(bundle: Bundle, isRemoved: (path: string) => boolean): Bundle | undefined {
  const files = bundle.files.filter(({ path }) => !isRemoved(path));
  return files.length === bundle.files.length ? undefined : { ...bundle, files };
}
