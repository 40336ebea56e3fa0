import { z } from 'zod';
import { parseJson } from '../../core/json.js';
import { type InjectionProgress, progressStateSchema } from '../../record/schema.js';

/** What a hog's controller writes of its hog (guest/hog.c); the controller lives outside the cgroup under test. */
export const hogStateSchema = z.object({
  state: progressStateSchema,
  pid: z.number().int(),
  /** One letter of /proc/PID/stat, `-` when the process is gone. */
  task: z.string(),
  touchedBytes: z.number().nonnegative(),
  /** Milliseconds since the hog began to grow. */
  rampMs: z.number(),
  signal: z.number().int(),
  exitCode: z.number().int(),
});

/** How far a hog is, by its state file; undefined while that says nothing. */
export function readHogProgress(text: string): InjectionProgress | undefined {
  const read = hogStateSchema.safeParse(parseJson(text).value);
  if (!read.success) return undefined;
  const { state, pid, task, touchedBytes, signal, exitCode } = read.data;
  const progress: InjectionProgress = { state, pid, task, value: touchedBytes, unit: 'bytes' };
  if (state === 'killed') progress.signal = signal;
  if (state === 'exited' || state === 'failed') progress.exitCode = exitCode;
  return progress;
}
