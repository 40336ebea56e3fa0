import { z } from 'zod';
import { outcomeSchema } from '../record/schema.js';

export const DIAGNOSIS_SCHEMA = 'oomdrill.explain/1';

/** What `explain --json` writes. */
export const diagnosisSchema = z.object({
  schema: z.literal(DIAGNOSIS_SCHEMA),
  enough: z.boolean().describe('False where there is nothing among the numbers that could show harm.'),
  outcomes: z.array(outcomeSchema).describe('Outcomes that fit them; empty where they show no harm, or too little.'),
  reasons: z.array(z.string()).describe('Why, in sentences.'),
  next: z.string().describe('What would tell more, in a sentence.'),
  scenario: z.string().nullable().describe('The scenario that reproduces it; null where there is none.'),
});
