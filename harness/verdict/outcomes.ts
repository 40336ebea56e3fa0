import type { Outcome } from '../record/schema.js';
import { collateralKill } from './outcomes/collateral-kill.js';
import { contained } from './outcomes/contained.js';
import type { OutcomeDefinition } from './outcomes/definition.js';
import { degraded } from './outcomes/degraded.js';
import { escaped } from './outcomes/escaped.js';
import { inconclusive } from './outcomes/inconclusive.js';
import { livelocked } from './outcomes/livelocked.js';
import { unitStopped } from './outcomes/unit-stopped.js';
import { wounded } from './outcomes/wounded.js';

/** Every outcome there is, in the order in which evidence is looked for: the first that holds is a drill's outcome. */
export type OutcomeTable = Readonly<Record<Outcome, OutcomeDefinition>>;

/**
 * The order is that of docs/outcomes.md, which is written from this table. The names are those of the record's schema: one that is
 * missing here does not compile. The last one holds always.
 */
export const OUTCOMES: OutcomeTable = {
  inconclusive,
  escaped,
  'unit-stopped': unitStopped,
  'collateral-kill': collateralKill,
  livelocked,
  wounded,
  degraded,
  contained,
};

/** Names of a table's outcomes, in its order. One that has outcomes of its own beside ours has theirs among them. */
export const outcomeNames = (outcomes: OutcomeTable): readonly Outcome[] => Object.keys(outcomes) as Outcome[];
