import type { Assignment, UnitFile } from './unit-file.js';

/** A unit as systemd reads it: its file, then its drop-ins in their order (systemd.unit(5)). */
export class Unit {
  readonly name: string;
  readonly files: readonly UnitFile[];

  constructor(name: string, files: readonly UnitFile[]) {
    this.name = name;
    this.files = files;
  }

  /** Every assignment of a directive, in order, over all files. */
  assignments(section: string, key: string): readonly (Assignment & { path: string })[] {
    return this.files.flatMap(({ path, sections }) =>
      sections
        .filter(({ name }) => name === section)
        .flatMap(({ items }) => items)
        .filter((item): item is Assignment => item.kind === 'assignment' && item.key === key)
        .map((item) => ({ ...item, path })),
    );
  }

  /** The values of a directive that takes a list: an empty assignment forgets those before it (systemd.syntax(7)). */
  values(section: string, key: string): readonly string[] {
    const all = this.assignments(section, key).map(({ value }) => value);
    return all.slice(all.lastIndexOf('') + 1);
  }

  /** The value of a directive that takes one: the last wins; undefined where it is not set, or was reset to its default by an empty one. */
  value(section: string, key: string): (Assignment & { path: string }) | undefined {
    const last = this.assignments(section, key).at(-1);
    return last?.value === '' ? undefined : last;
  }

  hasSection(section: string): boolean {
    return this.files.some(({ sections }) => sections.some(({ name }) => name === section));
  }
}
