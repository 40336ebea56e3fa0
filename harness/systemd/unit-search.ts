import { posix } from 'node:path';
import { listDropInDirs, parseUnitName, type UnitName } from './unit-name.js';

/** A file below the root of a host or a bundle, with its path without a leading slash. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** The caller's path for messages, if it is another one. */
  readonly shown?: string;
}

/** A symbolic link below the same root, with the target that it contains. */
export interface SourceLink {
  readonly path: string;
  readonly target: string;
}

/** The manager of a unit: the system's, or that of a user. */
export type Manager = 'system' | 'user';

/** Where generators put the units that they make (systemd.generator(7)); of a user, in $XDG_RUNTIME_DIR. */
export const GENERATED_UNITS: Readonly<Record<Manager, string>> = {
  system: 'run/systemd/generator',
  user: '~/run/systemd/generator',
};

/** Folders of unit files; the first wins (systemd.unit(5), "Unit Search Path"). */
const LOAD_PATHS: Readonly<Record<Manager, readonly string[]>> = {
  system: [
    'etc/systemd/system.control',
    'run/systemd/system.control',
    'run/systemd/transient',
    'etc/systemd/system',
    'etc/systemd/system.attached',
    'run/systemd/system',
    'run/systemd/system.attached',
    GENERATED_UNITS.system,
    'usr/local/lib/systemd/system',
    'usr/lib/systemd/system',
    'lib/systemd/system',
  ],
  // Of a user's own, below that user's home, and those for all users.
  user: [
    '~/.config/systemd/user.control',
    '~/.config/systemd/user',
    'etc/systemd/user',
    'run/systemd/user',
    GENERATED_UNITS.user,
    '~/.local/share/systemd/user',
    'usr/local/lib/systemd/user',
    'usr/lib/systemd/user',
    'lib/systemd/user',
  ],
};

/** The folders in which a manager looks for unit files, the first first; a user's own begin with `~/`. */
export const listLoadPath = (manager: Manager): readonly string[] => LOAD_PATHS[manager];

/** Folders of unit files outside /etc: the vendor's, and those of the current boot. */
export const DIRS_BEYOND_ETC: readonly string[] = Object.values(LOAD_PATHS)
  .flat()
  .filter((dir) => !/^(?:etc|~)\//.test(dir));

/** The files of a unit, as systemd finds them. */
export interface FoundUnit<F extends SourceFile> {
  /** The unit's own name, even if the search was for an alias. */
  readonly name: string;
  /** Its unit file, or its template's; undefined if it has only drop-ins. */
  readonly main: F | undefined;
  /** In the order in which they apply. */
  readonly dropIns: readonly F[];
  /** Whether its unit file is a link to /dev/null, or empty. */
  readonly masked: boolean;
}

/** systemd follows at most this many links for one name (UNIT_NAME_FOLLOW_MAX; chase() has a limit as well). */
const MAX_LINKS = 8;

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
   * Lists every unit that the tree mentions: by a file, an alias, drop-ins, or a link in a `.wants` or `.requires`
   * directory, which enables an instance. The drop-in directory of a prefix counts as a unit with a name such as
   * `user-.slice`.
   */
  listNames(): readonly string[] {
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

  /** Finds the files of a unit. A unit may have none, as a slice without a unit file and drop-ins. */
  find(full: string): FoundUnit<F> {
    const requested = parseUnitName(full);
    if (!requested) return { name: full, main: undefined, dropIns: [], masked: false };
    const target = this.#findFragment(requested);
    const name = (target.kind === 'file' && resolveAlias(target.name, requested)) || requested;
    const names = name.full === requested.full ? [name] : [name, requested];
    for (const alias of this.#findAliases(name)) if (!names.some(({ full }) => full === alias.full)) names.push(alias);
    return {
      name: name.full,
      main: target.kind === 'file' ? target.file : undefined,
      dropIns: this.#findDropIns(names),
      masked: target.kind === 'masked',
    };
  }

  /** Whether following a link never ends; a link out of the tree ends. */
  isCircle({ path }: SourceLink): boolean {
    let current = path;
    for (let hops = 0; hops <= MAX_LINKS; hops++) {
      const link = this.#links.get(current);
      if (!link) return false;
      current = resolveLink(link);
    }
    return true;
  }

  #findFragment(unit: UnitName): LinkEnd<F> {
    for (const name of new Set([unit.full, unit.file])) {
      for (const dir of this.#loadPath) {
        const target = this.#follow(`${dir}/${name}`);
        if (target.kind !== 'nowhere') return target;
      }
    }
    return { kind: 'nowhere' };
  }

  #follow(start: string): LinkEnd<F> {
    let path = start;
    for (let hops = 0; hops <= MAX_LINKS; hops++) {
      const file = this.#files.get(path) ?? this.#files.get(`usr/${path}`);
      if (file) return file.text === '' ? { kind: 'masked' } : { kind: 'file', name: posix.basename(path), file };
      // Links may contain the old path /lib, which is itself a link to /usr/lib.
      const link = this.#links.get(path) ?? this.#links.get(`usr/${path}`);
      if (!link) return { kind: 'nowhere' };
      if (link.target === '/dev/null') return { kind: 'masked' };
      path = resolveLink(link);
    }
    return { kind: 'nowhere' };
  }

  /** Finds other names of the same unit, whose drop-ins apply too (systemd.unit(5), "aliases"). */
  #findAliases(unit: UnitName): UnitName[] {
    return [...this.#links.values()].flatMap((link) => {
      const dir = posix.dirname(link.path);
      const alias = parseUnitName(posix.basename(link.path));
      if (!alias || alias.type !== unit.type || !MAY_ALIAS.has(alias.type) || !this.#loadPath.includes(dir)) return [];
      const target = this.#follow(link.path);
      if (target.kind !== 'file') return [];
      if (target.name === unit.full) return [alias];
      // An alias of a template is an alias of each of its instances.
      if (target.name !== unit.file || alias.instance !== '' || !unit.instance) return [];
      return parseUnitName(`${alias.prefix}@${unit.instance}.${alias.type}`) ?? [];
    });
  }

  /**
   * Finds the drop-ins, sorted by file name across all directories. Of two with the same name, the one in the more
   * important directory counts: first by load path, then the more specific one; those of the type come last (systemd,
   * unit_file_find_dropin_paths()).
   */
  #findDropIns(names: readonly UnitName[]): F[] {
    const dirs = names.map(listDropInDirs);
    const specific = dirs.flatMap((each) =>
      this.#loadPath.flatMap((dir) =>
        each
          .slice(1)
          .toReversed()
          .map((d) => `${dir}/${d}`),
      ),
    );
    const general = dirs.slice(0, 1).flatMap(([type]) => this.#loadPath.map((dir) => `${dir}/${type}`));
    const byName = new Map<string, string>();
    for (const dir of [...specific, ...general]) {
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

/** Finds the unit that a file in a directory of the load path belongs to: `X` for `X.d/*.conf` and `Y.wants/X`. */
function findNameInDir(dir: string, file: string): string | undefined {
  if (dir.endsWith('.d')) return file.endsWith('.conf') ? dir.slice(0, -2) : undefined;
  return isWants(dir) ? file : undefined;
}

const isWants = (dir: string): boolean => /\.(?:wants|requires|upholds)$/.test(dir);

/** Types of units that may have aliases; slices and scopes may not (systemd, unit_type_may_alias()). */
const MAY_ALIAS: ReadonlySet<string> = new Set(['service', 'socket', 'target', 'timer', 'path']);

/** Finds the unit of an alias; for an alias of a template, with the same instance. */
function resolveAlias(targetName: string, alias: UnitName): UnitName | undefined {
  const target = parseUnitName(targetName);
  if (!target || target.full === alias.file || target.type !== alias.type || !MAY_ALIAS.has(alias.type))
    return undefined;
  if (target.instance !== '' || !alias.instance) return target;
  return parseUnitName(`${target.prefix}@${alias.instance}.${target.type}`);
}

/**
 * Whether a link is only a name: an alias of a unit in the load path, or a link in a `.wants` directory, which enables
 * a unit. Any other link is replaced by the file that it leads to, with the name of the link, as for `systemctl link`
 * (systemd.unit(5); systemd, unit_file_resolve_symlink()).
 */
export function isNameOnly(link: SourceLink): boolean {
  const findLoadPath = (path: string) =>
    Object.values(LOAD_PATHS).find((dirs) => dirs.some((dir) => path.startsWith(`${dir}/`)));
  const loadPath = findLoadPath(link.path);
  if (!loadPath) return false;
  return isWants(posix.basename(posix.dirname(link.path))) || findLoadPath(resolveLink(link)) === loadPath;
}

/** The path below the root to which a link leads. */
function resolveLink({ path, target }: SourceLink): string {
  const joined = target.startsWith('/') ? target : posix.join('/', posix.dirname(path), target);
  return posix.normalize(joined).slice(1);
}

/** Whether a file is a unit file or a drop-in, of either manager. */
export function isUnitFile({ path }: { readonly path: string }): boolean {
  return (
    /^(?:etc|run|usr\/lib|usr\/local\/lib|lib|~\/\.config|~\/\.local\/share)\/systemd\/(?:system|user|transient)[^/]*\//.test(
      path,
    ) &&
    !/\/(?:system|user)\.conf\.d\//.test(path) &&
    /\.(?:service|slice|scope|socket|target|mount|timer|path)$|\.d\/[^/]+\.conf$/.test(path)
  );
}
