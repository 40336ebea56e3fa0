import type { UnitInTree } from '../formats/unit-in-tree.js';
import { Unit } from '../systemd/unit.js';
import { readUnitFile } from '../systemd/unit-file.js';
import { parseUnitName, sectionOfType } from '../systemd/unit-name.js';

/** Composes a unit of one file in a tree, for tests. If it is known in part, the file is a drop-in. */
export function composeUnit(name: string, text: string, isKnownInPart = false): UnitInTree {
  const unit = new Unit(name, [readUnitFile(text, name).file]);
  const section = sectionOfType(parseUnitName(name)?.type ?? '');
  return {
    name,
    unit,
    section,
    place: { path: name },
    isKnownInPart,
    assignments: (key) => unit.assignments(section, key),
  };
}
