import { z } from 'zod';
import { outcomeSchema } from '../record/schema.js';

/** What `explain --json` writes. */
export const diagnosisSchema = z.object({
  /** False where there is nothing among the numbers that could show harm. */
  enough: z.boolean(),
  /** Outcomes that fit them; empty where they show no harm, or too little. */
  outcomes: z.array(outcomeSchema),
  /** Why, in sentences. */
  reasons: z.array(z.string()),
  /** What would tell more. */
  next: z.string(),
  /** The scenario that reproduces it, where there is one. */
  scenario: z.string().nullable(),
});
