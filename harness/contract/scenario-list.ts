import { z } from 'zod';
import { outcomeSchema } from '../record/schema.js';

export const SCENARIO_LIST_SCHEMA = 'oomdrill.scenario-list/1';

/** What `list --json` writes. */
export const scenarioListSchema = z.object({
  schema: z.literal(SCENARIO_LIST_SCHEMA),
  scenarios: z.array(
    z.object({
      name: z.string(),
      suite: z.string().describe('The suite that it belongs to.'),
      hypothesis: z.string().describe('What is claimed, in a sentence that can turn out wrong.'),
      control: z.boolean().describe('A negative control: the bad outcome is what must come out.'),
      bundle: z.string().describe('Name of the bundle that is drilled.'),
      expected: z.array(outcomeSchema).describe('The outcomes of which one must come out.'),
      requires: z.array(z.string()).describe('What a machine must have for it.'),
    }),
  ),
});
