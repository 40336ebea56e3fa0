import { join } from 'node:path';
import { execa } from 'execa';
import { MIB } from '../harness/core/bytes.js';
import { startClock } from '../harness/core/clock.js';
import { makeWorkDir } from '../harness/machine/workdir.js';
import { installPackage, packPackage } from '../package/install.js';
import type { BenchContext } from './context.js';
import { atMost, type Figure } from './figure.js';
import { runToFirstVerdict } from './first-verdict.js';

/** Packs the package, and measures the way from an empty folder to the first verdict. The guest's image is there. */
export async function measurePackage(context: BenchContext): Promise<Figure[]> {
  await using dir = await makeWorkDir(context.ledger);
  await context.source();
  const tarball = await packPackage(dir.path);
  const user = join(dir.path, 'user');
  const clock = startClock();
  await installPackage(tarball, user);
  await execa('npx', ['oomdrill', 'setup'], { cwd: user, stdin: 'ignore', cancelSignal: context.signal });
  let [minutes, verdict] = [Number.POSITIVE_INFINITY, 'none'];
  await runToFirstVerdict(['npx', 'oomdrill', 'run'], { cwd: user }, context, (words) => {
    [minutes, verdict] = [clock.now() / 60_000, words];
  });
  return [
    atMost('packed size', tarball.bytes / MIB, 3, 'MiB', `${tarball.files.length} files`),
    atMost('empty folder to first verdict, image cached', minutes, 3, 'min', verdict),
  ];
}
