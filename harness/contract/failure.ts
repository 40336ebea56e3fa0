import { z } from 'zod';

/** Schema of what `--json` writes of a command that failed. */
const FAILURE_SCHEMA = 'oomdrill.error/1';

export const failureSchema = z.object({
  schema: z.literal(FAILURE_SCHEMA),
  error: z.object({
    /** Stable, for scripts: upper case words, such as `SCENARIO_UNKNOWN`. */
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
  }),
  /** 64 for what the caller asked wrongly, 2 for anything else. */
  exitCode: z.union([z.literal(2), z.literal(64)]),
});

/** What a failed command says to programs. */
export type Failure = z.infer<typeof failureSchema>;

/** As much of a failure as another command tells on, so that one of another version can be read. */
export const failureMessageSchema = z.object({ error: failureSchema.shape.error.pick({ message: true }) });
