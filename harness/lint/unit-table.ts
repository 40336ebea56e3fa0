import type { TreeEntry } from '../bundle/tree-entry.js';
import { readDefaultOomPolicy } from '../systemd/manager-conf.js';
import { Unit } from '../systemd/unit.js';
import { readUnitFile, type UnitFault, type UnitFile } from '../systemd/unit-file.js';
import { isUnitFile, type Manager, type SourceLink, UnitSearch } from '../systemd/unit-search.js';
import { Subject } from './subject.js';

/** A text file of the tree, with its path on the host and its path for the caller. */
export type TextFile = Extract<TreeEntry, { kind: 'file' }>;

/** A unit file or drop-in, with what systemd complains about in it. */
export interface ReadUnitFile {
  readonly file: UnitFile;
  readonly faults: readonly UnitFault[];
}

/** The units of a tree, resolved as systemd does it: each is created once, on first use. */
export class UnitTable {
  readonly files: readonly TextFile[];
  /** Links that stand for no file of the tree: names of units, and masks. */
  readonly links: readonly SourceLink[];
  readonly searches: Readonly<Record<Manager, UnitSearch<TextFile>>>;
  /** Every unit file and drop-in, by its path in the tree. */
  readonly unitFiles: ReadonlyMap<string, ReadUnitFile>;
  readonly #oomPolicyDefaults: Readonly<Record<Manager, string>>;
  readonly #subjects = new Map<string, Subject>();

  constructor(entries: readonly TreeEntry[]) {
    this.links = entries.filter((entry) => entry.kind === 'link');
    const { links } = this;
    this.files = entries.filter((entry) => entry.kind === 'file');
    this.searches = { system: new UnitSearch(this.files, links), user: new UnitSearch(this.files, links, 'user') };
    const read = this.files.filter(isUnitFile).map((file) => [file.path, readUnitFile(file.text, file.shown)] as const);
    this.unitFiles = new Map(read);
    // Of all files, so once for all units.
    const { files } = this;
    this.#oomPolicyDefaults = {
      system: readDefaultOomPolicy(files, 'system', links),
      user: readDefaultOomPolicy(files, 'user', links),
    };
  }

  /** Every unit of a manager that the tree mentions. */
  list(manager: Manager): readonly Subject[] {
    return this.searches[manager].listNames().map((name) => this.find(manager, name));
  }

  /** Finds a unit by its name or an alias; a unit without files is empty. */
  find(manager: Manager, name: string, isAlias = false): Subject {
    const key = `${manager} ${name}`;
    const known = this.#subjects.get(key);
    if (known) return known;
    const found = this.searches[manager].find(name);
    // Only once: two names may be aliases of each other.
    if (found.name !== name && !isAlias) return this.find(manager, found.name, true);
    const parts = found.main ? [found.main, ...found.dropIns] : found.dropIns;
    const subject = new Subject({
      name: found.name,
      manager,
      unit: new Unit(found.name, this.#selectReadable(parts)),
      main: found.main?.shown,
      place: (parts.find(({ isContext }) => !isContext) ?? parts[0])?.shown ?? found.name,
      masked: found.masked,
      oomPolicyDefault: this.#oomPolicyDefaults[manager],
      slice: (manager, name) => this.find(manager, name),
    });
    this.#subjects.set(key, subject);
    return subject;
  }

  /** The files without those that systemd ignores for a broken section header. */
  #selectReadable(parts: readonly TextFile[]): UnitFile[] {
    return parts
      .flatMap(({ path }) => this.unitFiles.get(path) ?? [])
      .filter(({ faults }) => !faults.some(({ fatal }) => fatal))
      .map(({ file }) => file);
  }
}
