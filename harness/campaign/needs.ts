import type { Bundle } from '../bundle/bundle.js';
import { MIB, renderBytes } from '../core/bytes.js';
import type { PlannedDrill } from '../drill/plan.js';
import { HEADROOM } from '../drill/scale.js';
import { own } from '../inject/memory-hog/target.js';
import type { DrillContext } from './context.js';
import { createHogScenario } from './hog-scenario.js';
import { specOf } from './on-machine.js';
import { createPlanner } from './planner.js';

/** What a host must have for any drill of a campaign. */
export interface HostNeeds {
  readonly cpus: number;
  readonly memoryBytes: number;
  /** The scale that was chosen here, where it is one for all. */
  readonly scale: number | undefined;
}

/** What these drills need, so many at a time. */
export function needsOf(plans: readonly PlannedDrill[], jobs: number): HostNeeds {
  const specs = plans.map((plan) => specOf('', plan));
  const scales = new Set(plans.map(({ scale }) => scale));
  const most = (values: readonly number[]) => Math.max(0, ...values) * jobs;
  return {
    cpus: Math.max(1, most(specs.map(({ cpus }) => cpus))),
    memoryBytes: Math.max(HEADROOM, most(specs.map(({ memoryBytes }) => memoryBytes + HEADROOM))),
    scale: scales.size === 1 ? [...scales][0] : undefined,
  };
}

/** What a drill of a bundle needs, whatever it asks of its limits. @throws OomdrillError those of `createPlanner` */
export async function findBundleNeeds(context: DrillContext, bundle: Bundle): Promise<HostNeeds> {
  const question = { name: 'needs', hypothesis: 'It fits.', target: own(renderBytes(MIB)) };
  const scenario = createHogScenario({ ...question, expect: { outcomes: ['contained'] } }, bundle, context.watchdog);
  const plan = await createPlanner(context);
  return needsOf([await plan(scenario, bundle)], context.jobs);
}
