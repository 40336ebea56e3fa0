import { z } from 'zod';

/** The named files that could not be read, and why. */
export const unreadSchema = z
  .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
  .describe('The named files that could not be read: path, code of the error, and a sentence.');
