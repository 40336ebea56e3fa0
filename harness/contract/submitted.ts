import { z } from 'zod';

export const SUBMITTED_SCHEMA = 'oomdrill.submitted/1';

/** The output of `run --submit --json`. */
export const submittedSchema = z.object({
  schema: z.literal(SUBMITTED_SCHEMA),
  folder: z
    .string()
    .describe('Where logs, results and scripts of the jobs are; `cells.tsv` in it names those of each cell.'),
  array: z.string().nullable().describe('The number of the job array; null where nothing was missing.'),
  follows: z.string().describe('The number of the job that follows it.'),
  tasks: z.number().int().nonnegative().describe('How many tasks the array has.'),
});
