import { pollUntil } from '../core/deadline.js';
import { type OpenPlaces, spotOf } from './places.js';
import type { Stage } from './stage.js';

/** A bystander is small compared with an injection, and holds soon. Milliseconds. */
const BYSTANDER_READY_MS = 60_000;

/**
 * Starts each bystander of the plan, one after the other, and gives its PID when it holds.
 *
 * @throws OomdrillError what starting one of its kind throws, `TIMEOUT`
 */
export async function startBystanders(
  { plan: planned, machine, progress, pace, signal }: Stage,
  standing: { readonly places: OpenPlaces; readonly serverPid: number },
): Promise<{ name: string; pid: number }[]> {
  const { bystanders } = planned;
  const started: { name: string; pid: number }[] = [];
  if (bystanders.length > 0) progress(`${bystanders.length} bystanders start`);
  for (const { injection, plan } of bystanders) {
    const { name, comm } = injection;
    await plan.start(machine, spotOf(planned, standing, injection), signal);
    const holding = async () => {
      const { stdout } = await machine.exec(['cat', plan.stateFile], { reason: 'a bystander', signal });
      const seen = plan.readProgress(stdout);
      return seen?.state === 'holding' ? seen.pid : undefined;
    };
    const wait = { reason: `the bystander ${name} to hold`, timeoutMs: pace.stretch(BYSTANDER_READY_MS), signal };
    started.push({ name: `${comm} (${name})`, pid: await pollUntil(holding, wait, 200) });
  }
  return started;
}
