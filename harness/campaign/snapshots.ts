import { MADE_LATER, type SnapshotsToMake } from '../drill/begin.js';
import type { PlannedDrill } from '../drill/plan.js';
import { grownKey, preparationKey } from '../drill/preparation-key.js';
import type { DrillContext } from './context.js';

/** So many drills must have a grown hog in common: to make a snapshot of it takes about as long as it spares three to seven of them. */
const MIN_GROWN = 8;

/** Of drills of one bundle, whose next one is not known before the last is over. */
export const MADE_FOR_MANY: SnapshotsToMake = { settled: 'now', grown: 'second-time' };

/** Of drills that begin with the same server, and not with the same hog. */
export const MADE_FOR_SERVER: SnapshotsToMake = { settled: 'now', grown: 'never' };

/** Of a drill whose machine is kept: a server that does not start is to be looked at there, and not in one that is only saved. */
const NEVER_MADE: SnapshotsToMake = { settled: 'never', grown: 'never' };

/**
 * Tells which snapshots are worth making for each of these drills: one in which the server has settled, where another one of them
 * begins with it too; and one in which the hog sleeps as well, where several do.
 */
export async function planSnapshots(
  plans: readonly PlannedDrill[],
  { fromNothing, keep }: Pick<DrillContext, 'fromNothing' | 'keep'>,
): Promise<(plan: PlannedDrill) => SnapshotsToMake> {
  if (fromNothing) return () => MADE_LATER;
  if (keep) return () => NEVER_MADE;
  const [countSettled, countGrown] = [await countAlike(plans, preparationKey), await countAlike(plans, grownKey)];
  return (plan) => ({
    settled: countSettled(plan) > 1 ? 'now' : 'second-time',
    grown: countGrown(plan) >= MIN_GROWN ? 'now' : 'never',
  });
}

/** How many of the plans have the key of one. */
async function countAlike(
  plans: readonly PlannedDrill[],
  keyFor: (plan: PlannedDrill) => Promise<string | undefined>,
): Promise<(plan: PlannedDrill) => number> {
  const keyOf = new Map<PlannedDrill, string | undefined>();
  for (const plan of new Set(plans)) keyOf.set(plan, await keyFor(plan));
  return (one) => {
    const key = keyOf.get(one);
    return key === undefined ? 0 : plans.filter((plan) => keyOf.get(plan) === key).length;
  };
}
