import { posix } from 'node:path';
import { listDropInDirs, parseUnitName, type UnitName } from './unit-name.js';

/** A file below the root of a host or of a bundle: its path without a leading slash, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** For messages, where the caller knows the file by another path. */
  readonly shown?: string;
}

/** A symbolic link below the same root, with its target as written. */
export interface SourceLink {
  readonly path: string;
  readonly target: string;
}

/** Whose units: the system's manager or those of the users. */
export type Manager = 'system' | 'user';

/** Where unit files may stand, the first wins (systemd.unit(5), "Unit Search Path"). */
const LOAD_PATHS: Readonly<Record<Manager, readonly string[]>> = {
  system: [
    'etc/systemd/system.control',
    'run/systemd/system.control',
    'run/systemd/transient',
    'etc/systemd/system',
    'etc/systemd/system.attached',
    'run/systemd/system',
    'run/systemd/system.attached',
    'run/systemd/generator',
    'usr/local/lib/systemd/system',
    'usr/lib/systemd/system',
    'lib/systemd/system',
  ],
  user: [
    'etc/systemd/user',
    'run/systemd/user',
    'usr/local/lib/systemd/user',
    'usr/lib/systemd/user',
    'lib/systemd/user',
  ],
};

/** Folders of unit files outside of /etc: the vendor's, and those of this boot. */
export const DIRS_BEYOND_ETC: readonly string[] = Object.values(LOAD_PATHS)
  .flat()
  .filter((dir) => !dir.startsWith('etc/'));

/** The files that make a unit, as systemd finds them. */
export interface FoundUnit<F extends SourceFile> {
  /** The unit's own name, where it was asked for by an alias. */
  readonly name: string;
  /** Its unit file, or its template's; undefined where only drop-ins speak of it. */
  readonly main: F | undefined;
  /** In the order in which they apply. */
  readonly dropIns: readonly F[];
  /** A link to /dev/null, or an empty file, stands in the unit file's place. */
  readonly masked: boolean;
}

/** systemd follows no more links than this for one name (UNIT_NAME_FOLLOW_MAX; chase() has a bound as well). */
export const MAX_LINKS = 8;

type LinkEnd<F> = { kind: 'file'; name: string; file: F } | { kind: 'masked' } | { kind: 'nowhere' };

/** Finds unit files and drop-ins in a tree, by the rules of systemd.unit(5). */
export class UnitSearch<F extends SourceFile> {
  readonly #files: ReadonlyMap<string, F>;
  readonly #links: ReadonlyMap<string, SourceLink>;
  readonly #loadPath: readonly string[];
  /** Names of the files in each drop-in directory. */
  readonly #dropIns = new Map<string, string[]>();

  constructor(files: readonly F[], links: readonly SourceLink[] = [], manager: Manager = 'system') {
    this.#files = new Map(files.map((file) => [file.path, file]));
    this.#links = new Map(links.map((link) => [link.path, link]));
    this.#loadPath = LOAD_PATHS[manager];
    for (const { path } of [...files, ...links]) {
      const dir = posix.dirname(path);
      if (!dir.endsWith('.d') || !this.#loadPath.includes(posix.dirname(dir))) continue;
      this.#dropIns.set(dir, [...(this.#dropIns.get(dir) ?? []), posix.basename(path)]);
    }
  }

  /**
   * Every unit that the tree speaks of: by a file, by an alias, by drop-ins, or by a link in a `.wants` or `.requires` directory,
   * which is how an instance is enabled. A drop-in directory of a prefix stands for its units under a name such as `user-.slice`.
   */
  names(): readonly string[] {
    const names = new Set<string>();
    for (const path of [...this.#files.keys(), ...this.#links.keys()]) {
      const home = this.#loadPath.find((dir) => path.startsWith(`${dir}/`));
      if (home === undefined) continue;
      const [first = '', second, third] = path.slice(home.length + 1).split('/');
      const name = second === undefined ? first : third === undefined ? findNameInDir(first, second) : undefined;
      if (name !== undefined && parseUnitName(name)) names.add(name);
    }
    return [...names].sort();
  }

  /** A unit's files. Without a file of its own and without drop-ins it is found empty, as a slice is that nobody describes. */
  find(full: string): FoundUnit<F> {
    const asked = parseUnitName(full);
    if (!asked) return { name: full, main: undefined, dropIns: [], masked: false };
    const target = this.#fragment(asked);
    const name = (target.kind === 'file' && resolveAlias(target.name, asked)) || asked;
    const names = name.full === asked.full ? [name] : [name, asked];
    for (const alias of this.#aliasesOf(name)) if (!names.some(({ full }) => full === alias.full)) names.push(alias);
    return {
      name: name.full,
      main: target.kind === 'file' ? target.file : undefined,
      dropIns: this.#dropInsOf(names),
      masked: target.kind === 'masked',
    };
  }

  /** Whether a link never comes to an end; one that leads out of the tree is well. */
  isCircle({ path }: SourceLink): boolean {
    let at = path;
    for (let hops = 0; hops <= MAX_LINKS; hops++) {
      const link = this.#links.get(at);
      if (!link) return false;
      at = resolveLink(link);
    }
    return true;
  }

  #fragment(unit: UnitName): LinkEnd<F> {
    for (const name of new Set([unit.full, unit.file])) {
      for (const dir of this.#loadPath) {
        const target = this.#follow(`${dir}/${name}`);
        if (target.kind !== 'nowhere') return target;
      }
    }
    return { kind: 'nowhere' };
  }

  #follow(start: string): LinkEnd<F> {
    let at = start;
    for (let hops = 0; hops <= MAX_LINKS; hops++) {
      const file = this.#files.get(at) ?? this.#files.get(`usr/${at}`);
      if (file) return file.text === '' ? { kind: 'masked' } : { kind: 'file', name: posix.basename(at), file };
      // Links are written by the old path, where /lib is a link to /usr/lib.
      const link = this.#links.get(at) ?? this.#links.get(`usr/${at}`);
      if (!link) return { kind: 'nowhere' };
      if (link.target === '/dev/null') return { kind: 'masked' };
      at = resolveLink(link);
    }
    return { kind: 'nowhere' };
  }

  /** Other names of the same unit: their drop-ins count too (systemd.unit(5), "aliases"). */
  #aliasesOf(unit: UnitName): UnitName[] {
    return [...this.#links.values()].flatMap((link) => {
      const dir = posix.dirname(link.path);
      const alias = parseUnitName(posix.basename(link.path));
      if (!alias || alias.type !== unit.type || !MAY_ALIAS.has(alias.type) || !this.#loadPath.includes(dir)) return [];
      const target = this.#follow(link.path);
      if (target.kind !== 'file') return [];
      if (target.name === unit.full) return [alias];
      // A template's alias is one for each of its instances.
      if (target.name !== unit.file || alias.instance !== '' || !unit.instance) return [];
      return parseUnitName(`${alias.prefix}@${unit.instance}.${alias.type}`) ?? [];
    });
  }

  /**
   * By their file names over all directories; of two of one name the one counts whose directory comes first: by load path,
   * then the more special one, with those of the type behind all others (systemd, unit_file_find_dropin_paths()).
   */
  #dropInsOf(names: readonly UnitName[]): F[] {
    const dirs = names.map(listDropInDirs);
    const special = dirs.flatMap((each) =>
      this.#loadPath.flatMap((dir) =>
        each
          .slice(1)
          .toReversed()
          .map((d) => `${dir}/${d}`),
      ),
    );
    const general = dirs.slice(0, 1).flatMap(([type]) => this.#loadPath.map((dir) => `${dir}/${type}`));
    const byName = new Map<string, string>();
    for (const dir of [...special, ...general]) {
      for (const file of this.#dropIns.get(dir) ?? []) {
        if (file.endsWith('.conf') && !byName.has(file)) byName.set(file, `${dir}/${file}`);
      }
    }
    return [...byName.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, path]) => {
        const target = this.#follow(path);
        return target.kind === 'file' ? [target.file] : [];
      });
  }
}

/** The unit that a file in a directory of the load path speaks of: by `X.d/*.conf`, or by `Y.wants/X`. */
function findNameInDir(dir: string, file: string): string | undefined {
  if (dir.endsWith('.d')) return file.endsWith('.conf') ? dir.slice(0, -2) : undefined;
  return isWants(dir) ? file : undefined;
}

const isWants = (dir: string): boolean => /\.(?:wants|requires|upholds)$/.test(dir);

/** Types of units that may have other names; slices and scopes may not (systemd, unit_type_may_alias()). */
const MAY_ALIAS: ReadonlySet<string> = new Set(['service', 'socket', 'target', 'timer', 'path']);

/** The unit that an alias stands for; an alias of a template passes the instance on. */
function resolveAlias(targetName: string, asked: UnitName): UnitName | undefined {
  const target = parseUnitName(targetName);
  if (!target || target.full === asked.file || target.type !== asked.type || !MAY_ALIAS.has(asked.type))
    return undefined;
  if (target.instance !== '' || !asked.instance) return target;
  return parseUnitName(`${target.prefix}@${asked.instance}.${target.type}`);
}

/**
 * Whether a link has to do with names only: it is another name of what it leads to in the load path, or enables a unit from a
 * `.wants` directory. Any other one stands for the file at its end, which is called as the link is: `systemctl link` makes such
 * ones (systemd.unit(5); systemd, unit_file_resolve_symlink()).
 */
export function isNameOnly(link: SourceLink): boolean {
  const homeOf = (path: string) =>
    Object.values(LOAD_PATHS).find((dirs) => dirs.some((dir) => path.startsWith(`${dir}/`)));
  const home = homeOf(link.path);
  if (!home) return false;
  return isWants(posix.basename(posix.dirname(link.path))) || homeOf(resolveLink(link)) === home;
}

/** The path below the root that a link leads to. */
export function resolveLink({ path, target }: SourceLink): string {
  const joined = target.startsWith('/') ? target : posix.join('/', posix.dirname(path), target);
  return posix.normalize(joined).slice(1);
}

/** A unit file, or a drop-in of one, of either manager. */
export function isUnitFile({ path }: { readonly path: string }): boolean {
  return (
    /^(?:etc|run|usr\/lib|usr\/local\/lib|lib)\/systemd\/(?:system|user|transient)[^/]*\//.test(path) &&
    !/\/(?:system|user)\.conf\.d\//.test(path) &&
    /\.(?:service|slice|scope|socket|target|mount|timer|path)$|\.d\/[^/]+\.conf$/.test(path)
  );
}
