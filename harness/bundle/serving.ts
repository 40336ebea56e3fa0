import { type Bytes, parseBytes } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import { isDelegation } from '../systemd/boolean.js';
import { readDefaultOomPolicy } from '../systemd/manager-conf.js';
import { parseMemoryValue } from '../systemd/memory-value.js';
import { expandSpecifiers } from '../systemd/specifiers.js';
import { Unit } from '../systemd/unit.js';
import { parseUnitFile } from '../systemd/unit-file.js';
import { defaultSlice, parseUnitName, slicePath, type UnitName } from '../systemd/unit-name.js';
import { type Manager, UnitSearch } from '../systemd/unit-search.js';
import { type Bundle, UNIT_DIR } from './bundle.js';

/** A unit that limits the memory of a cgroup, as systemd will read it. */
export interface LimitedUnit {
  readonly unit: Unit;
  readonly limits: { readonly high: Bytes; readonly max: Bytes; readonly swapMax: Bytes };
  /** Where the unit says nothing: the manager's default, or `continue` for one that manages its own cgroups (systemd.service(5), `OOMPolicy=`). Undefined for a slice, which has none. */
  readonly oomPolicy: string | undefined;
  /** Below the root of the cgroup hierarchy; for a scope of a user's, whose place is known only when it runs, empty. */
  readonly cgroup: string;
}

/** The unit that serves. */
export interface ServingUnit extends LimitedUnit {
  readonly oomPolicy: string;
  /** What every process of the unit inherits where it sets no other (systemd.exec(5), `OOMScoreAdjust=`); 0 where the unit says nothing. */
  readonly oomScoreAdjust: number;
}

/**
 * Resolves a slice: its file, if the bundle has one, and its drop-ins; one that the bundle says nothing of has no limits.
 *
 * @param full its name, such as `docker.slice` or `user-1000.slice`
 * @throws OomdrillError `UNIT_SYNTAX`, `MEMORY_VALUE`, `LIMITS_CONTRADICT`
 */
export function sliceOf(bundle: Bundle, full: string): LimitedUnit {
  const name = parseUnitName(full);
  if (name?.type !== 'slice') throw usageError('BUNDLE_NO_SLICE', `"${full}" does not name a slice.`);
  const unit = unitOf(bundle, 'system', name);
  const limits = readLimits(unit, 'Slice', parseBytes(bundle.manifest.host.memory));
  return { unit, limits, oomPolicy: undefined, cgroup: slicePath(full) };
}

/**
 * Resolves a scope that a program makes in its user's own manager, as tmux does for each pane: a scope has no file, only drop-ins.
 *
 * @param full a name of that kind, such as `tmux-spawn-1.scope`
 * @throws OomdrillError `UNIT_SYNTAX`, `MEMORY_VALUE`, `LIMITS_CONTRADICT`
 */
export function userScopeOf(bundle: Bundle, full: string): LimitedUnit {
  const name = parseUnitName(full);
  if (name?.type !== 'scope') throw usageError('BUNDLE_NO_SCOPE', `"${full}" does not name a scope.`);
  const unit = unitOf(bundle, 'user', name);
  const limits = readLimits(unit, 'Scope', parseBytes(bundle.manifest.host.memory));
  const oomPolicy = unit.value('Scope', 'OOMPolicy')?.value ?? readDefaultOomPolicy(bundle.files, 'user');
  return { unit, limits, oomPolicy, cgroup: '' };
}

/**
 * What holds for a unit's memory: its own limits and those of every slice above it, the smallest of each. A cgroup's limit is one
 * for all below it (cgroup-v2.rst, "Memory"), so that a runaway meets the lowest first.
 */
export function effectiveLimits(bundle: Bundle, { limits, cgroup }: LimitedUnit): LimitedUnit['limits'] {
  const slices = cgroup.split('/').filter((name) => name.endsWith('.slice'));
  const all = [limits, ...slices.map((name) => sliceOf(bundle, name).limits)];
  const least = (read: (of: LimitedUnit['limits']) => Bytes) => Math.min(...all.map(read));
  return { high: least(({ high }) => high), max: least(({ max }) => max), swapMax: least(({ swapMax }) => swapMax) };
}

/** A unit by its own file, where it has one, and its drop-ins. */
function unitOf(bundle: Bundle, manager: Manager, name: UnitName): Unit {
  const { main, dropIns } = new UnitSearch(bundle.files, [], manager).find(name.full);
  const files = main ? [main, ...dropIns] : dropIns;
  return new Unit(
    name.full,
    files.map(({ path, text }) => parseUnitFile(text, path)),
  );
}

/**
 * Resolves the bundle's serving unit: its file, or its template's, and its drop-ins.
 *
 * @throws OomdrillError `BUNDLE_NO_SERVING_UNIT`, `UNIT_SYNTAX`, `MEMORY_VALUE`, `LIMITS_CONTRADICT`
 */
export function servingUnit(bundle: Bundle): ServingUnit {
  const { unit: full } = bundle.manifest.serving;
  const name = parseUnitName(full);
  if (!name?.prefix || name.instance === '') {
    throw usageError(
      'BUNDLE_NO_SERVING_UNIT',
      `bundle.json of ${bundle.name}: serving.unit "${full}" does not name a unit that can be started.`,
      'Name an instance, such as web@blue.service.',
    );
  }
  const unit = unitOf(bundle, 'system', name);
  const [main] = unit.files;
  if (!main || main.path.endsWith('.conf')) {
    throw usageError(
      'BUNDLE_NO_SERVING_UNIT',
      `The bundle ${bundle.name} has no unit file for its serving unit ${full}.`,
      `Put ${UNIT_DIR}/${name.file} into the bundle.`,
    );
  }
  if (!unit.hasSection('Service')) throw usageError('BUNDLE_NO_SERVING_UNIT', `${main.path} has no [Service] section.`);
  if (unit.values('Service', 'ExecStart').length === 0)
    throw usageError('BUNDLE_NO_SERVING_UNIT', `${main.path} starts nothing: it has no ExecStart=.`);
  const slice = unit.value('Service', 'Slice')?.value;
  return {
    unit,
    limits: readLimits(unit, 'Service', parseBytes(bundle.manifest.host.memory)),
    oomScoreAdjust: Number(unit.value('Service', 'OOMScoreAdjust')?.value ?? 0),
    oomPolicy: oomPolicyOf(unit, bundle.files),
    cgroup: `${slicePath(slice === undefined ? defaultSlice(name) : expandSpecifiers(slice, full))}/${full}`,
  };
}

/**
 * The OOMPolicy of a service: its own, `continue` for one that manages its own cgroups, or the manager's (systemd.service(5)).
 *
 * @param files where the manager's settings may be
 */
export function oomPolicyOf(service: Unit, files: Bundle['files']): string {
  const own = service.value('Service', 'OOMPolicy')?.value;
  return (
    own ??
    (isDelegation(service.value('Service', 'Delegate')?.value) ? 'continue' : readDefaultOomPolicy(files, 'system'))
  );
}

/** @throws OomdrillError naming file and line: `MEMORY_VALUE`, `LIMITS_CONTRADICT` */
export function readLimits(unit: Unit, section: string, hostMemory: Bytes): LimitedUnit['limits'] {
  const read = (key: string): Bytes => {
    const found = unit.value(section, key);
    return found ? parseMemoryValue(found.value, hostMemory, found) : Number.POSITIVE_INFINITY;
  };
  const limits = { high: read('MemoryHigh'), max: read('MemoryMax'), swapMax: read('MemorySwapMax') };
  if (limits.high !== Number.POSITIVE_INFINITY && limits.high > limits.max) {
    const { path, line, value } = unit.value(section, 'MemoryHigh') ?? { path: unit.name, line: 0, value: '' };
    throw usageError(
      'LIMITS_CONTRADICT',
      `${path}:${line}: MemoryHigh=${value} lies above MemoryMax=${unit.value(section, 'MemoryMax')?.value}, where it can never act.`,
      'Put MemoryHigh below MemoryMax, or at infinity.',
    );
  }
  return limits;
}
