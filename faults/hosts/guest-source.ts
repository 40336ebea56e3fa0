import t from 'tap';
import { GUEST_SPEC } from '../../bench/guest-spec.js';
import { Ledger } from '../../harness/machine/ledger.js';
import type { MachineSource } from '../../harness/machine/machine.js';
import { chooseMachine, DEFAULT_MACHINE } from '../../harness/machine/providers.js';

/** Guests with nothing of a drill on them, of the size that most drills have: 1/8 of the incident's host. */
export async function createGuestSource(signal: AbortSignal): Promise<{ source: MachineSource; ledger: Ledger }> {
  const ledger = await Ledger.open();
  const context = { ledger, progress: (line: string) => t.comment(line), signal };
  return { source: await chooseMachine(DEFAULT_MACHINE).source(GUEST_SPEC, context), ledger };
}
