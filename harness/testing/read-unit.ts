import type { Bytes } from '../core/bytes.js';
import type { UnitTable } from '../lint/unit-table.js';
import { parseUnitName } from '../systemd/unit-name.js';
import type { Manager } from '../systemd/unit-search.js';

/** Amounts of memory, with what systemd shows of one that is not set. */
const AMOUNTS: Readonly<Record<string, Bytes>> = {
  MemoryMin: 0,
  MemoryLow: 0,
  MemoryHigh: Number.POSITIVE_INFINITY,
  MemoryMax: Number.POSITIVE_INFINITY,
  MemorySwapMax: Number.POSITIVE_INFINITY,
};

/** Words, with their defaults (systemd.resource-control(5)). */
const WORDS: Readonly<Record<string, string>> = {
  ManagedOOMSwap: 'auto',
  ManagedOOMMemoryPressure: 'auto',
  ManagedOOMPreference: 'none',
};

/** The settings that lint uses, by their names in `systemctl show` and in the dump of a manager. */
export const USED_SETTINGS: readonly string[] = [
  'FragmentPath',
  'DropInPaths',
  ...Object.keys(AMOUNTS),
  ...Object.keys(WORDS),
  'OOMPolicy',
  'OOMScoreAdjust',
  'Slice',
];

/**
 * What lint reads of a unit, as systemd writes it: paths with their slash, amounts in bytes. Only `LoadState` for a masked
 * unit; without `OOMScoreAdjust` if none is set, for its default is the manager's own.
 */
export function readUnit(
  units: UnitTable,
  { wanted, manager, memory }: { readonly wanted: string; readonly manager: Manager; readonly memory: Bytes },
): Readonly<Record<string, string>> {
  const { name, main, dropIns, masked } = units.searches[manager].find(wanted);
  if (masked) return { LoadState: 'masked' };
  const subject = units.find(manager, name);
  const read: Record<string, string> = {
    FragmentPath: main ? `/${main.path}` : '',
    DropInPaths: dropIns.map(({ path }) => `/${path}`).join(' '),
  };
  for (const [key, unset] of Object.entries(AMOUNTS)) read[key] = String(subject.own(key, memory)?.bytes ?? unset);
  for (const [key, unset] of Object.entries(WORDS)) read[key] = subject.value(key)?.value ?? unset;
  const type = parseUnitName(name)?.type;
  if (type === 'slice') return read;
  const score = subject.value('OOMScoreAdjust')?.value;
  if (score !== undefined) read.OOMScoreAdjust = String(Number(score));
  if (type === 'mount' || type === 'swap') return read;
  read.Slice = subject.parent?.name ?? '';
  if (type === 'service') read.OOMPolicy = subject.oomPolicy.policy ?? '';
  return read;
}
