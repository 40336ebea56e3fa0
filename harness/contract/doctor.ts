import { z } from 'zod';

export const DOCTOR_SCHEMA = 'oomdrill.doctor/1';

/** The output of `doctor --json`. */
export const doctorSchema = z.object({
  schema: z.literal(DOCTOR_SCHEMA),
  able: z.boolean().describe('Whether drills can run on this host.'),
  findings: z
    .array(
      z.object({
        what: z.string().describe('What was checked, such as `memory`.'),
        state: z.enum(['ok', 'note', 'missing']).describe('A `note` is for information only.'),
        found: z.string().describe('What was found, in words.'),
        fix: z.string().optional().describe('The command that fixes it.'),
        // The Vagrantfile reads it.
        accelerator: z
          .string()
          .optional()
          .describe('Only in the check `accelerator`: the result of the trial boot. Absent before it.'),
      }),
    )
    .describe('One for each check, in the order of the text output.'),
});
