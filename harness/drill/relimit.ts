import type { Bundle } from '../bundle/bundle.js';
import { readLimits, readUnit, resolveOomPolicy } from '../bundle/serving.js';
import { parseBytes, renderBytes } from '../core/bytes.js';
import type { OomdrillError } from '../core/errors.js';
import type { GuestShell } from '../machine/machine.js';
import { run } from '../machine/run.js';
import { parseUnitName, sectionOfType } from '../systemd/unit-name.js';

/** A unit that runs, and an assignment that has systemd write all its limits of memory to the kernel. */
interface Relimited {
  readonly unit: string;
  readonly assignment: string;
}

/** Those of the units that run whose limits of memory another bundle sets to other values, or what becomes of them after an OOM kill. */
export function listRelimited(from: Bundle, to: Bundle, running: readonly string[]): Relimited[] {
  return running.flatMap((unit) => {
    const [before, after] = [from, to].map((bundle) => memorySettings(bundle, unit));
    if (after === undefined || before?.text === after.text) return [];
    return { unit, assignment: `MemoryMax=${Number.isFinite(after.max) ? renderBytes(after.max) : 'infinity'}` };
  });
}

/** What a bundle sets of a unit's memory. */
function memorySettings(bundle: Bundle, full: string) {
  const name = parseUnitName(full);
  if (!name) return undefined;
  const unit = readUnit(bundle, 'system', name);
  const limits = readLimits(unit, sectionOfType(name.type), parseBytes(bundle.manifest.host.memory));
  const policy = name.type === 'service' ? resolveOomPolicy(unit, bundle.files) : '';
  return { max: limits.max, text: [limits.high, limits.max, limits.swapMax, policy].join() };
}

/** Names of the slices that are there, one a line. */
export const LIST_SLICES = ['systemctl', 'list-units', '--type=slice', '--state=active', '--plain', '--no-legend'];

/**
 * At a daemon-reload systemd (257) reads other limits of what runs, and shows them, but writes them to the kernel only when it has something
 * else to write there. A property that is set is written at once, with all others that are of memory (systemctl(1), `set-property`).
 *
 * @throws OomdrillError what `orThrow` makes of systemd's words
 */
export async function applyLimits(
  machine: GuestShell,
  relimited: readonly Relimited[],
  signal: AbortSignal,
  orThrow: (words: string) => OomdrillError,
): Promise<void> {
  if (relimited.length === 0) return;
  const script = 'while [ $# -gt 0 ]; do systemctl set-property --runtime "$1" "$2" || exit; shift 2; done';
  const words = relimited.flatMap(({ unit, assignment }) => [unit, assignment]);
  await run(machine, ['sh', '-c', script, 'sh', ...words], { reason: 'the limits of what runs', signal, orThrow });
}
