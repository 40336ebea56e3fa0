import { type Bytes, formatBytes, parseBytes } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import { isQuadletFile } from '../formats/quadlet-kinds.js';
import { MEMORY_DIRECTIVES, NEVER_ZERO, parseMemoryValue } from '../systemd/memory-value.js';
import { OOM_DIRECTIVES } from '../systemd/oom-directives.js';
import { type Assignment, parseUnitFile, type UnitFile } from '../systemd/unit-file.js';
import { isUnitFile } from '../systemd/unit-search.js';
import type { Bundle } from './bundle.js';
import { checkContainer } from './container.js';
import { describeUnknownKey, nameLimit, nameOfServing } from './manifest.js';
import { MIN_HOST_BYTES } from './min-host.js';
import { servingQuadlet } from './quadlet.js';
import { computeEffectiveLimits, resolveServingUnit } from './serving.js';

/**
 * Checks that a bundle can be drilled, and returns warnings about values that are valid but odd.
 *
 * @throws OomdrillError naming file and line: `UNIT_SYNTAX`, `MEMORY_VALUE`, `UNIT_VALUE`, and the errors of
 *   `resolveServingUnit`
 */
export function checkBundle(bundle: Bundle): string[] {
  const memory = parseBytes(bundle.manifest.host.memory);
  for (const { path, text } of bundle.files.filter((file) => isUnitFile(file) || isQuadletFile(file)))
    checkUnitFile(parseUnitFile(text, path), memory);
  const { container, uid, unit } = bundle.manifest.serving;
  if (uid !== undefined && unit === undefined)
    throw usageError(
      'QUADLET_USER',
      `serving.uid of bundle.json is ${uid}, and no unit serves, but ${nameOfServing(bundle.manifest)}.`,
      'It is for the quadlets of users: leave it out.',
    );
  if (container) checkContainer(container, bundle.manifest.serving.port);
  checkArchive(bundle);
  const serving = resolveServingUnit(bundle);
  const { max } = computeEffectiveLimits(bundle, serving);
  const warnings = (bundle.unknownKeys ?? []).map((key) => `bundle.json: ${describeUnknownKey(key)}.`);
  warnings.push(...(bundle.leftOut ?? []));
  warnings.push(...(servingQuadlet(bundle)?.warnings ?? []));
  if (memory < MIN_HOST_BYTES)
    warnings.push(
      `bundle.json: a host of ${formatBytes(memory)} is too small to drill: it must have at least ${formatBytes(MIN_HOST_BYTES)} of memory.`,
    );
  if (container && max === Number.POSITIVE_INFINITY)
    warnings.push(
      `The container ${container.name} has no limit of memory: it ends where the ${formatBytes(memory)} of the host end.`,
    );
  else if (max >= memory)
    warnings.push(
      `${nameOfServing(bundle.manifest)}: ${nameLimit(bundle.manifest, max)} is not below the host's ${formatBytes(memory)}: the host runs out of memory before the ${container ? 'container' : 'unit'} does.`,
    );
  return warnings;
}

/** @throws OomdrillError `BUNDLE_NO_IMAGE` */
function checkArchive({ manifest: { serving }, root }: Bundle): void {
  const archive = ((serving.container ?? serving.pod)?.image ?? serving.image)?.archive;
  if (archive === undefined || root?.paths.includes(archive)) return;
  throw usageError(
    'BUNDLE_NO_IMAGE',
    `bundle.json names the archive ${archive}, and there is no root/${archive}.`,
    `Put it there: docker save IMAGE --output root/${archive}.`,
  );
}

/**
 * Rejects values that systemd would only log and ignore.
 *
 * @throws OomdrillError naming file and line: `MEMORY_VALUE`, `UNIT_VALUE`
 */
export function checkUnitFile({ path, sections }: UnitFile, hostMemory: Bytes): void {
  for (const item of sections.flatMap(({ items }) => items)) {
    if (item.kind !== 'assignment' || item.value === '') continue;
    if (MEMORY_DIRECTIVES.has(item.key)) checkMemoryValue(item, path, hostMemory);
    else checkKeyword(item, path);
  }
}

function checkMemoryValue({ key, value, line }: Assignment, path: string, memory: number): void {
  if (parseMemoryValue(value, memory, { path, line, key }) > 0 || !NEVER_ZERO.has(key)) return;
  throw usageError(
    'MEMORY_VALUE',
    `${path}:${line}: ${key}= must be above zero (got ${value}): systemd ignores this line.`,
    'Set an amount above zero, or infinity.',
  );
}

const VALID_KEYWORDS: Readonly<Record<string, RegExp>> = OOM_DIRECTIVES;

function checkKeyword({ key, value, line }: Assignment, path: string): void {
  if (VALID_KEYWORDS[key]?.test(value) !== false) return;
  throw usageError(
    'UNIT_VALUE',
    `${path}:${line}: ${key}=${value} is not a valid value: systemd ignores this line.`,
    `Look up ${key}= in its manual page (systemd.directives(7)).`,
  );
}
