import { usageError } from '../core/errors.js';
import { readBack } from './read-back.js';
import {
  type Assignment,
  commentsIn,
  endOf,
  findBreak,
  mapAssignments,
  NOT_UTF8,
  strip,
  type UnitFile,
} from './unit-file.js';

/**
 * Sets `Key=value` in a file, so that it is in effect. Rewrites the last assignment of the key; without one, adds it
 * after the last assignment of the section; without the section, adds both at the end of the file. The rest does not
 * change.
 *
 * @throws OomdrillError `UNIT_VALUE` if the value cannot be written to a unit file, `UNIT_READ_BACK` if it would not be read
 */
export function setDirective(file: UnitFile, section: string, key: string, value: string): UnitFile {
  if (/[\n\r\0]/.test(value) || value.includes(NOT_UTF8) || strip(value) !== value || value.endsWith('\\')) {
    throw usageError(
      'UNIT_VALUE',
      `${file.path}: the value of ${key}= must fit on one line of a unit file (got ${JSON.stringify(value)}).`,
    );
  }
  const sections = file.sections.filter(({ name }) => name === section);
  const last = sections
    .flatMap(({ items }) => items)
    .findLast((item) => item.kind === 'assignment' && item.key === key);
  if (last) return readBack(mapAssignments(file, (assignment) => (assignment === last ? value : undefined)));
  const target = sections.at(-1);
  return readBack(target ? addTo(file, target, key, value) : addSection(file, section, key, value));
}

/** Adds an assignment after the last one of a section. */
function addTo(file: UnitFile, target: UnitFile['sections'][number], key: string, value: string): UnitFile {
  // Comments and blank lines at the end of a section usually belong to the next one.
  const index = target.items.findLastIndex(({ kind }) => kind === 'assignment');
  const before = (index < 0 ? target : target.items[index])?.raw ?? '';
  const items = target.items.toSpliced(index + 1, 0, assign(key, value, before));
  return { ...file, sections: file.sections.map((each) => (each === target ? { ...target, items } : each)) };
}

/** Adds a section with an assignment at the end, after an empty line. */
function addSection(file: UnitFile, name: string, key: string, value: string): UnitFile {
  const before = [...file.preamble, ...file.sections.flatMap((each) => [each, ...each.items])].at(-1)?.raw ?? '';
  const lineBreak = findBreak(before) || '\n';
  const lead = before === '' ? '' : `${endOf(before)}${lineBreak}`;
  const raw = `${lead}[${name}]${lineBreak}`;
  return { ...file, sections: [...file.sections, { name, raw, items: [assign(key, value, raw)] }] };
}

/** An assignment as it is written after a piece of a file, with the line break of that. */
function assign(key: string, value: string, before: string): Assignment {
  return { kind: 'assignment', key, value, raw: `${endOf(before)}${key}=${value}${findBreak(before)}`, line: 0 };
}

/** Removes every assignment of a key from every section of that name; comments stay, also those between its lines. */
export function removeDirective(file: UnitFile, section: string, key: string): UnitFile {
  const remove = (item: UnitFile['sections'][number]['items'][number]) => {
    if (item.kind !== 'assignment' || item.key !== key) return [item];
    const raw = commentsIn(item.raw);
    return raw === '' ? [] : [{ kind: 'remark', raw } as const];
  };
  const sections = file.sections.map((each) =>
    each.name === section ? { ...each, items: each.items.flatMap(remove) } : each,
  );
  return readBack({ ...file, sections });
}
