import { usageError } from '../core/errors.js';
import { mapAssignments, parseUnitFile, renderUnitFile, type UnitFile } from './unit-file.js';

/**
 * Sets `Key=value` in a file, so that it is in effect. Rewrites the last assignment of the key; without one, adds it
 * after the last assignment of the section; without the section, adds both at the end of the file. The rest does not
 * change.
 *
 * @throws OomdrillError `UNIT_VALUE` if the value cannot be written to a unit file
 */
export function setDirective(file: UnitFile, section: string, key: string, value: string): UnitFile {
  if (/[\n\r\0]/.test(value) || value.trim() !== value || value.endsWith('\\')) {
    throw usageError(
      'UNIT_VALUE',
      `${file.path}: the value of ${key}= must fit on one line of a unit file (got ${JSON.stringify(value)}).`,
    );
  }
  const sections = file.sections.filter(({ name }) => name === section);
  const last = sections
    .flatMap(({ items }) => items)
    .findLast((item) => item.kind === 'assignment' && item.key === key);
  if (last) return parseAgain(mapAssignments(file, (assignment) => (assignment === last ? value : undefined)));

  const added = { kind: 'assignment', key, value, raw: `${key}=${value}\n`, line: 0 } as const;
  const target = sections.at(-1);
  if (!target) {
    const text = renderUnitFile(file);
    // The last line may lack its line break.
    const lead = text === '' ? '' : text.endsWith('\n') ? '\n' : '\n\n';
    return parseUnitFile(`${text}${lead}[${section}]\n${added.raw}`, file.path);
  }
  // Comments and blank lines at the end of a section usually belong to the next one.
  const index = target.items.findLastIndex(({ kind }) => kind === 'assignment');
  const before = index < 0 ? target : target.items[index];
  const items = target.items.toSpliced(
    index + 1,
    0,
    before?.raw.endsWith('\n') ? added : { ...added, raw: `\n${key}=${value}` },
  );
  return parseAgain({
    ...file,
    sections: file.sections.map((each) => (each === target ? { ...target, items } : each)),
  });
}

/** Removes every assignment of a key from every section of that name; comments stay. */
export function removeDirective(file: UnitFile, section: string, key: string): UnitFile {
  const sections = file.sections.map((each) =>
    each.name === section
      ? { ...each, items: each.items.filter((item) => item.kind !== 'assignment' || item.key !== key) }
      : each,
  );
  return parseAgain({ ...file, sections });
}

/** Parses a changed file again, for new line numbers. */
function parseAgain(file: UnitFile): UnitFile {
  return parseUnitFile(renderUnitFile(file), file.path);
}
