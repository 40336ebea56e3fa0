import { z } from 'zod';
import { baselineSchema } from '../history/baseline.js';

/** The output of `accept --json`: the accepted state, and the path of its file. */
export const acceptSchema = z
  .object({ baseline: z.string().describe('Path of the baseline file.') })
  .extend(baselineSchema.shape);
