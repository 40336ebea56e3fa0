import { z } from 'zod';

export const DOCTOR_SCHEMA = 'oomdrill.doctor/1';

/** What `doctor --json` writes. */
export const doctorSchema = z.object({
  schema: z.literal(DOCTOR_SCHEMA),
  able: z.boolean().describe('Whether nothing that a drill needs is missing.'),
  findings: z
    .array(
      z.object({
        what: z.string().describe('What was looked at, such as `memory`.'),
        state: z.enum(['ok', 'note', 'missing']).describe('A `note` is worth knowing and stops nothing.'),
        found: z.string().describe('What was found, in words.'),
        fix: z.string().optional().describe('The command that fixes it.'),
        // The Vagrantfile reads it.
        accelerator: z
          .string()
          .optional()
          .describe('Of the check `accelerator` alone: what a trial boot found out. Absent before any.'),
      }),
    )
    .describe('One for each check, in the order in which people are shown them.'),
});
