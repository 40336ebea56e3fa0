import { renderBytes } from '../../core/bytes.js';
import { usageError } from '../../core/errors.js';
import { parseLimit } from '../../systemd/show.js';
import { parseUnitName } from '../../systemd/unit-name.js';
import { type Bundle, type BundleFile, UNIT_DIR } from '../bundle.js';
import { nameOfServing } from '../manifest.js';
import {
  describeMissingEnvironment,
  describeProgram,
  describeUnsetVariables,
  isInTheGuest,
  listUnitNeeds,
} from '../needs.js';
import { resolveServingUnit } from '../serving.js';
import { guestPackage } from './guest-package.js';
import type { CapturedKind } from './kind.js';
import { CAPTURE_AGAIN, type CaptureStream, type EnvironmentFile } from './stream.js';

/** The unit of a capture. @throws OomdrillError `CAPTURE_STREAM` if it is of no service */
export function captureUnit(stream: CaptureStream): CapturedKind {
  const { facts, ports, shown } = stream;
  const unit = nameUnit(stream);
  const program = facts.program ?? '';
  return {
    name: unit,
    title: unit,
    starter: 'its unit',
    program,
    serving: { unit },
    ports,
    packages: facts.package && !isInTheGuest(program) ? [guestPackage(program, unit, facts.package)] : undefined,
    files: () => [],
    pin: (bundle) => ({ ...bundle, files: [...bundle.files, ...pinEffective(bundle, shown)] }),
    needs: (bundle) => listNeeds(stream, bundle),
    choices: () => [],
  };
}

/**
 * The unit that was captured, by its own name where it was asked for by another.
 *
 * @throws OomdrillError `CAPTURE_STREAM` if it is not a service: its name becomes that of files
 */
function nameUnit({ shown, facts }: CaptureStream): string {
  const unit = shown.Id ?? facts.unit ?? '';
  const name = parseUnitName(unit);
  if (name?.type === 'service' && name.instance !== '') return unit;
  throw usageError('CAPTURE_STREAM', `The capture must be of a service (got ${JSON.stringify(unit)}).`, CAPTURE_AGAIN);
}

/**
 * A drop-in for settings in effect on the host that do not follow from the unit's own files: defaults of system.conf,
 * percentages of its memory.
 */
function pinEffective(bundle: Bundle, shown: CaptureStream['shown']): BundleFile[] {
  const { limits, oomPolicy } = resolveServingUnit(bundle);
  const lines: string[] = [];
  for (const [key, read] of [
    ['MemoryHigh', limits.high],
    ['MemoryMax', limits.max],
    ['MemorySwapMax', limits.swapMax],
  ] as const) {
    const inEffect = parseLimit(shown[key] ?? '');
    if (inEffect !== undefined && inEffect !== read) lines.push(`${key}=${renderBytes(inEffect)}`);
  }
  if (shown.OOMPolicy && shown.OOMPolicy !== oomPolicy) lines.push(`OOMPolicy=${shown.OOMPolicy}`);
  if (lines.length === 0) return [];
  const text = ['# In effect on the host, whatever the other files say.', '[Service]', ...lines, ''].join('\n');
  return [{ path: `${UNIT_DIR}/${nameOfServing(bundle.manifest)}.d/zz-captured.conf`, text }];
}

function listNeeds(stream: CaptureStream, bundle: Bundle): string[] {
  const { facts, environmentFiles, files } = stream;
  const text = files.map((file) => file.text).join('\n');
  const needs: string[] = [];
  const program = describeProgram(
    { path: facts.program ?? '', debianPackage: bundle.manifest.packages?.[0] || facts.package || 'none' },
    text,
  );
  if (program !== undefined) needs.push(program);
  for (const file of environmentFiles) if (!file.optional) needs.push(describeEnvironment(file));
  needs.push(...listUnitNeeds(text, bundle.files));
  const { unit } = bundle.manifest.serving;
  if (unit !== facts.unit) needs.push(`${facts.unit} is another name of ${unit}.`);
  return needs;
}

function describeEnvironment({ path, names }: EnvironmentFile): string {
  if (!path.startsWith('/etc/')) return describeMissingEnvironment(path);
  return describeUnsetVariables(path, names);
}
