import { z } from 'zod';

/** Records that were named and could not be read, and why. */
export const unreadSchema = z
  .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
  .describe('Records that were named and could not be read: path, code of the error, and the error in a sentence.');
