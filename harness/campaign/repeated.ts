import type { PlannedDrill } from '../drill/plan.js';
import { preparationKey } from '../drill/preparation-key.js';

/** Tells which of these drills begin with what another one of them begins with too: with the same guest, prepared alike. */
export async function findRepeated(plans: readonly PlannedDrill[]): Promise<(plan: PlannedDrill) => boolean> {
  const keys = new Map<PlannedDrill, string>();
  for (const plan of new Set(plans)) keys.set(plan, await preparationKey(plan));
  const repeated = new Set(
    plans.filter((plan, index) => plans.some((other, at) => at !== index && keys.get(other) === keys.get(plan))),
  );
  return (plan) => repeated.has(plan);
}
