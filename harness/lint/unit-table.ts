import type { TreeEntry } from '../bundle/tree-entry.js';
import { readDefaultOomPolicy } from '../systemd/manager-conf.js';
import { Unit } from '../systemd/unit.js';
import { readUnitFile, type UnitFault, type UnitFile } from '../systemd/unit-file.js';
import { isUnitFile, type Manager, UnitSearch } from '../systemd/unit-search.js';
import { Subject } from './subject.js';

/** A file of the tree: where it would stand, and as the caller knows it. */
export type TextFile = Extract<TreeEntry, { kind: 'file' }>;

/** A unit file or drop-in with what systemd complains of in it. */
export interface ReadUnitFile {
  readonly file: UnitFile;
  readonly faults: readonly UnitFault[];
}

/** The units of a tree, resolved as systemd would: each is made once, when it is first asked for. */
export class UnitTable {
  readonly files: readonly TextFile[];
  readonly searches: Readonly<Record<Manager, UnitSearch<TextFile>>>;
  /** Every unit file and drop-in, by its path in the tree. */
  readonly unitFiles: ReadonlyMap<string, ReadUnitFile>;
  readonly #subjects = new Map<string, Subject>();

  constructor(entries: readonly TreeEntry[]) {
    const links = entries.filter((entry) => entry.kind === 'link');
    this.files = entries.filter((entry) => entry.kind === 'file');
    this.searches = { system: new UnitSearch(this.files, links), user: new UnitSearch(this.files, links, 'user') };
    const read = this.files.filter(isUnitFile).map((file) => [file.path, readUnitFile(file.text, file.shown)] as const);
    this.unitFiles = new Map(read);
  }

  /** Every unit of a manager that the tree speaks of. */
  list(manager: Manager): readonly Subject[] {
    return this.searches[manager].names().map((name) => this.find(manager, name));
  }

  /** A unit by its name or an alias of it; one that no file describes is found empty. */
  find(manager: Manager, name: string, isAlias = false): Subject {
    const key = `${manager} ${name}`;
    const known = this.#subjects.get(key);
    if (known) return known;
    const found = this.searches[manager].find(name);
    // Once: two names may be aliases of each other.
    if (found.name !== name && !isAlias) return this.find(manager, found.name, true);
    const parts = found.main ? [found.main, ...found.dropIns] : found.dropIns;
    const made = new Subject({
      name: found.name,
      manager,
      unit: new Unit(found.name, this.#readable(parts)),
      main: found.main?.shown,
      place: (parts.find(({ isContext }) => !isContext) ?? parts[0])?.shown ?? found.name,
      masked: found.masked,
      oomPolicyDefault: readDefaultOomPolicy(this.files, manager),
      slice: (manager, name) => this.find(manager, name),
    });
    this.#subjects.set(key, made);
    return made;
  }

  /** A file at whose broken header systemd gave up counts for nothing. */
  #readable(parts: readonly TextFile[]): UnitFile[] {
    return parts
      .flatMap(({ path }) => this.unitFiles.get(path) ?? [])
      .filter(({ faults }) => !faults.some(({ fatal }) => fatal))
      .map(({ file }) => file);
  }
}
