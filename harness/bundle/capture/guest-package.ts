import { posix } from 'node:path';
import { parseUnitName } from '../../systemd/unit-name.js';

/**
 * The Debian package that brings a unit's server into a guest. Mostly that of the program which the unit starts; Debian's
 * `pg_ctlcluster` is in a package without a server, and starts the one of the version that the unit's name begins with,
 * `postgresql@17-main.service` (postgresql-common, pg_ctlcluster(1)).
 *
 * @param found the package that the program is in
 */
export function guestPackage(program: string, unit: string, found: string): string {
  if (posix.basename(program) !== 'pg_ctlcluster') return found;
  const version = /^(\d+(?:\.\d+)?)-/.exec(parseUnitName(unit)?.instance ?? '')?.[1];
  return version === undefined ? 'postgresql' : `postgresql-${version}`;
}
