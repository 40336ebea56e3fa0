import { readBackError } from '../systemd/read-back.js';
import type { Unit } from '../systemd/unit.js';
import { parseUnitName } from '../systemd/unit-name.js';
import type { Bundle } from './bundle.js';
import { readUnit } from './serving.js';

/**
 * Checks that a change of a bundle would be in effect: reads the unit from the files as they are written now, with all its
 * drop-ins in the order of systemd.unit(5).
 *
 * @param unit as it was before the change
 * @param asked the value that was asked for; undefined for the default
 * @throws OomdrillError `UNIT_READ_BACK` that names the directive, the unit, and the file and line in effect
 */
export function requireInEffect(
  bundle: Pick<Bundle, 'files'>,
  unit: Unit,
  { section, key, asked }: { readonly section: string; readonly key: string; readonly asked: string | undefined },
): void {
  const name = parseUnitName(unit.name);
  if (!name) throw new Error(`${unit.name} is not a name of a unit`);
  const found = readUnit(bundle, unit.manager, name).value(section, key);
  if (found?.value === asked) return;
  const place = found ? `${key}=${found.value} of ${found.path}:${found.line}` : `no ${key}=`;
  throw readBackError(unit.name, asked === undefined ? `no ${key}=` : `${key}=${asked}`, place);
}
