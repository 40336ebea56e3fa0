import { usageError } from '../core/errors.js';
import { parseUnitName, type UnitName } from './unit-name.js';

/** What a specifier stands for in a unit of this name, run by the system's manager (systemd.unit(5), "Specifiers"). */
const MEANINGS: Readonly<Record<string, (unit: UnitName) => string>> = {
  '%': () => '%',
  n: ({ full }) => full,
  N: ({ full }) => full.slice(0, full.lastIndexOf('.')),
  p: ({ prefix }) => prefix,
  P: ({ prefix }) => unescapeUnitName(prefix),
  i: ({ instance }) => instance ?? '',
  I: ({ instance }) => unescapeUnitName(instance ?? ''),
  j: takeLastOfPrefix,
  J: (unit) => unescapeUnitName(takeLastOfPrefix(unit)),
  f: ({ prefix, instance }) => `/${unescapeUnitName(instance || prefix)}`,
  C: () => '/var/cache',
  E: () => '/etc',
  L: () => '/var/log',
  S: () => '/var/lib',
  T: () => '/tmp',
  V: () => '/var/tmp',
  t: () => '/run',
};

/**
 * Replaces the specifiers of a directive's value.
 *
 * @throws OomdrillError `SPECIFIER_UNKNOWN` for one that only the running host could tell (`%H`, `%m`) or that nobody knows;
 *   `UNIT_NAME_INVALID` for a name that is none
 */
export function expandSpecifiers(text: string, unitName: string): string {
  const unit = parseUnitName(unitName);
  if (!unit) throw refuseName(unitName);
  return text.replace(/%(.?)/gsu, (specifier, letter: string) => {
    const meaning = Object.hasOwn(MEANINGS, letter) ? MEANINGS[letter] : undefined;
    if (meaning) return meaning(unit);
    throw usageError(
      'SPECIFIER_UNKNOWN',
      `${unitName}: "${specifier}" in "${text}" cannot be resolved without the host.`,
      'Write %% for a percent sign.',
    );
  });
}

/**
 * Undoes the escaping of systemd-escape(1): `-` is `/` again and `\x2d` is `-`.
 *
 * @throws OomdrillError `UNIT_NAME_INVALID` for a backslash that is no escape, or bytes that are not UTF-8
 */
export function unescapeUnitName(escaped: string): string {
  const bytes = (escaped.match(/\\x[0-9A-Fa-f]{2}|-|[^\\-]+|\\/g) ?? []).map((piece) => {
    if (piece === '\\') throw refuseName(escaped);
    if (piece === '-') return Buffer.from('/');
    return piece.startsWith('\\') ? Buffer.from(piece.slice(2), 'hex') : Buffer.from(piece);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(bytes));
  } catch {
    throw refuseName(escaped);
  }
}

/** What follows the last dash of the prefix. */
function takeLastOfPrefix({ prefix }: UnitName): string {
  return prefix.slice(prefix.lastIndexOf('-') + 1);
}

function refuseName(name: string) {
  return usageError(
    'UNIT_NAME_INVALID',
    `"${name}" is not a valid unit name.`,
    'systemd-escape(1) makes one of any text.',
  );
}
