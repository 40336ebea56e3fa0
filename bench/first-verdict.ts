import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { BenchContext } from './context.js';

/** A line of progress with a verdict. */
const VERDICT = /\] (pass|fail|inconclusive|error): /;

/**
 * Runs a command that drills, until its first verdict; further drills are measured elsewhere.
 *
 * @param reached called at the verdict: the end of the machine is not part of the way to it
 */
export async function runToFirstVerdict(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
  { progress, signal }: BenchContext,
  reached: (verdict: string) => void,
): Promise<void> {
  // In a process group of its own: npm does not hand signals on to what it runs.
  const run = execa(program, args, { cwd, env, reject: false, stdin: 'ignore', detached: true });
  const stop = () => {
    if (run.pid !== undefined && run.exitCode === null) process.kill(-run.pid, 'SIGTERM');
  };
  signal.addEventListener('abort', stop);
  for await (const line of createInterface({ input: run.stderr })) {
    progress(line);
    if (!VERDICT.test(line)) continue;
    reached(line.replace(/^.*\] /, ''));
    stop();
    break;
  }
  await run;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
}
