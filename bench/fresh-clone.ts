import { join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../harness/core/assets.js';
import { startClock } from '../harness/core/clock.js';
import { makeWorkDir } from '../harness/machine/workdir.js';
import type { BenchContext } from './context.js';
import { atMost, type Figure } from './figure.js';
import { runToFirstVerdict } from './first-verdict.js';

/** Clones the project into an empty folder with empty caches, and measures `npm run drill` until its first verdict. */
export async function measureFreshClone(context: BenchContext): Promise<Figure[]> {
  await using dir = await makeWorkDir(context.ledger);
  const clone = join(dir.path, 'oomdrill');
  const clock = startClock();
  await execa('git', ['clone', '--quiet', assets.root, clone]);
  const env = { OOMDRILL_CACHE: join(dir.path, 'cache'), npm_config_cache: join(dir.path, 'npm') };
  let [minutes, verdict] = [Number.POSITIVE_INFINITY, 'none'];
  await runToFirstVerdict(['npm', 'run', '--silent', 'drill'], { cwd: clone, env }, context, (words) => {
    [minutes, verdict] = [clock.now() / 60_000, words];
  });
  return [atMost('fresh clone to first verdict', minutes, 8, 'min', verdict)];
}
