import { pollUntil } from '../core/deadline.js';
import { roleOf } from '../inject/place.js';
import type { OpenPlaces } from './places.js';
import type { Stage } from './stage.js';

/** A bystander is small compared with an injection, and holds soon. Milliseconds. */
const BYSTANDER_READY_MS = 60_000;

/**
 * Starts each bystander of the plan, one after the other, and gives its PID when it holds.
 *
 * @throws OomdrillError what starting one of its kind throws, `TIMEOUT`
 */
export async function startBystanders(
  { plan: { bystanders, serving, workload }, machine, progress, pace, signal }: Stage,
  places: OpenPlaces,
  serverPid: number,
): Promise<{ name: string; pid: number }[]> {
  const started: { name: string; pid: number }[] = [];
  if (bystanders.length > 0) progress(`${bystanders.length} bystanders start`);
  for (const { injection, plan } of bystanders) {
    const { name, comm, place } = injection;
    const opened = places.get(roleOf(place))?.cgroup;
    const cgroup = opened ?? serving.inner ?? serving.cgroup;
    const childOf = workload.isContainer && place === undefined ? serverPid : undefined;
    await plan.start(machine, { cgroup, limitingCgroup: opened ?? serving.cgroup, childOf }, signal);
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
