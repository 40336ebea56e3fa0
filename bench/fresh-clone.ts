import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { assets } from '../harness/core/assets.js';
import { startClock } from '../harness/core/clock.js';
import { makeWorkDir } from '../harness/machine/workdir.js';
import type { BenchContext } from './context.js';
import { atMost, type Figure } from './figure.js';

/** A line of progress with a verdict. */
const VERDICT = /\] (pass|fail|inconclusive|error): /;

/** Clones the project into an empty folder with empty caches, and measures `npm run drill` until its first verdict. */
export async function measureFreshClone({ ledger, progress, signal }: BenchContext): Promise<Figure[]> {
  await using dir = await makeWorkDir(ledger);
  const clone = join(dir.path, 'oomdrill');
  const clock = startClock();
  await execa('git', ['clone', '--quiet', assets.root, clone]);
  const env = { OOMDRILL_CACHE: join(dir.path, 'cache'), npm_config_cache: join(dir.path, 'npm') };
  const run = execa('npm', ['run', '--silent', 'drill'], {
    cwd: clone,
    env,
    reject: false,
    stdin: 'ignore',
    cancelSignal: signal,
    gracefulCancel: false,
  });
  let verdictMs = Number.POSITIVE_INFINITY;
  let verdict = 'none';
  for await (const line of createInterface({ input: run.stderr })) {
    progress(`fresh clone: ${line}`);
    if (!VERDICT.test(line)) continue;
    verdict = line.replace(/^.*\] /, '');
    verdictMs = clock.now();
    break;
  }
  // The other two drills are measured elsewhere.
  run.kill('SIGTERM');
  await run;
  return [atMost('fresh clone to first verdict', verdictMs / 60_000, 8, 'min', verdict)];
}
