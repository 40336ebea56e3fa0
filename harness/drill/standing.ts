import { z } from 'zod';
import { parseFlatKeyed } from '../cgroup/flat-keyed.js';
import { formatBytes } from '../core/bytes.js';
import { parseJson } from '../core/json.js';
import type { Role } from '../inject/place.js';
import type { GuestShell } from '../machine/machine.js';
import { CANARY_UNIT } from '../observe/canary.js';
import { lookAtPlace, lookAtUnit } from './guest/evidence.js';
import type { OpenPlace } from './guest/place.js';
import type { OpenPlaces } from './places.js';
import type { PlannedDrill } from './plan.js';

/** What stands in a guest whose server has settled: what a drill must know to go on from there. */
export interface Standing {
  readonly places: OpenPlaces;
  readonly serverPid: number;
  /** Page cache that is charged to the server, bytes: a server whose cache is cold is another one. */
  readonly cacheBytes: number;
}

/** As `standingToText` writes it: in the cache, where nothing else writes. */
const standingSchema = z.object({
  serverPid: z.number(),
  cacheBytes: z.number(),
  places: z.array(z.custom<[Role, OpenPlace]>(Array.isArray)),
});

/** So much of the cache must be there again; the kernel may have dropped some before the guest was saved. */
const CACHE_SHARE = 0.9;

export const standingToText = ({ places, ...rest }: Standing): string =>
  JSON.stringify({ ...rest, places: [...places] });

/** Reads what `standingToText` wrote; undefined where it is anything else. */
export function standingFromText(text: string): Standing | undefined {
  const read = standingSchema.safeParse(parseJson(text).value).data;
  return read && { ...read, places: new Map(read.places) };
}

/** Page cache that is charged to the server's cgroup, bytes; 0 where that cannot be read. */
export async function readCacheBytes(
  machine: GuestShell,
  { serving }: Pick<PlannedDrill, 'serving'>,
  signal: AbortSignal,
): Promise<number> {
  const file = `/sys/fs/cgroup${serving.cgroup}/memory.stat`;
  const { stdout } = await machine.exec(['cat', file], { reason: "the server's page cache", signal });
  return parseFlatKeyed(stdout).file ?? 0;
}

/** Whether a guest that came from a snapshot has what stood when it was saved; what is wrong, to complete a sentence, where it has not. */
export async function findFault(
  machine: GuestShell,
  plan: Pick<PlannedDrill, 'serving' | 'bundle'>,
  { serverPid, cacheBytes }: Standing,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { unit, port } = plan.bundle.manifest.serving;
  const [found, canary, cached] = await Promise.all([
    lookAtUnit(machine, unit, port, signal),
    lookAtPlace(machine, { name: CANARY_UNIT, manager: 'system' }, 'canary', signal),
    readCacheBytes(machine, plan, signal),
  ]);
  if (found.activeState !== 'active') return `${unit} is ${found.activeState}`;
  if (found.mainPid !== serverPid) return `${unit} has the main PID ${found.mainPid}, not ${serverPid}`;
  if (!found.listening) return `${unit} does not listen on port ${port}`;
  if (canary.activeState !== 'active') return `the canary is ${canary.activeState}`;
  if (cached < cacheBytes * CACHE_SHARE)
    return `${formatBytes(cached)} of page cache are charged to ${unit}, not ${formatBytes(cacheBytes)}`;
  return undefined;
}
