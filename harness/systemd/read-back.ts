import { machineError, type OomdrillError } from '../core/errors.js';
import { type Assignment, readUnitFile, renderUnitFile, type UnitFile } from './unit-file.js';

/** An assignment, and the section that it is in. */
type Placed = Pick<Assignment, 'key' | 'value' | 'line'> & { readonly section: string };

/**
 * A changed file as systemd would read it, with the line numbers of its new text: what was changed is compared with what a
 * parser finds in that text, so that a change is in effect or is an error.
 *
 * @throws OomdrillError `UNIT_READ_BACK` that names the file, the directive, and what is found in its place
 */
export function readBack(changed: UnitFile): UnitFile {
  const { file, faults } = readUnitFile(renderUnitFile(changed), changed.path);
  const [asked, found] = [listAssignments(changed), listAssignments(file)];
  const index = asked.findIndex((each, nth) => !isSame(each, found[nth]));
  const off = asked[index] ?? found[asked.length];
  if (off) {
    const at = found[index < 0 ? asked.length : index];
    throw readBackError(changed.path, show(asked[index]), `${show(at)}${at ? ` in line ${at.line}` : ''}`);
  }
  const [fault] = faults;
  if (fault)
    throw readBackError(changed.path, 'a unit file without a fault', `in line ${fault.line} that ${fault.why}`);
  return file;
}

/**
 * The error of a change that would not be in effect. Not of the caller's making, and nothing is proven by what was not made.
 *
 * @param where the file or the unit
 * @param asked what should be in effect there
 * @param found what would be
 */
export function readBackError(where: string, asked: string, found: string): OomdrillError {
  return machineError(
    'UNIT_READ_BACK',
    `${where} could not be changed so that systemd reads ${asked}: it would read ${found}.`,
    'Write the file in a plainer way: one directive a line, and a line break at its end.',
  );
}

const listAssignments = ({ sections }: UnitFile): Placed[] =>
  sections.flatMap(({ name, items }) =>
    items.flatMap((item) => (item.kind === 'assignment' ? [{ ...item, section: name }] : [])),
  );

const isSame = (a: Placed, b: Placed | undefined): boolean =>
  a.section === b?.section && a.key === b.key && a.value === b.value;

const show = (placed: Placed | undefined): string =>
  placed ? `${placed.key}=${placed.value} in [${placed.section}]` : 'nothing';
