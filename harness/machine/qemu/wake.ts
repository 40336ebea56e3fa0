import { machineError } from '../../core/errors.js';
import { GUEST_RUN_DIR } from '../guest-paths.js';
import { run } from '../run.js';
import type { GuestAgent } from './guest-agent.js';

/**
 * Waits until a guest answers, sets its clock, which in one from a snapshot stands at the time of the snapshot, and hands it the run's
 * public key.
 *
 * @throws OomdrillError `GUEST_SILENT` at the deadline, `GUEST_WAKE`, `QEMU_GONE` where QEMU closes the port
 */
export async function wake(
  agent: GuestAgent,
  publicKey: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  await agent.answer(timeoutMs, signal);
  const setClock = run(agent, ['date', '--set', `@${(Date.now() / 1000).toFixed(3)}`], {
    reason: "the guest's clock to be set",
    signal,
    orThrow: (words) => machineError('GUEST_WAKE', `The clock of the guest could not be set: ${words}.`),
  });
  await Promise.all([setClock, agent.write(`${GUEST_RUN_DIR}/authorized_keys`, `${publicKey}\n`, signal)]);
}
