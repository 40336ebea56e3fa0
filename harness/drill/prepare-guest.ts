import type { Machine } from '../machine/machine.js';
import type { MachineCapabilities } from '../machine/provider.js';
import { buildWorkload, installBundle, installServer, makeAccounts } from './guest/install.js';
import { installSwap } from './guest/swap.js';
import type { PlannedDrill } from './plan.js';

/** What a guest is prepared for. */
export interface GuestPreparation {
  readonly plan: PlannedDrill;
  readonly capabilities: MachineCapabilities;
  /** A real installation of the server, in place of the stand-in. */
  readonly server: string | undefined;
}

/** Puts into the guest all that the drill needs there. @throws OomdrillError what the installers throw */
export async function prepareGuest(
  machine: Machine,
  { plan: { bundle, workload }, capabilities, server }: GuestPreparation,
  { workDir, signal }: { readonly workDir: string; readonly signal: AbortSignal },
): Promise<void> {
  await installBundle(machine, bundle, workload, { workDir, signal });
  await buildWorkload(machine, workload, signal);
  await installSwap(machine, bundle.manifest.host, signal);
  // Those of a host that is not ours are its owner's affair.
  if (capabilities.accounts) await makeAccounts(machine, workload, signal);
  if (server) await installServer(machine, workload.standIn, server, { workDir, signal });
}
