import type { TreeEntry } from '../bundle/tree-entry.js';
import { type QuadletInTree, readQuadlets } from '../formats/quadlets.js';
import { readDefaultOomPolicy } from '../systemd/manager-conf.js';
import { Unit } from '../systemd/unit.js';
import { readUnitFile, type UnitFault, type UnitFile } from '../systemd/unit-file.js';
import { GENERATED_UNITS, isUnitFile, type Manager, type SourceLink, UnitSearch } from '../systemd/unit-search.js';
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
  readonly quadlets: readonly QuadletInTree<TextFile>[];
  /** Services that podman's generator makes of quadlets, by their paths. */
  readonly #generated = new Map<string, readonly UnitFile[]>();
  readonly #oomPolicyDefaults: Readonly<Record<Manager, string>>;
  readonly #subjects = new Map<string, Subject>();

  constructor(entries: readonly TreeEntry[]) {
    this.links = entries.filter((entry) => entry.kind === 'link');
    const { links } = this;
    this.files = entries.filter((entry) => entry.kind === 'file');
    this.quadlets = readQuadlets(this.files);
    const units = [...this.files, ...this.#generate()];
    this.searches = { system: new UnitSearch(units, links), user: new UnitSearch(units, links, 'user') };
    const read = this.files.filter(isUnitFile).map((file) => [file.path, readUnitFile(file.text, file.shown)] as const);
    this.unitFiles = new Map(read);
    // Of all files, so once for all units.
    const { files } = this;
    this.#oomPolicyDefaults = {
      system: readDefaultOomPolicy(files, 'system', links),
      user: readDefaultOomPolicy(files, 'user', links),
    };
  }

  /** The services of the quadlets that podman does not refuse, as files in the folder of generators. */
  #generate(): TextFile[] {
    return this.quadlets.flatMap(({ service, manager, file, files, faults }) => {
      if (faults.some(({ since }) => since === undefined)) return [];
      const path = `${GENERATED_UNITS[manager]}/${service}`;
      this.#generated.set(path, files);
      return [{ ...file, path }];
    });
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
    return parts.flatMap(({ path }) => {
      const generated = this.#generated.get(path);
      if (generated) return generated;
      const read = this.unitFiles.get(path);
      return read && !read.faults.some(({ fatal }) => fatal) ? [read.file] : [];
    });
  }
}
