import { z } from 'zod';
import { outcomeSchema } from '../record/schema.js';
import { unreadSchema } from './unread.js';

export const DIAGNOSIS_SCHEMA = 'oomdrill.explain/1';

/** The output of `explain --json`. */
export const diagnosisSchema = z.object({
  schema: z.literal(DIAGNOSIS_SCHEMA),
  enough: z.boolean().describe('False if none of the numbers could show harm.'),
  outcomes: z
    .array(outcomeSchema)
    .describe('Outcomes that fit the numbers; empty if they show no harm, or too little.'),
  reasons: z.array(z.string()).describe('Why, in sentences.'),
  next: z.string().describe('What would show more, in a sentence.'),
  unread: unreadSchema,
  scenario: z.string().nullable().describe('The scenario that reproduces it; null if there is none.'),
});
