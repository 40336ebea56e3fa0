import { usageError } from '../core/errors.js';
import { parseUnitName, type UnitName } from './unit-name.js';

/** Values of the specifiers in a unit of the system's manager (systemd.unit(5), "Specifiers"). */
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
 * @throws OomdrillError `SPECIFIER_UNKNOWN` for an unknown specifier, or one that depends on the running host (`%H`,
 *   `%m`); `UNIT_NAME_INVALID` for an invalid unit name
 */
export function expandSpecifiers(text: string, unitName: string): string {
  const unit = parseUnitName(unitName);
  if (!unit) throw invalidName(unitName);
  return text.replace(/%(.?)/gsu, (specifier, letter: string) => {
    const meaning = Object.hasOwn(MEANINGS, letter) ? MEANINGS[letter] : undefined;
    if (meaning) return meaning(unit);
    throw usageError(
      'SPECIFIER_UNKNOWN',
      `${unitName}: could not resolve "${specifier}" in "${text}" without the host.`,
      'Write %% for a percent sign.',
    );
  });
}

/**
 * Undoes the escaping of systemd-escape(1): `-` becomes `/`, and `\x2d` becomes `-`.
 *
 * @throws OomdrillError `UNIT_NAME_INVALID` for a backslash without an escape, or bytes that are not UTF-8
 */
export function unescapeUnitName(escaped: string): string {
  const bytes = (escaped.match(/\\x[0-9A-Fa-f]{2}|-|[^\\-]+|\\/g) ?? []).map((piece) => {
    if (piece === '\\') throw invalidName(escaped);
    if (piece === '-') return Buffer.from('/');
    return piece.startsWith('\\') ? Buffer.from(piece.slice(2), 'hex') : Buffer.from(piece);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(bytes));
  } catch {
    throw invalidName(escaped);
  }
}

/** The part of the prefix after its last dash. */
function takeLastOfPrefix({ prefix }: UnitName): string {
  return prefix.slice(prefix.lastIndexOf('-') + 1);
}

function invalidName(name: string) {
  return usageError(
    'UNIT_NAME_INVALID',
    `"${name}" is not a valid unit name.`,
    'Convert a text to a unit name with systemd-escape(1).',
  );
}
