import { usageError } from '../core/errors.js';
import { mapAssignments, parseUnitFile, renderUnitFile, type UnitFile } from './unit-file.js';

/**
 * Makes `Key=value` what this file ends up saying: the last assignment of the key is rewritten where it stands; without one it
 * follows the last assignment of the section, and without the section it comes at the end of the file. The rest stays.
 *
 * @throws OomdrillError `UNIT_VALUE` for a value that a reader would not get back
 */
export function setDirective(file: UnitFile, section: string, key: string, value: string): UnitFile {
  if (/[\n\r\0]/.test(value) || value.trim() !== value || value.endsWith('\\')) {
    throw usageError(
      'UNIT_VALUE',
      `${file.path}: ${key}=${JSON.stringify(value)} cannot be written on one line of a unit file.`,
    );
  }
  const homes = file.sections.filter(({ name }) => name === section);
  const last = homes.flatMap(({ items }) => items).findLast((item) => item.kind === 'assignment' && item.key === key);
  if (last) return reread(mapAssignments(file, (assignment) => (assignment === last ? value : undefined)));

  const added = { kind: 'assignment', key, value, raw: `${key}=${value}\n`, line: 0 } as const;
  const home = homes.at(-1);
  if (!home) {
    const text = renderUnitFile(file);
    // What is added must not join a last line that has no break.
    const lead = text === '' ? '' : text.endsWith('\n') ? '\n' : '\n\n';
    return parseUnitFile(`${text}${lead}[${section}]\n${added.raw}`, file.path);
  }
  // Comments and blank lines at the end of a section usually lead over to the next one.
  const behind = home.items.findLastIndex(({ kind }) => kind === 'assignment');
  const before = behind < 0 ? home : home.items[behind];
  const items = home.items.toSpliced(
    behind + 1,
    0,
    before?.raw.endsWith('\n') ? added : { ...added, raw: `\n${key}=${value}` },
  );
  return reread({ ...file, sections: file.sections.map((each) => (each === home ? { ...home, items } : each)) });
}

/** Takes every assignment of a key out of every section of that name; comments stay. */
export function removeDirective(file: UnitFile, section: string, key: string): UnitFile {
  const sections = file.sections.map((each) =>
    each.name === section
      ? { ...each, items: each.items.filter((item) => item.kind !== 'assignment' || item.key !== key) }
      : each,
  );
  return reread({ ...file, sections });
}

/** So that line numbers are those of the file as it now is. */
function reread(file: UnitFile): UnitFile {
  return parseUnitFile(renderUnitFile(file), file.path);
}
