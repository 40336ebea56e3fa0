import { anyOf } from '../core/any-of.js';
import { type Bytes, formatBytes, parseBytes, SIZE_HINT } from '../core/bytes.js';
import { OomdrillError, usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import { setDirective } from '../systemd/directive.js';
import { parseMemoryValue } from '../systemd/memory-value.js';
import { Unit } from '../systemd/unit.js';
import { parseUnitFile, renderUnitFile } from '../systemd/unit-file.js';
import type { Bundle } from './bundle.js';
import { checkUnitFile } from './check.js';
import { refuseForPod } from './pod.js';
import { servingQuadlet } from './quadlet.js';
import { requireInEffect } from './read-back.js';
import { readLimits, resolveOomPolicy, resolveServingUnit } from './serving.js';
import { withSettings } from './with-settings.js';

/**
 * Values for a bundle's serving unit and its host, in systemd's notation; an undefined one leaves the bundle as it is.
 */
export interface LimitValues {
  readonly memoryHigh?: string;
  readonly memoryMax?: string;
  readonly memorySwapMax?: string;
  readonly oomPolicy?: string;
  readonly hostMemory?: string;
  readonly swap?: string;
}

const DIRECTIVES = {
  memoryHigh: 'MemoryHigh',
  memoryMax: 'MemoryMax',
  memorySwapMax: 'MemorySwapMax',
  oomPolicy: 'OOMPolicy',
} as const;

/** Names a limit by where it was given: `--memory-high 20G`, `MemoryHigh=20G in web.service`. */
export type NameLimit = (name: 'memoryHigh' | 'memoryMax', value: string) => string;

const nameByFlag: NameLimit = (name, value) => `${name === 'memoryHigh' ? '--memory-high' : '--memory-max'} ${value}`;

/**
 * A bundle with other values: each replaces the value in effect where that is set, or goes into the unit's own file, or among the
 * options of the container.
 *
 * @param nameLimit names a limit in errors; by default its flag
 * @throws OomdrillError `VALUE_INVALID` that names the value by its flag, `LIMITS_CONTRADICT` that names both limits,
 *   `UNIT_READ_BACK` for a value that would not be in effect, `CONTAINER_VALUE` for one that a container cannot have,
 *   `POD_SETTINGS` for a limit of a pod
 */
export function withValues(bundle: Bundle, values: LimitValues, nameLimit: NameLimit = nameByFlag): Bundle {
  const { host, serving } = bundle.manifest;
  const set = Object.entries(DIRECTIVES).filter(([name]) => values[name as keyof typeof DIRECTIVES] !== undefined);
  if (serving.pod)
    refuseForPod(
      serving.pod,
      set.map(([, key]) => `${key}=`),
    );
  const memory = values.hostMemory ?? host.memory;
  checkValues(values, memory);
  const onHost = {
    ...bundle,
    manifest: { ...bundle.manifest, host: { ...host, memory, swap: values.swap ?? host.swap } },
  };
  const { container } = bundle.manifest.serving;
  const candidate = container ? withContainerValues(onHost, container.name, values) : withUnitValues(onHost, values);
  const { memoryHigh, memoryMax } = values;
  if (memoryHigh !== undefined || memoryMax !== undefined) {
    const { limits } = resolveServingUnit(bundle);
    const inBundle = (key: string, bytes: Bytes) => `${key}=${formatBytes(bytes)} of the bundle ${bundle.name}`;
    checkAgreement(candidate, {
      high: memoryHigh === undefined ? inBundle('MemoryHigh', limits.high) : nameLimit('memoryHigh', memoryHigh),
      max: memoryMax === undefined ? inBundle('MemoryMax', limits.max) : nameLimit('memoryMax', memoryMax),
    });
  }
  return candidate;
}

/** Sets them where the unit has them, or in its own file. @throws OomdrillError `UNIT_READ_BACK` */
function withUnitValues(bundle: Bundle, values: LimitValues): Bundle {
  let { files } = bundle;
  const { unit } = resolveServingUnit(bundle);
  for (const [name, key] of Object.entries(DIRECTIVES)) {
    const value = values[name as keyof typeof DIRECTIVES];
    if (value === undefined) continue;
    const place = unit.assignments('Service', key).at(-1)?.path ?? unit.files[0]?.path;
    files = files.map((file) =>
      file.path === place
        ? {
            path: file.path,
            text: renderUnitFile(setDirective(parseUnitFile(file.text, file.path), 'Service', key, value)),
          }
        : file,
    );
  }
  refuseAbovePodman(bundle, unit.name, values.memoryMax);
  for (const [name, key] of Object.entries(DIRECTIVES)) {
    const asked = values[name as keyof typeof DIRECTIVES];
    if (asked !== undefined) requireInEffect({ files }, unit, { section: 'Service', key, asked });
  }
  return { ...bundle, files };
}

/** @throws OomdrillError `CONTAINER_VALUE` for a limit above that which Podman itself sets inside of the service */
function refuseAbovePodman(bundle: Bundle, service: string, memoryMax: string | undefined): void {
  const podman = memoryMax === undefined ? undefined : servingQuadlet(bundle)?.podman;
  if (!podman || memoryMax === undefined) return;
  const { written, at, max } = podman;
  const hostMemory = parseBytes(bundle.manifest.host.memory);
  if (parseMemoryValue(memoryMax, hostMemory, { path: '', line: 0, key: '' }) <= max) return;
  throw usageError(
    'CONTAINER_VALUE',
    `MemoryMax=${memoryMax} of ${service} would never act: ${written} limits its container to less.`,
    `Change ${at.path}:${at.line} instead.`,
  );
}

/** Sets the options of `docker run`, and what has none in a drop-in for its scope. @throws OomdrillError `CONTAINER_VALUE` */
function withContainerValues(bundle: Bundle, name: string, { oomPolicy, ...values }: LimitValues): Bundle {
  if (oomPolicy !== undefined)
    throw usageError(
      'CONTAINER_VALUE',
      `A container has no OOMPolicy= (got ${oomPolicy} for ${name}): Docker has systemd leave its scope alone.`,
      'What follows the kill of its first process is its restart policy: restart of serving.container.',
    );
  const limits = [
    ['MemoryHigh', values.memoryHigh],
    ['MemoryMax', values.memoryMax],
    ['MemorySwapMax', values.memorySwapMax],
  ] as const;
  const set = Object.fromEntries(limits.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
  return withSettings(bundle, set);
}

/**
 * Checks that a bundle with given limits does not contradict itself. Its files do not show where a limit was given.
 *
 * @param named the limits by where they were given
 * @throws OomdrillError `LIMITS_CONTRADICT`
 */
function checkAgreement(candidate: Bundle, named: { readonly high: string; readonly max: string }): void {
  try {
    resolveServingUnit(candidate);
  } catch (thrown) {
    if (!(thrown instanceof OomdrillError) || thrown.code !== 'LIMITS_CONTRADICT') throw thrown;
    const message = `${named.high} lies above ${named.max}: it can never act.`;
    throw usageError('LIMITS_CONTRADICT', message, thrown.hint, thrown);
  }
}

/**
 * Reads the values that a unit file sets, with systemd's defaults for the others (systemd.resource-control(5),
 * systemd.service(5)).
 *
 * @param base the bundle that the values are for; its host and its settings of systemd apply
 * @throws OomdrillError `UNIT_SYNTAX`, `UNIT_NOT_A_SERVICE`, and naming file and line `MEMORY_VALUE`, `UNIT_VALUE`,
 *   `LIMITS_CONTRADICT`
 */
export function readLimitValues(text: string, path: string, base: Bundle): LimitValues {
  const file = parseUnitFile(text, path);
  const unit = new Unit(path, [file]);
  if (!unit.hasSection('Service'))
    throw usageError(
      'UNIT_NOT_A_SERVICE',
      `${path} has no [Service] section.`,
      'Name the unit file of a service, or a bundle.',
    );
  const hostMemory = parseBytes(base.manifest.host.memory);
  checkUnitFile(file, hostMemory);
  readLimits(unit, 'Service', hostMemory);
  const value = (key: string, byDefault: string) => unit.value('Service', key)?.value ?? byDefault;
  return {
    memoryHigh: value('MemoryHigh', 'infinity'),
    memoryMax: value('MemoryMax', 'infinity'),
    memorySwapMax: value('MemorySwapMax', 'infinity'),
    oomPolicy: resolveOomPolicy(unit, base.files),
  };
}

const LIMIT = 'be a size above 0 such as 16G, a percentage up to 100%, or infinity';
const POLICIES = ['continue', 'stop', 'kill'];

/** @throws OomdrillError `VALUE_INVALID` */
export function checkValues(values: LimitValues, hostMemory: string): void {
  const check = (
    flag: string,
    value: string | undefined,
    parse: (text: string) => number,
    min: number,
    must = LIMIT,
  ) => {
    if (value === undefined) return;
    try {
      if (parse(value) >= min) return;
    } catch (thrown) {
      if (!(thrown instanceof OomdrillError)) throw thrown;
    }
    throw mustError('VALUE_INVALID', flag, must, value, SIZE_HINT);
  };
  const parseSize = (text: string) => (text === 'infinity' ? Number.NaN : parseBytes(text));
  check('--host-memory', hostMemory, parseSize, 1, 'be a size above 0, such as 16G');
  check('--swap', values.swap, parseSize, 0, 'be a size such as 16G, or 0');
  const parseLimit = (text: string) => parseMemoryValue(text, parseBytes(hostMemory), { path: '', line: 0, key: '' });
  // systemd ignores a limit of zero, except for swap.
  check('--memory-high', values.memoryHigh, parseLimit, 1);
  check('--memory-max', values.memoryMax, parseLimit, 1);
  check(
    '--memory-swap-max',
    values.memorySwapMax,
    parseLimit,
    0,
    'be 0, a size such as 16G, a percentage up to 100%, or infinity',
  );
  const { oomPolicy } = values;
  if (oomPolicy !== undefined && !POLICIES.includes(oomPolicy))
    throw mustError('VALUE_INVALID', '--oom-policy', `be ${anyOf(POLICIES)}`, oomPolicy);
}
