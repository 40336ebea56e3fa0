import type { Bundle, BundleFile } from '../bundle/bundle.js';
import { resolveServingUnit, type ServingUnit } from '../bundle/serving.js';
import { expandSpecifiers } from '../systemd/specifiers.js';
import { parseUnitName } from '../systemd/unit-name.js';
import type { StandIn, StandInOptions } from './stand-in.js';
import type { Account, Workload, WorkloadKind } from './workload.js';

/** A drop-in of every guest: it gives a neighbour copies of the server's runtime (guest/image/customize.sh). */
const NEIGHBOUR_DROP_IN = '/usr/lib/oomdrill/neighbour.conf';

/**
 * Stopped first, since a package may have started it at boot. With cold caches: page cache belongs to the cgroup that read it first,
 * and the server's text must be charged to the server.
 */
const START =
  'systemctl stop "$1" 2>/dev/null; sync; echo 3 >/proc/sys/vm/drop_caches; systemctl start "$1" && systemctl show --property=MainPID --value "$1"';

/** A service of the system's manager. */
export const systemdService: WorkloadKind = {
  name: 'systemd-service',
  serves: ({ manifest }) => manifest.serving.unit.endsWith('.service'),
  workload(bundle, standIn, options): Workload {
    const serving = resolveServingUnit(bundle);
    const unit = serving.unit.name;
    return {
      serving,
      standIn,
      files: filesWithSettings(bundle, standIn, options),
      links: new Map(neighboursOf(bundle).map((name) => [neighbourDropIn(name), NEIGHBOUR_DROP_IN])),
      account: accountOf(serving, standIn),
      start: ['sh', '-c', START, 'sh', unit],
      verify: ['systemd-analyze', 'verify', '--man=no', unit],
    };
  },
};

/** The bundle's files; settings of the stand-in ride in the units' environment files, so that the units stay as they are. */
function filesWithSettings(
  { files, manifest }: Bundle,
  { settingsFile, settings }: StandIn,
  options: Omit<StandInOptions, 'weight'>,
): BundleFile[] {
  const lines = settings({ ...options, weight: manifest.serving.weight });
  return files.map(({ path, text }) => ({ path, text: settingsFile.test(path) ? `${text}${lines}` : text }));
}

/** Units beside the serving one that run the same program, as other instances of its template do. */
function neighboursOf({ manifest: { serving, sidecars: beside = [] } }: Bundle): string[] {
  const template = parseUnitName(serving.unit)?.file;
  return beside.map(({ unit }) => unit).filter((unit) => parseUnitName(unit)?.file === template);
}

/** Among those that are gone at the next boot (systemd.unit(5), "Unit Search Path"). */
const neighbourDropIn = (unit: string): string => `run/systemd/system/${unit}.d/zz-oomdrill-neighbour.conf`;

/** The user and the group that the unit names, unless every guest has them. */
function accountOf({ unit }: ServingUnit, { accounts }: StandIn): Account | undefined {
  const named = (key: string) => expandSpecifiers(unit.value('Service', key)?.value ?? '', unit.name);
  const [user, group] = [named('User'), named('Group')];
  const everyGuestHas = ['', 'root', ...accounts];
  if (everyGuestHas.includes(user) && everyGuestHas.includes(group)) return undefined;
  return { user, group };
}
