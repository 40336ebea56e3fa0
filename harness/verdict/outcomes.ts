import type { Outcome } from '../record/schema.js';
import { collateralKill } from './outcomes/collateral-kill.js';
import { contained } from './outcomes/contained.js';
import type { OutcomeDefinition } from './outcomes/definition.js';
import { degraded } from './outcomes/degraded.js';
import { escaped } from './outcomes/escaped.js';
import { inconclusive } from './outcomes/inconclusive.js';
import { livelocked } from './outcomes/livelocked.js';
import { starved } from './outcomes/starved.js';
import { unitStopped } from './outcomes/unit-stopped.js';
import { wounded } from './outcomes/wounded.js';

/** Every outcome, in the order in which evidence is checked: the first that holds is the outcome of a drill. */
export type OutcomeTable = Readonly<Record<Outcome, OutcomeDefinition>>;

/**
 * docs/outcomes.md is generated from this table, in this order. The names are those of the record's schema: if one is
 * missing here, this does not compile. The last one always holds.
 */
export const OUTCOMES: OutcomeTable = {
  inconclusive,
  escaped,
  'unit-stopped': unitStopped,
  'collateral-kill': collateralKill,
  livelocked,
  wounded,
  degraded,
  starved,
  contained,
};

/** Names of the outcomes in a table, in its order. A table may have more outcomes than ours. */
export const outcomeNames = (outcomes: OutcomeTable): readonly Outcome[] => Object.keys(outcomes) as Outcome[];
