import { z } from 'zod';

/** What `reap --json` writes. */
export const reapSchema = z.object({
  /** What was taken away, in words. */
  removed: z.array(z.string()),
  /** What could not be, and why. */
  failed: z.array(z.string()),
  /** Runs whose owner lives; theirs is left alone. */
  stillRunning: z.number().int(),
});
