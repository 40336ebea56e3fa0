import { z } from 'zod';

export const FAILURE_SCHEMA = 'oomdrill.error/1';

/** What `--json` writes of a command that failed. */
export const failureSchema = z.object({
  schema: z.literal(FAILURE_SCHEMA),
  error: z.object({
    code: z.string().describe('Stable, for scripts: upper case words, such as `SCENARIO_UNKNOWN`.'),
    message: z.string().describe('What is wrong, in a sentence.'),
    hint: z.string().optional().describe('What can be done about it.'),
  }),
  exitCode: z
    .union([z.literal(2), z.literal(64)])
    .describe('64 for what the caller asked wrongly, 2 for anything else.'),
});

/** What a failed command says to programs. */
export type Failure = z.infer<typeof failureSchema>;

/** As much of a failure as another command tells on, so that one of another version can be read. */
export const failureMessageSchema = z.object({ error: failureSchema.shape.error.pick({ message: true }) });
