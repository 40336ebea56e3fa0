import type { PlannedDrill } from '../drill/plan.js';
import { preparationKey } from '../drill/preparation-key.js';
import type { DrillContext } from './context.js';

/**
 * Tells which of these drills begin with what another one of them begins with too: with the same guest, prepared alike. None, where
 * all begin with nothing.
 */
export async function findRepeated(
  plans: readonly PlannedDrill[],
  { fromNothing }: Pick<DrillContext, 'fromNothing'>,
): Promise<(plan: PlannedDrill) => boolean> {
  if (fromNothing) return () => false;
  const keyOf = new Map<PlannedDrill, string>();
  for (const plan of new Set(plans)) keyOf.set(plan, await preparationKey(plan));
  const keys = plans.map((plan) => keyOf.get(plan));
  return (plan) => keys.indexOf(keyOf.get(plan)) !== keys.lastIndexOf(keyOf.get(plan));
}
