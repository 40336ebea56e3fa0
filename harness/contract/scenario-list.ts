import { z } from 'zod';
import { outcomeSchema } from '../record/schema.js';

export const SCENARIO_LIST_SCHEMA = 'oomdrill.scenario-list/1';

/** The output of `list --json`. */
export const scenarioListSchema = z.object({
  schema: z.literal(SCENARIO_LIST_SCHEMA),
  scenarios: z.array(
    z.object({
      name: z.string(),
      suite: z.string().describe('The suite of the scenario.'),
      hypothesis: z.string().describe('The claim, in a sentence that a drill can refute.'),
      control: z.boolean().describe('Whether it is a negative control: a bad outcome is expected.'),
      bundle: z.string().describe('Name of the drilled bundle.'),
      expected: z.array(outcomeSchema).describe('The expected outcomes, of which one must occur.'),
      requires: z.array(z.string()).describe('Capabilities that the machine must have.'),
    }),
  ),
});
