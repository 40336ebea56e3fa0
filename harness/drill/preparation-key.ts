import { createHash } from 'node:crypto';
import { execa } from 'execa';
import type { PlannedDrill } from './plan.js';

/** Whatever changes what is done to a guest before it is saved, and shows in no plan. */
const FORMAT = 3;

/**
 * All that decides what stands in a guest once the server has settled, as a hash: the bundle at scale with what it brings along, how
 * its server is started and asked, and the places of the hogs.
 */
export async function preparationKey({ bundle, workload, injections, bystanders }: PlannedDrill): Promise<string> {
  const { files, links, start, account } = workload;
  const hash = createHash('sha256');
  // Each is made once, however many are put there.
  const places = [...injections, ...bystanders].flatMap(({ injection: { place } }) =>
    place ? [JSON.stringify(place)] : [],
  );
  const parts = [FORMAT, bundle.manifest, files, [...links], start, account, [...new Set(places)]];
  hash.update(JSON.stringify(parts));
  if (bundle.root) hash.update(await listTree(bundle.root.dir));
  return hash.digest('hex');
}

/** Name, mode, size, time and target of everything in a tree: without a look into what may be gigabytes. */
async function listTree(dir: string): Promise<Uint8Array> {
  const { stdout } = await execa('find', ['.', '-printf', '%P\\0%m %s %T@ %l\\0'], { cwd: dir, encoding: 'buffer' });
  return stdout;
}
