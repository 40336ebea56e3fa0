import { z } from 'zod';
import { parseFlatKeyed } from '../cgroup/flat-keyed.js';
import { parseListenQueue } from '../cgroup/listen-queue.js';
import { formatBytes } from '../core/bytes.js';
import { parseJson } from '../core/json.js';
import type { Role } from '../inject/place.js';
import type { GuestShell } from '../machine/machine.js';
import { CANARY_CGROUP } from '../observe/canary.js';
import type { OpenPlace } from './guest/place.js';
import type { OpenPlaces } from './places.js';
import type { PlannedDrill } from './plan.js';
import { type Asleep, filesOfSleeper, findSleeper, findSleeperFault } from './sleeper.js';

/** A server that runs. */
export interface StandingServer {
  readonly serverPid: number;
  /** The cgroup of that process. */
  readonly serverCgroup: string;
}

/** What stands in a guest whose server has settled: what a drill must know to go on from there. */
export interface Standing extends StandingServer {
  readonly places: OpenPlaces;
  /** Page cache that is charged to the server, bytes: a server whose cache is cold is another one. */
  readonly cacheBytes: number;
  /** The first injection, where it is there already. */
  readonly asleep?: Asleep | undefined;
}

/** What a drill goes on from in such a guest, and what of it is still to be done because its bundle was changed there. */
export interface StartingPoint {
  /** Undefined where they are to be made. */
  readonly places: OpenPlaces | undefined;
  /** Undefined where it is to be started. */
  readonly server: StandingServer | undefined;
  /** The first injection, where it is there already. */
  readonly asleep?: Asleep | undefined;
  /** Sidecars that are to be started. */
  readonly sidecars: readonly string[];
  /** Whether systemd has not been asked yet what it finds wrong with the configuration. */
  readonly isUnverified: boolean;
}

export const serverOf = ({ serverPid, serverCgroup }: Standing): StandingServer => ({ serverPid, serverCgroup });

/** As `standingToText` writes it: in the cache, where nothing else writes. */
const standingSchema = z.object({
  serverPid: z.number(),
  serverCgroup: z.string(),
  cacheBytes: z.number(),
  asleep: z.object({ pid: z.number(), cgroup: z.string(), heldBytes: z.number(), events: z.string() }).optional(),
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

/** The memory.stat of the server's cgroup. */
const statFile = (cgroup: string): string => `/sys/fs/cgroup${cgroup}/memory.stat`;

/** Page cache that is charged to the server's cgroup, bytes; 0 where that cannot be read. */
export async function readCacheBytes(
  machine: GuestShell,
  { serving }: Pick<PlannedDrill, 'serving'>,
  signal: AbortSignal,
): Promise<number> {
  const command = ['cat', statFile(serving.cgroup)];
  const { stdout } = await machine.exec(command, { reason: "the server's page cache", signal });
  return parseFlatKeyed(stdout).file ?? 0;
}

/** The cgroup of a process, by its file in /proc: with cgroup v2 the line of hierarchy 0 (proc_pid_cgroup(5)). */
export const findCgroup = (text: string): string | undefined => /^0::(.*)$/m.exec(text)?.[1];

const SOCKETS = ['/proc/net/tcp', '/proc/net/tcp6'];

/** By one process, and without systemd: in a guest that was just restored, each process and each of its answers costs a tenth of a second. */
const LOOK = ['grep', '--no-messages', '--with-filename', '--regexp='];

/** Whether a guest that came from a snapshot has what stood when it was saved; what is wrong, to complete a sentence, where it has not. */
export async function findFault(
  machine: GuestShell,
  plan: PlannedDrill,
  { serverPid, serverCgroup, cacheBytes, asleep }: Standing,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { serving, bundle, workload } = plan;
  const { port } = bundle.manifest.serving;
  const unit = workload.name;
  const sleeper = asleep && findSleeper(plan);
  if (asleep && !sleeper) return 'something sleeps in it that does not belong to the drill';
  const files = sleeper && asleep ? filesOfSleeper(sleeper, asleep) : [];
  const cgroup = workload.locate?.(serverCgroup)?.cgroup ?? serving.cgroup;
  const stat = statFile(cgroup);
  const place = `/proc/${serverPid}/cgroup`;
  const canary = `/sys/fs/cgroup${CANARY_CGROUP}/cgroup.procs`;
  const command = [...LOOK, ...new Set([place, canary, stat, ...SOCKETS, ...files])];
  const { stdout } = await machine.exec(command, { reason: 'what stands in the guest', signal });
  const textOf = (...files: readonly string[]) => contentOf(stdout, files);
  // A unit may have groups below its own.
  const found = findCgroup(textOf(place));
  if (found === undefined) return `the main process of ${unit}, PID ${serverPid}, is not there`;
  if (found !== cgroup && !found.startsWith(`${cgroup}/`))
    return `PID ${serverPid} is in ${found}, not in the cgroup of ${unit}`;
  if (parseListenQueue(textOf(...SOCKETS), port) === null) return `${unit} does not listen on port ${port}`;
  if (textOf(canary) === '') return 'the canary is not there';
  const cached = parseFlatKeyed(textOf(stat)).file ?? 0;
  if (cached < cacheBytes * CACHE_SHARE)
    return `${formatBytes(cached)} of page cache are charged to ${unit}, not ${formatBytes(cacheBytes)}`;
  return sleeper && asleep ? findSleeperFault(sleeper, asleep, textOf) : undefined;
}

/** The lines of some files in grep(1)'s output for several, where each begins with the name of its file. */
function contentOf(output: string, files: readonly string[]): string {
  const prefixes = files.map((file) => `${file}:`);
  const lines = output.split('\n').flatMap((line) => {
    const prefix = prefixes.find((each) => line.startsWith(each));
    return prefix === undefined ? [] : [line.slice(prefix.length)];
  });
  return lines.join('\n');
}
