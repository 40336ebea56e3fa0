/** The parts of a unit's name: `web@blue.service` has prefix `web`, instance `blue`, type `service`. */
export interface UnitName {
  readonly full: string;
  readonly prefix: string;
  /** Undefined for a unit without a template; empty for a template itself. */
  readonly instance: string | undefined;
  readonly type: string;
  /** Name of the template's unit file, or of the unit's own. */
  readonly file: string;
}

/** systemd accepts no longer name (UNIT_NAME_MAX, which includes the terminating zero). */
const MAX_UNIT_NAME_LENGTH = 255;

/** Parses a unit's name (systemd.unit(5)); undefined if it is not valid. */
export function parseUnitName(full: string): UnitName | undefined {
  if (full.length > MAX_UNIT_NAME_LENGTH) return undefined;
  const match =
    /^([A-Za-z0-9:_.\\-]+?)(?:@([A-Za-z0-9:_.\\@-]*))?\.(service|slice|scope|socket|target|mount|timer|path)$/.exec(
      full,
    );
  if (!match) return undefined;
  const [, prefix = '', instance, type = ''] = match;
  return { full, prefix, instance, type, file: instance === undefined ? full : `${prefix}@.${type}` };
}

/** The section of a unit file for the type of the unit: `Slice` for `slice`. */
export const sectionOfType = (type: string): string => `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`;

/** Escapes a string for a unit's name as systemd-escape(1) does: `-` becomes `\x2d`, and `/` becomes `-`. */
export function escapeUnitName(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte, index) => {
      const char = String.fromCharCode(byte);
      if (char === '/') return '-';
      return /[A-Za-z0-9:_.]/.test(char) && !(index === 0 && char === '.')
        ? char
        : `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/**
 * The slice of a unit without `Slice=`: instances run in a slice of their template (systemd.special(7),
 * systemd.resource-control(5) `Slice=`; systemd 252, src/core/unit.c, unit_set_default_slice()).
 */
export function defaultSlice({ prefix, instance, type }: UnitName, manager: 'system' | 'user' = 'system'): string {
  if (type === 'slice') return '-.slice';
  const slice = manager === 'system' ? 'system' : 'app';
  return instance === undefined ? `${slice}.slice` : `${slice}-${escapeUnitName(prefix)}.slice`;
}

/** The unit of a user's own service manager, below whose cgroup those of its units are (user@.service(5)). */
export const userManagerUnit = (uid: number): string => `user@${uid}.service`;

/** The cgroup of a user's own service manager, below the root of the hierarchy. */
export const userManagerCgroup = (uid: number): string => `${slicePath(`user-${uid}.slice`)}/${userManagerUnit(uid)}`;

/**
 * Path of a slice's cgroup below the root of the hierarchy. Each `-` is a level (systemd.slice(5)): `a-b.slice` is
 * `/a.slice/a-b.slice`.
 */
export function slicePath(slice: string): string {
  const stem = slice.replace(/\.slice$/, '');
  if (stem === '-') return '';
  const parts = stem.split('-');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('-')}.slice`).join('');
}

/**
 * Directories that may hold a unit's drop-ins, the most general first (systemd.unit(5)): of its type, of each dashed
 * prefix of its name, of its template, of the unit itself. A file in a later directory replaces one with the same name
 * in an earlier directory.
 */
export function listDropInDirs({ prefix, instance, type }: UnitName): readonly string[] {
  const names = [...new Set(listDropInNames(prefix, instance, type))];
  return [`${type}.d`, ...names.reverse().map((name) => `${name}.d`)];
}

/**
 * Lists the names, the most specific first. The dashed prefixes of an instance keep the instance, and come after those
 * of its template, which do not have it (systemd, unit_file_find_dirs()).
 *
 * @param instance empty for a template, undefined for a plain unit
 */
function listDropInNames(prefix: string, instance: string | undefined, type: string): string[] {
  const dash = prefix.lastIndexOf('-', prefix.length - 2);
  const shortened = prefix.slice(0, dash + 1);
  const names = [`${prefix}${instance === undefined ? '' : `@${instance}`}.${type}`];
  if (instance) names.push(...listDropInNames(prefix, '', type));
  if (dash >= 1) names.push(...listDropInNames(shortened, instance || undefined, type));
  return names;
}
