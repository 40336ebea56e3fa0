import { createHash } from 'node:crypto';
import { execa } from 'execa';
import type { PlannedDrill } from './plan.js';
import { findSleeper } from './sleeper.js';

/** Whatever changes what is done to a guest before it is saved, and shows in no plan. */
const FORMAT = 4;

/**
 * All that decides what stands in a guest once the server has settled, as a hash: the bundle at scale with what it brings along, how
 * its server is started and asked, and the places of the hogs.
 */
export async function preparationKey({ bundle, workload, injections, bystanders }: PlannedDrill): Promise<string> {
  const { files, links, build, start, account } = workload;
  const hash = createHash('sha256');
  // Each is made once, however many are put there.
  const places = [...injections, ...bystanders].flatMap(({ injection: { place } }) =>
    place ? [JSON.stringify(place)] : [],
  );
  const parts = [FORMAT, bundle.manifest, files, [...links], build, start, account, [...new Set(places)]];
  hash.update(JSON.stringify(parts));
  if (bundle.root) hash.update(await listTree(bundle.root.dir));
  return hash.digest('hex');
}

/** The same for a guest in which the first injection sleeps as well; undefined where it cannot. */
export async function grownKey(plan: PlannedDrill): Promise<string | undefined> {
  const sleeper = findSleeper(plan);
  if (!sleeper) return undefined;
  const parts = [await preparationKey(plan), sleeper.injection.place ?? null, sleeper.plan.sleep.key];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Name, mode, size, time and target of everything in a tree: without a look into what may be gigabytes. */
async function listTree(dir: string): Promise<Uint8Array> {
  const { stdout } = await execa('find', ['.', '-printf', '%P\\0%m %s %T@ %l\\0'], { cwd: dir, encoding: 'buffer' });
  return stdout;
}
