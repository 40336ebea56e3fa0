import type { Assignment, UnitFile } from './unit-file.js';
import type { Manager } from './unit-search.js';

/** A unit as systemd reads it: its file, then its drop-ins in order (systemd.unit(5)). */
export class Unit {
  readonly name: string;
  readonly files: readonly UnitFile[];
  readonly manager: Manager;

  constructor(name: string, files: readonly UnitFile[], manager: Manager = 'system') {
    this.name = name;
    this.files = files;
    this.manager = manager;
  }

  /** Every assignment of a directive, in order, from all files. */
  assignments(section: string, key: string): readonly (Assignment & { path: string })[] {
    return this.files.flatMap(({ path, sections }) =>
      sections
        .filter(({ name }) => name === section)
        .flatMap(({ items }) => items)
        .filter((item): item is Assignment => item.kind === 'assignment' && item.key === key)
        .map((item) => ({ ...item, path })),
    );
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
  value(section: string, key: string): (Assignment & { path: string }) | undefined {
    const last = this.assignments(section, key).at(-1);
    return last?.value === '' ? undefined : last;
  }

  hasSection(section: string): boolean {
    return this.files.some(({ sections }) => sections.some(({ name }) => name === section));
  }
}
