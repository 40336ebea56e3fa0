import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { BenchContext } from './context.js';

/** A line of progress with a verdict. */
const VERDICT = /\] (pass|fail|inconclusive|error): /;

/**
 * Runs a command that drills, until its first verdict; further drills are measured elsewhere.
 *
 * @returns the verdict in the command's words; undefined if it ended without one
 */
export async function waitForFirstVerdict(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
  { progress, signal }: BenchContext,
): Promise<string | undefined> {
  const run = execa(program, args, {
    cwd,
    env,
    reject: false,
    stdin: 'ignore',
    cancelSignal: signal,
    gracefulCancel: false,
  });
  let verdict: string | undefined;
  for await (const line of createInterface({ input: run.stderr })) {
    progress(line);
    if (!VERDICT.test(line)) continue;
    verdict = line.replace(/^.*\] /, '');
    break;
  }
  run.kill('SIGTERM');
  await run;
  return verdict;
}
