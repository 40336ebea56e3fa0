import { parseFlatKeyed } from '../cgroup/flat-keyed.js';
import { type Bytes, formatBytes } from '../core/bytes.js';
import { pollUntil } from '../core/deadline.js';
import { machineError } from '../core/errors.js';
import type { Sleep } from '../inject/injection.js';
import { type OpenPlaces, spotOf } from './places.js';
import type { PlannedDrill, PlannedInjection } from './plan.js';
import type { Stage } from './stage.js';

/** An injection that sleeps in a guest that was saved, and what the cgroup that limits it held then. */
export interface Asleep {
  readonly pid: number;
  /** The path of that cgroup, below the root of the hierarchy. */
  readonly cgroup: string;
  /** What of its memory.stat is not page cache: `anon` and `shmem`, bytes. */
  readonly heldBytes: Bytes;
  /** Its memory.events. */
  readonly events: string;
}

/** An injection that can sleep. */
export type Sleeper = PlannedInjection & { readonly plan: { readonly sleep: Sleep } };

/** As long as a slow guest takes for a large hog. Milliseconds. */
const GROWTH_MS = 120_000;

/** What it holds may differ by so much from what it held: that of a server comes and goes a little. */
const HELD_SHARE = 0.02;

/**
 * The injection that a guest can be saved with: the first one, if its kind knows how it sleeps. None where something else is to grow
 * before it: processes that must live, or a server under load.
 */
export function findSleeper({
  injections: [first],
  bystanders,
  loadRequest,
}: Pick<PlannedDrill, 'injections' | 'bystanders' | 'loadRequest'>): Sleeper | undefined {
  if (bystanders.length > 0 || loadRequest !== undefined || first === undefined) return undefined;
  const { sleep } = first.plan;
  return sleep && { ...first, plan: { ...first.plan, sleep } };
}

/**
 * Starts an injection, and waits until it sleeps.
 *
 * @throws OomdrillError `SNAPSHOT` where a limit acted on the way: it would sleep where something happens
 */
export async function putToSleep(
  { plan, machine, pace, signal }: Stage,
  standing: { readonly places: OpenPlaces; readonly serverPid: number },
  { injection, plan: planned }: Sleeper,
): Promise<Asleep> {
  const spot = spotOf(plan, standing, injection);
  const cgroup = spot.limitingCgroup;
  const read = async (path: string) =>
    (await machine.exec(['cat', path], { reason: `how ${injection.name} falls asleep`, signal })).stdout;
  const before = await read(eventsOf(cgroup));
  await planned.sleep.start(machine, spot, signal);
  const pid = await pollUntil(
    async () => {
      const progress = planned.readProgress(await read(planned.stateFile));
      return progress?.state === 'asleep' ? progress.pid : undefined;
    },
    { reason: `${injection.name} to fall asleep`, timeoutMs: pace.stretch(GROWTH_MS), signal },
    200,
  );
  const events = await read(eventsOf(cgroup));
  if (events !== before)
    throw machineError('SNAPSHOT', `A limit of ${cgroup} acted while ${injection.name} grew to where it sleeps.`);
  return { pid, cgroup, heldBytes: readHeldBytes(await read(statOf(cgroup))), events };
}

const statOf = (cgroup: string): string => `/sys/fs/cgroup${cgroup}/memory.stat`;
const eventsOf = (cgroup: string): string => `/sys/fs/cgroup${cgroup}/memory.events`;

function readHeldBytes(stat: string): Bytes {
  const { anon = 0, shmem = 0 } = parseFlatKeyed(stat);
  return anon + shmem;
}

/** The files that say whether an injection sleeps as it did. */
export const filesOfSleeper = ({ plan }: Sleeper, { cgroup }: Asleep): readonly string[] => [
  plan.stateFile,
  statOf(cgroup),
  eventsOf(cgroup),
];

/** What is wrong with an injection that should sleep in a guest that came from a snapshot, to complete a sentence; by these files. */
export function findSleeperFault(
  { injection: { name }, plan }: Sleeper,
  { pid, cgroup, heldBytes, events }: Asleep,
  textOf: (file: string) => string,
): string | undefined {
  const progress = plan.readProgress(textOf(plan.stateFile));
  if (progress?.state !== 'asleep' || progress.pid !== pid) return `${name}, PID ${pid}, does not sleep there`;
  const held = readHeldBytes(textOf(statOf(cgroup)));
  if (Math.abs(held - heldBytes) > heldBytes * HELD_SHARE)
    return `${cgroup} holds ${formatBytes(held)} besides page cache, not ${formatBytes(heldBytes)}`;
  if (textOf(eventsOf(cgroup)).trim() !== events.trim()) return `a limit of ${cgroup} has acted`;
  return undefined;
}
