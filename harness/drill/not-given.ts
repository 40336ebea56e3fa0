import { packagesOf, servesInContainer } from '../bundle/manifest.js';
import { parseBytes } from '../core/bytes.js';
import { machineError } from '../core/errors.js';
import type { ChosenMachine, MachineCapabilities } from '../machine/provider.js';
import { MACHINES, machinesThat } from '../machine/providers.js';
import { CAPABILITY_MISSING } from '../verdict/summarize.js';
import type { PlannedDrill } from './plan.js';

/**
 * Refuses a drill on a kind of machine that lacks a part of it: it would be another drill.
 *
 * @throws OomdrillError `CAPABILITY_MISSING`; the drill is then skipped
 */
export function refuseMissingParts(
  plan: Pick<PlannedDrill, 'bundle' | 'injections'>,
  { name, capabilities }: Pick<ChosenMachine, 'name' | 'capabilities'>,
  table = MACHINES,
): void {
  const missing = missingPartError(plan, capabilities);
  if (missing.length === 0) return;
  const wantsPackages = packagesOf(plan.bundle.manifest).length > 0;
  const others = machinesThat((other) => {
    // Whether a host of the user's own has them, its owner knows.
    const hasPackages = !wantsPackages || other.packages === 'installed';
    return hasPackages && missingPartError(plan, other).length === 0;
  }, table);
  throw machineError(
    CAPABILITY_MISSING,
    `The drill needs ${missing.join(' and ')}, which a machine of kind ${name} does not have.`,
    others === '' ? undefined : `Drill it on --machine ${others}.`,
  );
}

/** What a machine of these capabilities lacks for a drill, in words. */
function missingPartError(
  { bundle, injections }: Pick<PlannedDrill, 'bundle' | 'injections'>,
  capabilities: MachineCapabilities,
): string[] {
  const { host, sidecars = [] } = bundle.manifest;
  const packages = packagesOf(bundle.manifest);
  const missing: string[] = [];
  if (capabilities.packages === 'refused') missing.push(...packages.map((name) => `the package ${name}`));
  if (!capabilities.swap && parseBytes(host.swap) > 0) missing.push('swap');
  // Images and containers would stay on a host that is not ours.
  if (!capabilities.places && servesInContainer(bundle.manifest)) missing.push('a container that serves');
  for (const { injection } of injections) {
    if (!capabilities.places && injection.place) missing.push(`a ${injection.place.kind}`);
  }
  if (capabilities.sidecars === 'none') missing.push(...sidecars.map(({ unit }) => unit));
  return missing;
}
