import { pollUntil } from '../core/deadline.js';
import { hogStateFile, letLoose } from '../inject/hog.js';
import { roleOf } from '../inject/place.js';
import { hogStateSchema } from '../record/schema.js';
import type { OpenPlaces } from './places.js';
import type { Stage } from './stage.js';

/** A bystander's memory is small beside a hog's. */
const SEATED_MS = 60_000;

/** Gives each bystander of the plan its memory, one after the other, and its PID when it has it. @throws OomdrillError `HOG_START`, `TIMEOUT` */
export async function seatBystanders(
  { plan, machine, progress, signal }: Stage,
  places: OpenPlaces,
): Promise<{ name: string; pid: number }[]> {
  const seated: { name: string; pid: number }[] = [];
  if (plan.bystanders.length > 0) progress(`${plan.bystanders.length} bystanders take their memory`);
  for (const { shape, targetBytes } of plan.bystanders) {
    const cgroup = places.get(roleOf(shape.place))?.cgroup ?? plan.serving.cgroup;
    await letLoose(machine, shape, { cgroup, targetBytes }, signal);
    const holding = async () => {
      const { stdout } = await machine.exec(['cat', hogStateFile(shape.name)], { reason: 'a bystander', signal });
      const state = hogStateSchema.safeParse(stdout.trim() === '' ? undefined : JSON.parse(stdout));
      return state.success && state.data.state === 'holding' ? state.data.pid : undefined;
    };
    const wait = { reason: `the bystander ${shape.name} to have its memory`, timeoutMs: SEATED_MS, signal };
    seated.push({ name: `${shape.comm} (${shape.name})`, pid: await pollUntil(holding, wait, 200) });
  }
  return seated;
}
