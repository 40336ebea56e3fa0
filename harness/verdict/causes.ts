import type { Header } from '../record/schema.js';
import type { SpanEvidence } from '../study/attribution/attribution.js';
import type { Waiting } from '../study/attribution/guest-pressure.js';
import { BOUNDS } from './bounds.js';

/**
 * What a silence can be due to, by what was seen in its own span:
 *
 * - `memory`: memory of the cgroup; `box-memory`: memory of the whole guest, where no limit of a cgroup acted
 * - `tasks`: a limit of tasks let the cgroup start no process or thread, on however busy a host
 * - `cpu`, `disk`: the cgroup waited for its own tasks; `guest-cpu`, `guest-disk`: for others in the guest
 * - `host`: other load of this host; `harness`: our own event loop; `stopped`: the guest stood still
 * - `unknown`: nothing of this was seen
 */
const CAUSES = [
  'memory',
  'box-memory',
  'tasks',
  'host',
  'stopped',
  'harness',
  'cpu',
  'guest-cpu',
  'disk',
  'guest-disk',
  'unknown',
] as const;
export type Cause = (typeof CAUSES)[number];

/** What of the header the causes depend on. */
export type Places = Pick<Header, 'host' | 'guestCpus' | 'guestMemoryBytes'>;

/** The causes that have nothing to do with the guest: on another night they may be absent. */
const OF_THE_HOST: ReadonlySet<Cause> = new Set(['host', 'stopped', 'harness']);

export const isOfTheHost = (cause: Cause): boolean => OF_THE_HOST.has(cause);

/** All causes that a span shows evidence of, in the order of `CAUSES`. */
export function findCauses(span: SpanEvidence, places: Places): readonly Cause[] {
  const seen = CAUSES.filter((cause) => SIGNS[cause](span, places));
  return seen.length === 0 ? ['unknown'] : seen;
}

type Sign = (span: SpanEvidence, places: Places) => boolean;

const SIGNS: Readonly<Record<Cause, Sign>> = {
  memory: (span, places) => !isBoxThrashing(span, places) && isCgroupShortOfMemory(span),
  'box-memory': isBoxThrashing,
  tasks: ({ guest: { cgroup } }) => exceeds(cgroup.refusedForks, 1),
  host: (span, places) => hostShare(span, places) < BOUNDS.quietShare || isHostDiskBusy(span),
  stopped: (span, places) => !isBoxThrashing(span, places) && isStopped(span),
  harness: ({ host: { harnessStallMs }, ms }) =>
    harnessStallMs !== null && harnessStallMs > Math.min(BOUNDS.hostStallMs, ms * BOUNDS.sharedShare),
  cpu: ({ guest: { cgroup } }) => isWaiting(cgroup.cpu) && !isKeptByOthers(cgroup),
  'guest-cpu': ({ guest: { cgroup, box } }) => (isWaiting(cgroup.cpu) ? isKeptByOthers(cgroup) : isWaiting(box.cpu)),
  disk: ({ guest: { cgroup } }) => isWaiting(cgroup.disk),
  'guest-disk': ({ guest: { cgroup, box } }) => !isWaiting(cgroup.disk) && isWaiting(box.disk),
  unknown: () => false,
};

const exceeds = (value: number | null, bound: number): boolean => value !== null && value >= bound;

const isWaiting = ({ some }: Waiting): boolean => exceeds(some, BOUNDS.waitingShare);

/**
 * Whether others had the CPU that a cgroup waited for. PSI counts `full` of the CPU for a cgroup only while none of its
 * tasks runs (Linux, Documentation/accounting/psi.rst): because others do, or because its own quota is used up.
 */
const isKeptByOthers = ({ cpu: { some, full }, throttled }: SpanEvidence['guest']['cgroup']): boolean =>
  some !== null && full !== null && full >= some * BOUNDS.waitingShare && !exceeds(throttled, BOUNDS.waitingShare);

/** By PSI and by kills; without PSI by events of the limits while pages of files are read in again. */
function isCgroupShortOfMemory({ guest: { cgroup, kills } }: SpanEvidence): boolean {
  if (kills > 0 || (cgroup.oomKills ?? 0) > 0 || exceeds(cgroup.memory.some, BOUNDS.memoryStallShare)) return true;
  const acted = (cgroup.highEvents ?? 0) + (cgroup.maxEvents ?? 0) > 0;
  return cgroup.memory.some === null && acted && (cgroup.fileRefaults ?? 0) > 0;
}

/**
 * Whether the guest waited for memory as a whole. A cgroup at its own limit shows in the same file of the guest. With
 * hardly any memory left, tasks were seen to wait for a CPU for 90 % of a silence of 17 s, in which the server's cgroup read
 * in 4,179 pages of files again, while PSI counted 1 % of it for memory.
 */
function isBoxThrashing(
  { guest: { box, cgroup, limitEvents, availableBytes } }: SpanEvidence,
  places: Places,
): boolean {
  if (limitEvents !== 0 || availableBytes === null) return false;
  const available = availableBytes / places.guestMemoryBytes;
  if (available < BOUNDS.boxAvailableShare)
    return exceeds(box.memory.some, BOUNDS.memoryStallShare) || exceeds(cgroup.fileRefaults, 1);
  return available < BOUNDS.boxThrashAvailableShare && exceeds(box.memory.some, BOUNDS.boxMemoryStallShare);
}

/** A guest without samples may also have no CPU left for the sampler: then tasks waited for a CPU all that time. */
function isStopped({ guest: { box, unseenMs, clockLagMs }, ms }: SpanEvidence): boolean {
  if (isWaiting(box.cpu)) return false;
  const stoodMs = Math.max(unseenMs, clockLagMs ?? 0);
  return stoodMs >= BOUNDS.stoppedMs && stoodMs >= ms * BOUNDS.stoppedShare;
}

/** The share of its CPUs that the guest could have in a span, from 0 to 1. What is not known counts as free. */
export function hostShare(
  { host: { othersBusyCores, stealPercent } }: SpanEvidence,
  { host, guestCpus }: Places,
): number {
  const wanted = Math.min(guestCpus, host.cpus);
  const left = host.cpus * (1 - (stealPercent ?? 0) / 100) - (othersBusyCores ?? 0);
  return Math.max(0, Math.min(1, left / wanted));
}

/** Whether this host waits for its disk while the guest does. The guest's own reads are among what it waits for. */
export const isHostDiskBusy = ({ host: { iowaitPercent }, guest: { cgroup, box } }: SpanEvidence): boolean =>
  exceeds(iowaitPercent, BOUNDS.hostWaitPercent) && (isWaiting(cgroup.disk) || isWaiting(box.disk));
