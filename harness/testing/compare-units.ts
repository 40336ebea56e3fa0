import { realpath } from 'node:fs/promises';
import { totalmem } from 'node:os';
import type { Tree } from '../bundle/tree.js';
import type { TreeEntry } from '../bundle/tree-entry.js';
import { UnitTable } from '../lint/unit-table.js';
import { parseLimit } from '../systemd/show.js';
import { parseUnitName } from '../systemd/unit-name.js';
import type { Manager } from '../systemd/unit-search.js';
import { readUnit } from './read-unit.js';
import { type DumpedUnit, readBySystemd } from './systemd-manager.js';

/** Types of units that have a cgroup and a unit file; a scope has none (systemd.scope(5)). */
const TYPES: ReadonlySet<string> = new Set(['service', 'slice', 'socket', 'mount', 'swap']);

/** How units were read. */
export interface ReadUnits {
  /** Units that systemd has read, too. */
  readonly count: number;
  /** Units that systemd refuses, such as two services with one `BusName=`. */
  readonly refused: readonly string[];
  /** Where lint reads another value than systemd. */
  readonly differences: readonly string[];
}

/** Reads each unit of a manager in a tree as lint does, and as systemd does from the same folder. */
export async function compareUnitsWithSystemd(tree: Tree, manager: Manager): Promise<ReadUnits> {
  const units = new UnitTable(tree.entries);
  const wanted = listWanted(units, manager);
  if (wanted.length === 0) return { count: 0, refused: [], differences: [] };
  const root = await realpath(tree.root);
  const dumped = await readBySystemd(root, wanted, manager);
  const memory = totalmem();
  const isRefused = (name: string) =>
    /^(?:bad-setting|error)$/.test(dumped.get(name)?.get('Unit Load State')?.[0] ?? '');
  const read = wanted.filter((name) => !isRefused(name));
  const empty = listEmpty(tree);
  const home = tree.entries.some(({ path }) => path.startsWith('~/')) ? '/~' : '';
  const differences = read.flatMap((name) => {
    const shown = showDumped(dumped.get(name) ?? new Map(), empty, (path) => home + path.slice(root.length));
    return Object.entries(readUnit(units, { wanted: name, manager, memory })).flatMap(([key, ours]) =>
      ours === shown[key] ? [] : [`${name}: lint reads ${key} as ${ours}, systemd as ${shown[key]}`],
    );
  });
  return { count: read.length, refused: wanted.filter(isRefused), differences };
}

/** Every unit that systemd can load; of a template, and of a prefix of slices, an instance. */
export function listWanted(units: UnitTable, manager: Manager): readonly string[] {
  const search = units.searches[manager];
  const names = search.listNames().flatMap((name) => {
    const parsed = parseUnitName(name.replace(/(?<=.)-\.slice$/, '-1000.slice'));
    if (!parsed || !TYPES.has(parsed.type)) return [];
    const wanted = parsed.instance === '' ? `${parsed.prefix}@one.${parsed.type}` : parsed.full;
    const { main, masked } = search.find(wanted);
    // systemd cannot load a service that has only drop-ins.
    return main || masked || parsed.type === 'slice' ? [wanted] : [];
  });
  return [...new Set(names)].sort();
}

/** Drop-ins that systemd lists, although there is nothing in them: empty ones, and links to /dev/null. */
export function listEmpty({ entries }: Tree): ReadonlySet<string> {
  const isEmpty = (entry: TreeEntry) =>
    entry.kind === 'link' ? entry.target === '/dev/null' : entry.kind === 'file' && entry.text === '';
  return new Set(entries.filter(isEmpty).map(({ path }) => `/${path}`));
}

/**
 * What a dump says of a unit, by the names and in the form of `readUnit`.
 *
 * @param place the host's path of a file
 */
function showDumped(
  dumped: DumpedUnit,
  empty: ReadonlySet<string>,
  place: (path: string) => string,
): Readonly<Record<string, string | undefined>> {
  const dropIns = (dumped.get('DropIn Path') ?? []).map(place);
  const shown: Record<string, string | undefined> = {
    LoadState: dumped.get('Unit Load State')?.[0],
    FragmentPath: (dumped.get('Fragment Path') ?? []).map(place).join(''),
    DropInPaths: dropIns.filter((path) => !empty.has(path)).join(' '),
  };
  for (const [key, [value = '']] of dumped) shown[key] ??= key.startsWith('Memory') ? String(parseLimit(value)) : value;
  return shown;
}
