import { anyOf } from '../core/any-of.js';
import { parseBytes } from '../core/bytes.js';
import { OomdrillError, usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import { setDirective } from '../systemd/directive.js';
import { parseMemoryValue } from '../systemd/memory-value.js';
import { Unit } from '../systemd/unit.js';
import { parseUnitFile, renderUnitFile } from '../systemd/unit-file.js';
import type { Bundle } from './bundle.js';
import { checkUnitFile } from './check.js';
import { oomPolicyOf, readLimits, servingUnit } from './serving.js';

/** Values for a bundle's serving unit and its host, as texts in systemd's notation; what is absent stays as it is. */
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

/**
 * A bundle with other values: each is written where the value that counts now is, or into the unit's own file.
 *
 * @throws OomdrillError `VALUE_INVALID` that names the value by its flag
 */
export function withValues(bundle: Bundle, values: LimitValues): Bundle {
  const { host } = bundle.manifest;
  const memory = values.hostMemory ?? host.memory;
  checkValues(values, memory);
  let files = bundle.files;
  const { unit } = servingUnit(bundle);
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
  const manifest = { ...bundle.manifest, host: { ...host, memory, swap: values.swap ?? host.swap } };
  return { ...bundle, manifest, files };
}

/**
 * The values that a unit file sets, and systemd's defaults for those that it does not (systemd.resource-control(5), systemd.service(5)).
 *
 * @param base the bundle that they are for, whose host and settings of systemd itself count
 * @throws OomdrillError `UNIT_SYNTAX`, `UNIT_NOT_A_SERVICE`, and naming file and line `MEMORY_VALUE`, `UNIT_VALUE`,
 *   `LIMITS_CONTRADICT`
 */
export function readLimitValues(text: string, path: string, base: Bundle): LimitValues {
  const file = parseUnitFile(text, path);
  const unit = new Unit(path, [file]);
  if (!unit.hasSection('Service'))
    throw usageError('UNIT_NOT_A_SERVICE', `${path} has no [Service] section.`, 'Name a service, or a bundle.');
  const hostMemory = parseBytes(base.manifest.host.memory);
  checkUnitFile(file, hostMemory);
  readLimits(unit, 'Service', hostMemory);
  const value = (key: string, otherwise: string) => unit.value('Service', key)?.value ?? otherwise;
  return {
    memoryHigh: value('MemoryHigh', 'infinity'),
    memoryMax: value('MemoryMax', 'infinity'),
    memorySwapMax: value('MemorySwapMax', 'infinity'),
    oomPolicy: oomPolicyOf(unit, base.files),
  };
}

const LIMIT = 'be a size above 0 such as 16G, a percentage up to 100%, or infinity';
const POLICIES = ['continue', 'stop', 'kill'];

/** @throws OomdrillError `VALUE_INVALID` */
function checkValues(values: LimitValues, hostMemory: string): void {
  const readAs = (
    flag: string,
    value: string | undefined,
    read: (text: string) => number,
    min: number,
    must = LIMIT,
  ) => {
    if (value === undefined) return;
    try {
      if (read(value) >= min) return;
    } catch (thrown) {
      if (!(thrown instanceof OomdrillError)) throw thrown;
    }
    throw mustError('VALUE_INVALID', flag, must, value);
  };
  const finite = (text: string) => (text === 'infinity' ? Number.NaN : parseBytes(text));
  readAs('--host-memory', hostMemory, finite, 1, 'be a size above 0, such as 16G');
  readAs('--swap', values.swap, finite, 0, 'be a size such as 16G, or 0');
  const limit = (text: string) => parseMemoryValue(text, parseBytes(hostMemory), { path: '', line: 0, key: '' });
  // Zero is no limit to systemd, but for swap.
  readAs('--memory-high', values.memoryHigh, limit, 1);
  readAs('--memory-max', values.memoryMax, limit, 1);
  readAs(
    '--memory-swap-max',
    values.memorySwapMax,
    limit,
    0,
    'be 0, a size such as 16G, a percentage up to 100%, or infinity',
  );
  const { oomPolicy } = values;
  if (oomPolicy !== undefined && !POLICIES.includes(oomPolicy))
    throw mustError('VALUE_INVALID', '--oom-policy', `be ${anyOf(POLICIES)}`, oomPolicy);
}
