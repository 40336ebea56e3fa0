import { z } from 'zod';

const FAILURE_SCHEMA = 'oomdrill.error/1';

/** The output of `--json` for a failed command. */
export const failureSchema = z.object({
  schema: z.literal(FAILURE_SCHEMA),
  error: z.object({
    code: z.string().describe('Stable, for scripts: upper case words, such as `SCENARIO_UNKNOWN`.'),
    message: z.string().describe('What went wrong, in a sentence.'),
    hint: z.string().optional().describe('What to do about it.'),
  }),
  exitCode: z.union([z.literal(2), z.literal(64)]).describe('64 for a usage error, 2 for any other error.'),
});

/** The error of a command, for programs. */
export type Failure = z.infer<typeof failureSchema>;

/** The part of a failure that another command repeats, so that failures of other versions can be read. */
export const failureMessageSchema = z.object({ error: failureSchema.shape.error.pick({ message: true }) });
