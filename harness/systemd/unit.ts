import type { Assignment, UnitFile } from './unit-file.js';
import type { Manager } from './unit-search.js';

/** An assignment with the path of its file. */
type PlacedAssignment = Assignment & { readonly path: string };

const keyOf = (section: string, key: string): string => `${section}\n${key}`;

function groupAssignments(files: readonly UnitFile[]): ReadonlyMap<string, readonly PlacedAssignment[]> {
  const groups = new Map<string, PlacedAssignment[]>();
  for (const { path, sections } of files)
    for (const { name, items } of sections)
      for (const item of items) {
        if (item.kind !== 'assignment') continue;
        const key = keyOf(name, item.key);
        const group = groups.get(key);
        if (group) group.push({ ...item, path });
        else groups.set(key, [{ ...item, path }]);
      }
  return groups;
}

/** A unit as systemd reads it: its file, then its drop-ins in order (systemd.unit(5)). */
export class Unit {
  readonly name: string;
  readonly files: readonly UnitFile[];
  readonly manager: Manager;
  /** Made on first use: rules ask for many directives of many units. */
  #assignments: ReadonlyMap<string, readonly PlacedAssignment[]> | undefined;

  constructor(name: string, files: readonly UnitFile[], manager: Manager = 'system') {
    this.name = name;
    this.files = files;
    this.manager = manager;
  }

  /** Every assignment of a directive, in order, from all files. */
  assignments(section: string, key: string): readonly PlacedAssignment[] {
    this.#assignments ??= groupAssignments(this.files);
    return this.#assignments.get(keyOf(section, key)) ?? [];
  }

  /** The values of a directive with a list: an empty assignment removes those before it (systemd.syntax(7)). */
  values(section: string, key: string): readonly string[] {
    const all = this.assignments(section, key).map(({ value }) => value);
    return all.slice(all.lastIndexOf('') + 1);
  }

  /**
   * The value of a directive with a single value: the last assignment wins. Undefined if there is none, or the last one
   * is empty, which resets the directive to its default.
   */
  value(section: string, key: string): PlacedAssignment | undefined {
    const last = this.assignments(section, key).at(-1);
    return last?.value === '' ? undefined : last;
  }

  hasSection(section: string): boolean {
    return this.files.some(({ sections }) => sections.some(({ name }) => name === section));
  }
}
