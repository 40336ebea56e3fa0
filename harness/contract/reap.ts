import { z } from 'zod';

export const REAP_SCHEMA = 'oomdrill.reap/1';

/** What `reap --json` writes. */
export const reapSchema = z.object({
  schema: z.literal(REAP_SCHEMA),
  removed: z.array(z.string()).describe('What was removed, in words.'),
  failed: z.array(z.string()).describe('What could not be removed, and why, in words.'),
  stillRunning: z.number().int().describe('How many runs are still going on; what is theirs is left alone.'),
});
