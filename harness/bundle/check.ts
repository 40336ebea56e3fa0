import { formatBytes, parseBytes } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import { MEMORY_DIRECTIVES, parseMemoryValue } from '../systemd/memory-value.js';
import { OOM_DIRECTIVES } from '../systemd/oom-directives.js';
import { parseUnitFile } from '../systemd/unit-file.js';
import { type Bundle, type BundleFile, isUnitFile } from './bundle.js';
import { servingUnit, sliceOf } from './serving.js';

/** Limits that systemd refuses at zero, with a line in the journal and no limit set (systemd.resource-control(5)). */
const NEVER_ZERO: ReadonlySet<string> = new Set(['MemoryHigh', 'MemoryMax', 'StartupMemoryHigh', 'StartupMemoryMax']);

/**
 * Checks that a bundle says something that can be drilled, and gives warnings about what is legal but odd.
 *
 * @throws OomdrillError naming file and line: `UNIT_SYNTAX`, `MEMORY_VALUE`, `UNIT_VALUE`, and what `servingUnit` throws
 */
export function checkBundle(bundle: Bundle): string[] {
  const memory = parseBytes(bundle.manifest.host.memory);
  for (const file of bundle.files.filter(isUnitFile)) {
    checkMemoryValues(file, memory);
    checkWords(file);
  }
  const { limits, unit, cgroup } = servingUnit(bundle);
  // A cap of a slice above it holds for the unit too (systemd.resource-control(5)).
  const slices = cgroup.split('/').filter((name) => name.endsWith('.slice'));
  const max = Math.min(limits.max, ...slices.map((name) => sliceOf(bundle, name).limits.max));
  if (max < memory) return [];
  return [
    `${unit.name}: MemoryMax=${formatBytes(max)} is not below the host's ${formatBytes(memory)}: the host runs out before the unit does.`,
  ];
}

function checkMemoryValues(file: BundleFile, memory: number): void {
  for (const { items } of parseUnitFile(file.text, file.path).sections) {
    for (const item of items) {
      if (item.kind !== 'assignment' || item.value === '' || !MEMORY_DIRECTIVES.has(item.key)) continue;
      const { key, value, line } = item;
      if (parseMemoryValue(value, memory, { path: file.path, line, key }) > 0 || !NEVER_ZERO.has(key)) continue;
      throw usageError(
        'MEMORY_VALUE',
        `${file.path}:${line}: ${key}=${value} is no limit to systemd, which ignores it.`,
        'Give an amount above zero, or infinity.',
      );
    }
  }
}

const TAKES: Readonly<Record<string, RegExp>> = OOM_DIRECTIVES;

function checkWords(file: BundleFile): void {
  for (const { items } of parseUnitFile(file.text, file.path).sections) {
    for (const item of items) {
      if (item.kind !== 'assignment' || item.value === '' || TAKES[item.key]?.test(item.value) !== false) continue;
      throw usageError(
        'UNIT_VALUE',
        `${file.path}:${item.line}: ${item.key}=${item.value} is no value to systemd, which ignores it.`,
        `See the manual for ${item.key}=.`,
      );
    }
  }
}
