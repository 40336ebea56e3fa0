import type { Bundle, BundleFile } from '../bundle/bundle.js';
import { computeEffectiveLimits, resolveServingUnit, type ServingUnit } from '../bundle/serving.js';
import { type Bytes, parseBytes } from '../core/bytes.js';
import { expandSpecifiers } from '../systemd/specifiers.js';
import { parseUnitName } from '../systemd/unit-name.js';
import type { StandIn, StandInOptions } from './stand-in.js';
import type { Account, Workload, WorkloadKind } from './workload.js';

/** A drop-in in every guest that gives a neighbour copies of the server's runtime (guest/image/customize.sh). */
const NEIGHBOUR_DROP_IN = '/usr/lib/oomdrill/neighbour.conf';

/**
 * Stops the unit first, because a package may have started it at boot. Starts it with cold caches: page cache is
 * charged to the cgroup that read it first, and the server's program text must be charged to the server.
 */
const START =
  'systemctl stop "$1" 2>/dev/null; sync; echo 3 >/proc/sys/vm/drop_caches; systemctl start "$1" && systemctl show --property=MainPID --value "$1"';

/** A service of the system's manager. */
export const systemdService: WorkloadKind = {
  name: 'systemd-service',
  serves: ({ manifest }) => manifest.serving.unit?.endsWith('.service') ?? false,
  workload(bundle, standIn, options): Workload {
    const serving = resolveServingUnit(bundle);
    const unit = serving.unit.name;
    return {
      name: unit,
      serving,
      standIn,
      files: addSettings(bundle, standIn, {
        ...options,
        weight: bundle.manifest.serving.weight,
        limit: limitOf(bundle, serving),
      }),
      links: new Map(findNeighbours(bundle).map((name) => [neighbourDropIn(name), NEIGHBOUR_DROP_IN])),
      account: findAccount(serving, standIn),
      start: ['sh', '-c', START, 'sh', unit],
      verify: ['systemd-analyze', 'verify', '--man=no', unit],
    };
  },
};

/**
 * The bundle's files, with the stand-in's settings in the environment files of the units, so that the units need no
 * change.
 */
function addSettings({ files }: Bundle, { settingsFile, settings }: StandIn, options: StandInOptions): BundleFile[] {
  const lines = settings(options);
  return files.map(({ path, text }) => ({ path, text: settingsFile.test(path) ? `${text}${lines}` : text }));
}

/** The memory that the serving unit may use: the lowest of its limits and of those above it, and what the host has. */
function limitOf(bundle: Bundle, serving: ServingUnit): Bytes {
  const { high, max } = computeEffectiveLimits(bundle, serving);
  return Math.min(high, max, parseBytes(bundle.manifest.host.memory));
}

/** Finds sidecars that run the same program as the serving unit: other instances of its template. */
function findNeighbours({ manifest: { serving, sidecars = [] } }: Bundle): string[] {
  const template = serving.unit === undefined ? undefined : parseUnitName(serving.unit)?.file;
  return sidecars.map(({ unit }) => unit).filter((unit) => parseUnitName(unit)?.file === template);
}

/** Path of a drop-in that disappears at the next boot (systemd.unit(5), "Unit Search Path"). */
const neighbourDropIn = (unit: string): string => `run/systemd/system/${unit}.d/zz-oomdrill-neighbour.conf`;

/** Finds the user and the group of the unit; undefined if every guest has them. */
function findAccount({ unit }: ServingUnit, { accounts }: StandIn): Account | undefined {
  const read = (key: string) => expandSpecifiers(unit.value('Service', key)?.value ?? '', unit.name);
  const [user, group] = [read('User'), read('Group')];
  const everyGuestHas = ['', 'root', ...accounts];
  if (everyGuestHas.includes(user) && everyGuestHas.includes(group)) return undefined;
  return { user, group };
}
