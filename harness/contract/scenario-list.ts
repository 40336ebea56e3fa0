import { z } from 'zod';
import { outcomeSchema } from '../record/schema.js';

/** What `list --json` writes. */
export const scenarioListSchema = z.object({
  scenarios: z.array(
    z.object({
      name: z.string(),
      suite: z.string(),
      hypothesis: z.string(),
      /** The bad outcome is what must come out. */
      control: z.boolean(),
      bundle: z.string(),
      expected: z.array(outcomeSchema),
      /** What a machine must have for it. */
      requires: z.array(z.string()),
    }),
  ),
});
