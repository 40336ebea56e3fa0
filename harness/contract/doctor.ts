import { z } from 'zod';

/** What `doctor --json` writes. */
export const doctorSchema = z.object({
  /** Whether nothing that a drill needs is missing. */
  able: z.boolean(),
  findings: z.array(
    z.object({
      what: z.string(),
      /** `note` is worth knowing and stops nothing. */
      state: z.enum(['ok', 'note', 'missing']),
      /** In words. */
      found: z.string(),
      /** The command that mends it. */
      mend: z.string().optional(),
      /** Of the check `accelerator` alone: what a trial boot found out; absent before any. The Vagrantfile reads it. */
      accelerator: z.string().optional(),
    }),
  ),
});
