import { posix } from 'node:path';
import { type Bytes, parseBytes, renderBytes } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import { parseDockerSettings } from '../formats/docker-daemon.js';
import { isDelegation } from '../systemd/boolean.js';
import { readDefaultOomPolicy } from '../systemd/manager-conf.js';
import { parseMemoryValue } from '../systemd/memory-value.js';
import { expandSpecifiers } from '../systemd/specifiers.js';
import { Unit } from '../systemd/unit.js';
import { parseUnitFile } from '../systemd/unit-file.js';
import {
  defaultSlice,
  parseUnitName,
  sectionOfType,
  slicePath,
  type UnitName,
  userManagerCgroup,
  userManagerUnit,
} from '../systemd/unit-name.js';
import { type Manager, UnitSearch } from '../systemd/unit-search.js';
import { type Bundle, UNIT_DIR } from './bundle.js';
import type { ServingContainer } from './container.js';
import { managerOfServing } from './manifest.js';
import type { ServingPod } from './pod.js';
import { type NodeContainer, placeOnNode } from './pod-on-node.js';
import { checkQuadletOfUser, findQuadlet, type PodmanLimits, refuseQuadletInHome, servingQuadlet } from './quadlet.js';

/** A unit with the memory limits of its cgroup, as systemd reads it. */
export interface LimitedUnit {
  readonly unit: Unit;
  readonly limits: { readonly high: Bytes; readonly max: Bytes; readonly swapMax: Bytes };
  /**
   * Its own OOMPolicy, or the manager's default, or `continue` for a unit that manages its own cgroups
   * (systemd.service(5), `OOMPolicy=`). Undefined for a slice, which has none.
   */
  readonly oomPolicy: string | undefined;
  /** Whether the kernel kills all of it at once, where that is not by its OOMPolicy. */
  readonly killsAsGroup?: boolean;
  /** Path below the root of the cgroup hierarchy; empty for a user's scope, whose path is known only when it runs. */
  readonly cgroup: string;
  /** The user in whose own manager it is; undefined: it is the system's. */
  readonly uid?: number | undefined;
  /** Whether another than systemd wrote the limits into the cgroup's files, and systemd need not know them. */
  readonly isSetByRuntime?: boolean;
}

/** The serving unit. */
export interface ServingUnit extends LimitedUnit {
  readonly oomPolicy: string;
  /**
   * Inherited by every process of the unit that does not change it (systemd.exec(5), `OOMScoreAdjust=`); 0 by default.
   */
  readonly oomScoreAdjust: number;
  /** The slices above it, where their limits are not its owner's to write, and are proved with its own. */
  readonly above?: readonly LimitedUnit[] | undefined;
  /** What Podman itself limits, on the cgroup of a quadlet's processes: a limit besides that of its service. */
  readonly payload?: LimitedUnit | undefined;
  /** The cgroup of its processes where that is one below, as in a container; known when it runs. */
  readonly inner?: string | undefined;
}

/**
 * Resolves a slice: its file, if the bundle has one, and its drop-ins. A slice without files has no limits.
 *
 * @param full its name, such as `docker.slice` or `user-1000.slice`
 * @throws OomdrillError `UNIT_SYNTAX`, `MEMORY_VALUE`, `LIMITS_CONTRADICT`
 */
export function resolveSlice(bundle: Bundle, full: string): LimitedUnit {
  const name = parseUnitName(full);
  if (name?.type !== 'slice') throw usageError('BUNDLE_NO_SLICE', `"${full}" must be the name of a slice.`);
  const { pod } = bundle.manifest.serving;
  const files =
    pod && full.startsWith('kubepods') ? [...placeOnNode(bundle, pod).slices, ...bundle.files] : bundle.files;
  const unit = readUnit({ files }, 'system', name);
  const limits = readLimits(unit, 'Slice', parseBytes(bundle.manifest.host.memory));
  return { unit, limits, oomPolicy: undefined, cgroup: slicePath(full) };
}

/**
 * Resolves a scope that a program creates in its user's own manager, as tmux does for each pane. A scope has only
 * drop-ins.
 *
 * @param full its name, such as `tmux-spawn-1.scope`
 * @throws OomdrillError `UNIT_SYNTAX`, `MEMORY_VALUE`, `LIMITS_CONTRADICT`
 */
export function resolveUserScope(bundle: Bundle, full: string): LimitedUnit {
  const name = parseUnitName(full);
  if (name?.type !== 'scope') throw usageError('BUNDLE_NO_SCOPE', `"${full}" must be the name of a scope.`);
  const unit = readUnit(bundle, 'user', name);
  const limits = readLimits(unit, 'Scope', parseBytes(bundle.manifest.host.memory));
  const oomPolicy = unit.value('Scope', 'OOMPolicy')?.value ?? readDefaultOomPolicy(bundle.files, 'user');
  return { unit, limits, oomPolicy, cgroup: '' };
}

/**
 * The limits in effect for a unit: the smallest of its own, of what is inside of it, and those of every slice above it. A cgroup's limit applies
 * to all cgroups below it together (cgroup-v2.rst, "Memory"), so a runaway reaches the lowest first.
 */
export function computeEffectiveLimits(
  bundle: Bundle,
  {
    limits,
    cgroup,
    payload,
    above = resolveSlices(bundle, cgroup),
  }: LimitedUnit & Pick<ServingUnit, 'payload' | 'above'>,
): LimitedUnit['limits'] {
  const all = [limits, ...(payload ? [payload.limits] : []), ...above.map((each) => each.limits)];
  const min = (key: keyof LimitedUnit['limits']) => Math.min(...all.map((limits) => limits[key]));
  return { high: min('high'), max: min('max'), swapMax: min('swapMax') };
}

/** The slices of the system in a path of cgroups. */
const resolveSlices = (bundle: Bundle, cgroup: string): LimitedUnit[] =>
  cgroup
    .split('/')
    .filter((name) => name.endsWith('.slice'))
    .map((name) => resolveSlice(bundle, name));

/**
 * What is above a unit of a user's own manager: the user's slice and that manager, which are the system's, and the slices of that
 * manager (systemd.special(7), "UNITS MANAGED BY THE USER SERVICE MANAGER").
 */
function resolveAboveOfUser(bundle: Bundle, cgroup: string, uid: number): LimitedUnit[] {
  const root = userManagerCgroup(uid);
  const hostMemory = parseBytes(bundle.manifest.host.memory);
  const read = (manager: Manager, full: string, at: string): LimitedUnit => {
    const name = parseUnitName(full);
    if (!name) throw usageError('BUNDLE_NO_SLICE', `"${full}" must be the name of a slice.`);
    const unit = readUnit(bundle, manager, name);
    const limits = readLimits(unit, sectionOfType(name.type), hostMemory);
    return { unit, limits, oomPolicy: undefined, cgroup: at, uid: manager === 'user' ? uid : undefined };
  };
  const own = posix.dirname(cgroup.slice(root.length)).split('/').filter(Boolean);
  return [
    ...resolveSlices(bundle, root),
    read('system', userManagerUnit(uid), root),
    ...own.map((name) => read('user', name, `${root}${slicePath(name)}`)),
  ];
}

/**
 * Reads a unit from its own file, or the quadlet that it is made of, if it has one, and its drop-ins.
 *
 * @throws OomdrillError `UNIT_SYNTAX`, and those of `findQuadlet`
 */
export function readUnit(bundle: Pick<Bundle, 'files'>, manager: Manager, name: UnitName): Unit {
  const { main, dropIns } = new UnitSearch(bundle.files, [], manager).find(name.full);
  const parse = ({ path, text }: Bundle['files'][number]) => parseUnitFile(text, path);
  const quadlet = main ? undefined : findQuadlet(bundle, name.full, manager);
  const own = main ? [parse(main)] : (quadlet?.files ?? []);
  return new Unit(name.full, [...own, ...dropIns.map(parse)], manager);
}

/**
 * Resolves the bundle's serving unit: its file, or its template's, and its drop-ins.
 *
 * @throws OomdrillError `BUNDLE_NO_SERVING_UNIT`, `UNIT_SYNTAX`, `MEMORY_VALUE`, `LIMITS_CONTRADICT`
 */
export function resolveServingUnit(bundle: Bundle): ServingUnit {
  const { unit: full, uid, container, pod } = bundle.manifest.serving;
  if (container) return resolveContainer(bundle, container);
  if (pod) return resolvePod(bundle, pod);
  const name = full === undefined ? undefined : parseUnitName(full);
  if (full === undefined || !name?.prefix || name.instance === '') {
    throw usageError(
      'BUNDLE_NO_SERVING_UNIT',
      `bundle.json of ${bundle.name}: serving.unit must be a unit that can be started (got "${full}").`,
      'Name an instance, such as web@blue.service.',
    );
  }
  const manager = managerOfServing(bundle.manifest);
  const unit = readUnit(bundle, manager, name);
  const [main] = unit.files;
  if (!main || main.path.endsWith('.conf')) refuseQuadletInHome(bundle, full);
  if (uid !== undefined) checkQuadletOfUser(unit.files, full, uid);
  if (!main || main.path.endsWith('.conf'))
    throw usageError(
      'BUNDLE_NO_SERVING_UNIT',
      `The bundle ${bundle.name} has no unit file for its serving unit ${full}.`,
      `Add ${UNIT_DIR}/${name.file} to the bundle.`,
    );
  if (!unit.hasSection('Service')) throw usageError('BUNDLE_NO_SERVING_UNIT', `${main.path} has no [Service] section.`);
  if (unit.values('Service', 'ExecStart').length === 0)
    throw usageError('BUNDLE_NO_SERVING_UNIT', `${main.path} starts nothing: it has no ExecStart=.`);
  const slice = unit.value('Service', 'Slice')?.value;
  const podman = servingQuadlet(bundle)?.podman;
  const own = `${slicePath(slice === undefined ? defaultSlice(name, manager) : expandSpecifiers(slice, full))}/${full}`;
  const cgroup = uid === undefined ? own : `${userManagerCgroup(uid)}${own}`;
  return {
    unit,
    uid,
    above: uid === undefined ? undefined : resolveAboveOfUser(bundle, cgroup, uid),
    limits: readLimits(unit, 'Service', parseBytes(bundle.manifest.host.memory)),
    payload: podman && payloadOf(podman),
    oomScoreAdjust: Number(unit.value('Service', 'OOMScoreAdjust')?.value ?? DEFAULT_SCORES[manager]),
    oomPolicy: resolveOomPolicy(unit, bundle.files),
    cgroup,
  };
}

/**
 * A user's manager has 100, and gives what it starts 100 more (systemd, units/user@.service.in; src/core/main.c,
 * set_oom_score_adjust defaults of a user's manager; systemd-system.conf(5), `DefaultOOMScoreAdjust=`).
 */
const DEFAULT_SCORES: Readonly<Record<Manager, number>> = { system: 0, user: 200 };

/** The cgroup that Podman makes below that of the service (podman-run(1), `--cgroups=split`); its full name has an ID. */
const payloadOf = ({ max, swapMax }: PodmanLimits): LimitedUnit => ({
  unit: new Unit('libpod-payload', []),
  limits: { high: Number.POSITIVE_INFINITY, max, swapMax },
  oomPolicy: undefined,
  cgroup: '',
  isSetByRuntime: true,
});

/** The file in whose name a container's own settings are read. */
const MANIFEST = 'bundle.json';

/**
 * A container of Docker's as what it is to systemd: a scope with the limits that `docker run` was given, and drop-ins for all such
 * scopes below those (runc, libcontainer/cgroups/systemd). Its full name has its ID, which is known only when it runs.
 */
function resolveContainer(bundle: Bundle, container: ServingContainer): ServingUnit {
  const full = `docker-${container.name}.scope`;
  const name = parseUnitName(full);
  if (!name) throw usageError('BUNDLE_NO_SERVING_UNIT', `${container.name} cannot be the name of a container.`);
  const { files: dropIns } = readUnit(bundle, 'system', name);
  const unit = new Unit(full, [...dropIns, parseUnitFile(scopeOf(container), MANIFEST)]);
  const parent = container.cgroupParent ?? defaultParent(bundle) ?? 'system.slice';
  return {
    unit,
    limits: readLimits(unit, 'Scope', parseBytes(bundle.manifest.host.memory)),
    oomScoreAdjust: container.oomScoreAdj ?? 0,
    // runc has systemd delegate each scope (systemd.service(5), `OOMPolicy=`).
    oomPolicy: 'continue',
    cgroup: `${slicePath(parent)}/${full}`,
    isSetByRuntime: true,
  };
}

/** The container of a pod that serves, as what it is to systemd: a scope of containerd's in the slice of the pod. */
function resolvePod(bundle: Bundle, pod: ServingPod): ServingUnit {
  const { slice, slices, serving } = placeOnNode(bundle, pod);
  const full = `cri-containerd-${serving.written.name}.scope`;
  const unit = new Unit(full, [parseUnitFile(limitsOf(serving), pod.manifest)]);
  return {
    unit,
    limits: readLimits(unit, 'Scope', parseBytes(bundle.manifest.host.memory)),
    oomScoreAdjust: serving.oomScoreAdj,
    oomPolicy: 'continue',
    killsAsGroup: serving.killsAsGroup,
    isSetByRuntime: true,
    cgroup: `${slicePath(slice)}/${full}`,
    above: slices.map(({ path }) => resolveSlice(bundle, posix.basename(path))),
  };
}

/** What the kubelet has the runtime set: swap is forbidden wherever memory is limited (NoSwap, which is the default). */
function limitsOf({ max, high, protection }: NodeContainer): string {
  const lines = ['[Scope]'];
  if (max !== undefined) lines.push(`MemoryMax=${renderBytes(max)}`, 'MemorySwapMax=0');
  if (high !== undefined) lines.push(`MemoryHigh=${renderBytes(high)}`);
  if (protection) lines.push(`Memory${protection.file === 'min' ? 'Min' : 'Low'}=${protection.bytes}`);
  return `${lines.join('\n')}\n`;
}

/** What `docker run` makes of its options: of memory without swap, as much swap again (docker-run(1), `--memory-swap`). */
function scopeOf({ memory, memorySwap, memoryReservation }: ServingContainer): string {
  const lines = ['[Scope]'];
  if (memory !== undefined) lines.push(`MemoryMax=${memory}`);
  if (memory !== undefined && memorySwap !== '-1')
    lines.push(
      `MemorySwapMax=${memorySwap === undefined ? memory : renderBytes(parseBytes(memorySwap) - parseBytes(memory))}`,
    );
  if (memoryReservation !== undefined) lines.push(`MemoryLow=${memoryReservation}`);
  return `${lines.join('\n')}\n`;
}

/** The slice of all containers, by daemon.json (dockerd(8), `--cgroup-parent`). */
const defaultParent = ({ files }: Bundle): string | undefined =>
  parseDockerSettings(files.find(({ path }) => path === 'etc/docker/daemon.json')?.text ?? '').parent?.name;

/**
 * The OOMPolicy of a service: its own, `continue` for one that manages its own cgroups, or the manager's
 * (systemd.service(5)).
 *
 * @param files the files of the bundle, which may hold the manager's settings
 */
export function resolveOomPolicy(service: Unit, files: Bundle['files']): string {
  const own = service.value('Service', 'OOMPolicy')?.value;
  return (
    own ??
    (isDelegation(service.value('Service', 'Delegate')?.value)
      ? 'continue'
      : readDefaultOomPolicy(files, service.manager))
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
      `${path}:${line}: MemoryHigh=${value} lies above MemoryMax=${unit.value(section, 'MemoryMax')?.value}: it can never act.`,
      'Set MemoryHigh below MemoryMax, or to infinity.',
    );
  }
  return limits;
}
