import { isDeepStrictEqual } from 'node:util';
import { type Bundle, type BundleFile, UNIT_DIR, USER_UNIT_DIR } from '../bundle/bundle.js';
import { readUnit } from '../bundle/serving.js';
import { asKnownError } from '../core/errors.js';
import { expandSpecifiers } from '../systemd/specifiers.js';
import { parseUnitFile } from '../systemd/unit-file.js';
import { parseUnitName } from '../systemd/unit-name.js';
import type { PlannedDrill } from './plan.js';

/** How a guest in which a bundle has settled becomes one with a bundle that differs a little, without a start of what the difference does not touch. */
export interface Change {
  /** Files that are new, or have another text. */
  readonly written: readonly BundleFile[];
  /** Paths of files that are no more. */
  readonly removed: readonly string[];
  /** Services that are to be started anew: the server, and sidecars. */
  readonly restarted: readonly string[];
  /** Sidecars that are none any more. */
  readonly stopped: readonly string[];
  /** Whether sessions, panes and the like have to be made by what is changed. */
  readonly isOfPlaces: boolean;
  /** A service that reads what is changed, and must not run before the places are made. */
  readonly mustNotRun: string | undefined;
}

/** What one file is to a guest. */
type Touched = Partial<Pick<Change, 'restarted' | 'isOfPlaces' | 'mustNotRun'>>;

/** What systemd applies to what runs, and the drill proves afterwards. Any other directive of a service counts from its next start on. */
const APPLIED_LIVE: ReadonlySet<string> = new Set(['MemoryHigh', 'MemoryMax', 'MemorySwapMax', 'OOMPolicy']);

/**
 * How a plan differs from another one in whose guest it can be drilled; undefined where the guest itself would be another one, or where
 * it is not known what reads the files that differ.
 */
export function findChange(from: PlannedDrill, to: PlannedDrill): Change | undefined {
  // What reads the limits of a container, and when, is not known here.
  if (to.workload.locate || !isDeepStrictEqual(groundOf(from), groundOf(to))) return undefined;
  const sidecars = diffSidecars(from, to);
  if (!sidecars) return undefined;
  const before = textsOf(from);
  const after = textsOf(to);
  const different = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  const services = [to.serving.unit.name, ...(to.bundle.manifest.sidecars ?? []).map(({ unit }) => unit)];
  const touched: Touched[] = [{ restarted: sidecars.started }];
  for (const path of different) {
    const found = touchedBy({ path, texts: [before.get(path), after.get(path)] }, services, [from.bundle, to.bundle]);
    if (!found) return undefined;
    touched.push(found);
  }
  return {
    written: to.workload.files.filter(({ path }) => different.includes(path)),
    removed: different.filter((path) => !after.has(path)),
    restarted: [...new Set(touched.flatMap(({ restarted = [] }) => restarted))],
    stopped: sidecars.stopped,
    isOfPlaces: touched.some(({ isOfPlaces }) => isOfPlaces),
    mustNotRun: touched.find(({ mustNotRun }) => mustNotRun !== undefined)?.mustNotRun,
  };
}

/** What a change does, to complete a sentence. */
export function describeChange({ written, removed, restarted, stopped, isOfPlaces }: Change): string {
  const paths = [...written.map(({ path }) => path), ...removed].map((path) => `/${path}`).sort();
  const parts = [`changed there: ${paths.join(', ') || 'no file'}`];
  if (restarted.length > 0) parts.push(`started anew: ${restarted.join(', ')}`);
  if (stopped.length > 0) parts.push(`stopped: ${stopped.join(', ')}`);
  if (isOfPlaces) parts.push('its places were made then');
  return parts.join('; ');
}

const textsOf = ({ workload }: PlannedDrill): ReadonlyMap<string, string> =>
  new Map(workload.files.map(({ path, text }) => [path, text]));

/** All that must be alike: the host, how the server is asked and started, what is brought along, and where hogs are put. */
function groundOf({ bundle, workload, scale, injections, bystanders }: PlannedDrill) {
  const { sidecars, ...manifest } = bundle.manifest;
  const { links, account, build, start, verify } = workload;
  const places = [...injections, ...bystanders].map(({ injection }) => injection.place);
  return { manifest, root: bundle.root, links, account, build, start, verify, scale, places };
}

/** Sidecars that come and go; undefined where one stays and is asked in another way. */
function diffSidecars(from: PlannedDrill, to: PlannedDrill) {
  const [before = [], after = []] = [from, to].map(({ bundle }) => bundle.manifest.sidecars ?? []);
  const stays = (unit: string) => [before, after].every((sidecars) => sidecars.some((each) => each.unit === unit));
  const staying = (sidecars: typeof before) => sidecars.filter(({ unit }) => stays(unit));
  if (!isDeepStrictEqual(staying(before), staying(after))) return undefined;
  const others = (sidecars: typeof before) => sidecars.map(({ unit }) => unit).filter((unit) => !stays(unit));
  return { stopped: others(before), started: others(after) };
}

/** A file with its two texts, of which one may be missing. */
interface DifferentFile {
  readonly path: string;
  readonly texts: readonly [string | undefined, string | undefined];
}

/** Where the settings of a Debian package's service are that its own unit reads (Debian Policy, 9.3.2). */
const DEFAULTS_DIR = 'etc/default';

/** What reads a file; undefined where that is not known. */
function touchedBy(
  file: DifferentFile,
  services: readonly string[],
  bundles: readonly [Bundle, Bundle],
): Touched | undefined {
  const { path } = file;
  // A user's manager and the container daemon run for the places alone, and are started with them.
  if (path.startsWith(`${USER_UNIT_DIR}/`)) return { isOfPlaces: true };
  if (path.startsWith('etc/docker/')) return { isOfPlaces: true, mustNotRun: 'docker.service' };
  if (!path.startsWith(`${UNIT_DIR}/`)) return readBySettings(path, services, bundles);
  if (isAppliedLive(file)) return {};
  const restarted = services.filter((unit) => isUnitFileOf(path, unit));
  return restarted.length === 0 ? undefined : { restarted };
}

/** Whether a file is that of a slice, or a drop-in of one or of all. */
export const isOfSlice = (path: string): boolean => /(?:^|\/|\.)slice(?:\.d\/[^/]+)?$/.test(path);

/** Whether systemd applies all that is different in a unit's file to what runs: limits alone. */
function isAppliedLive({ path, texts }: DifferentFile): boolean {
  // An empty file masks a unit, or another drop-in (systemd.unit(5)).
  if (texts.includes('')) return false;
  // A slice needs no file.
  const isMain = !path.endsWith('.conf') && !isOfSlice(path);
  if (isMain && texts.includes(undefined)) return false;
  return isDeepStrictEqual(...withoutLimits(path, texts));
}

/** The assignments of both texts that count from the next start on. */
function withoutLimits(path: string, texts: DifferentFile['texts']): [string[], string[]] {
  // What a slice is called and waits for is nothing to what is in it.
  const isLeftOut = isOfSlice(path) ? (section: string) => section !== 'Slice' : () => false;
  const read = (text = '') =>
    parseUnitFile(text, path).sections.flatMap(({ name, items }) =>
      items.flatMap((item) =>
        item.kind !== 'assignment' || APPLIED_LIVE.has(item.key) || isLeftOut(name)
          ? []
          : [`[${name}] ${item.key}=${item.value}`],
      ),
    );
  return [read(texts[0]), read(texts[1])];
}

/** Whether a file below the folder of units is of this unit or of its template. A drop-in of its type or prefix may be of any other too. */
function isUnitFileOf(path: string, unit: string): boolean {
  const name = parseUnitName(unit);
  const [first] = path.slice(UNIT_DIR.length + 1).split('/');
  return [name?.full, name?.file].some((each) => each !== undefined && (first === each || first === `${each}.d`));
}

/** The services whose units name a file as one of settings (systemd.exec(5), `EnvironmentFile=`); undefined where that is not known. */
function readBySettings(
  path: string,
  services: readonly string[],
  bundles: readonly [Bundle, Bundle],
): Touched | undefined {
  const restarted: string[] = [];
  for (const service of services)
    for (const bundle of bundles) {
      const files = listSettingsFiles(service, bundle);
      if (!files) return undefined;
      if (files.includes(path)) restarted.push(service);
    }
  return restarted.length === 0 ? undefined : { restarted };
}

/** The files of settings of a service, without a leading slash; undefined where a name stands for several, or depends on the guest. */
function listSettingsFiles(service: string, bundle: Bundle): string[] | undefined {
  const name = parseUnitName(service);
  if (!name) return undefined;
  const unit = readUnit(bundle, 'system', name);
  // Its unit is its package's.
  if (unit.files.length === 0) return [`${DEFAULTS_DIR}/${name.prefix}`];
  try {
    const files = unit
      .values('Service', 'EnvironmentFile')
      .map((value) => expandSpecifiers(value, service).replace(/^-?\//, ''));
    return files.some((file) => /[*?[]/.test(file)) ? undefined : files;
  } catch (thrown) {
    if (asKnownError(thrown)) return undefined;
    throw thrown;
  }
}
