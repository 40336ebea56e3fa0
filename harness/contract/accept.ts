import { z } from 'zod';
import { baselineSchema } from '../history/baseline.js';

/** What `accept --json` writes: the accepted state, and its file. */
export const acceptSchema = z
  .object({ baseline: z.string().describe('Path of the file that it was written to.') })
  .extend(baselineSchema.shape);
