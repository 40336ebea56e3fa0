import type { Bundle } from '../bundle/bundle.js';
import { withoutOptionalSidecars } from '../drill/optional-sidecars.js';
import { type PlannedDrill, planDrill } from '../drill/plan.js';
import type { Scenario } from '../drill/scenario.js';
import type { DrillContext } from './context.js';

/** Plans a scenario on its own bundle, or on the given one. */
export type Planner = (scenario: Scenario, bundle?: Bundle) => Promise<PlannedDrill>;

/**
 * Creates a planner of scenarios for the machine of this context.
 *
 * @throws OomdrillError those of the machine's `room`; the planner itself throws those of `loadShippedBundle` and `planDrill`
 */
export async function createPlanner(context: DrillContext): Promise<Planner> {
  const { scale, watchdog, load, machine, tables } = context;
  const room = await machine.room(context);
  return async (scenario, bundle) => {
    const own = bundle ?? (await scenario.bundle.load());
    const drilled = withoutOptionalSidecars(scenario, own, machine.capabilities.sidecars);
    return planDrill(drilled.scenario, drilled.bundle, { scale, room, watchdog, load, ...tables });
  };
}
