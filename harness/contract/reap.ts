import { z } from 'zod';

export const REAP_SCHEMA = 'oomdrill.reap/1';

/** The output of `reap --json`. */
export const reapSchema = z.object({
  schema: z.literal(REAP_SCHEMA),
  removed: z.array(z.string()).describe('The removed leftovers, in words.'),
  failed: z.array(z.string()).describe('The leftovers that could not be removed, and why, in words.'),
  stillRunning: z.number().int().describe('Number of active runs, whose resources were left alone.'),
  leftAlone: z
    .array(z.string())
    .describe('What runs made of which cannot be seen from here whether they are active, and why, in words.'),
});
