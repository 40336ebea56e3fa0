import { formatSeconds } from '../core/clock.js';
import { formatCount } from '../core/count.js';
import type { Header } from '../record/schema.js';
import type { SpanEvidence } from '../study/attribution/attribution.js';
import { BOUNDS } from './bounds.js';
import { type Cause, hostShare } from './causes.js';
import { isSlowGuest, type Silence } from './silence.js';

/**
 * Says in one sentence what a silence was due to, by what was seen in it: "The silence of 2.10 s was the host's: other
 * processes kept 1.9 of 2 cores busy, and the canary was silent for 2.00 s of it."
 *
 * @param what whose silence: `The silence`, `The silence of heartbeat.socket`
 */
export function describeSilence({ span, causes }: Silence, header: Header, what = 'The silence'): string {
  const [cause = 'unknown'] = causes;
  // A host that is held back itself is hardly busy: that its guest is slow says more.
  const slow = cause === 'host' ? describeSlowness(span) : '';
  const clauses = [WORDS[cause].seen(span, header), slow, describeCanary(span)].filter((clause) => clause !== '');
  return `${what} of ${formatSeconds(span.ms)} ${WORDS[cause].was}: ${clauses.join(', and ')}.`;
}

function describeCanary({ canarySilentMs }: SpanEvidence): string {
  if (canarySilentMs === null) return '';
  return canarySilentMs === 0
    ? 'the canary answered all the time'
    : `the canary was silent for ${formatSeconds(canarySilentMs)} of it`;
}

const share = (value: number | null): string => (value === null ? 'an unknown part' : formatShare(value));
const formatShare = (value: number): string => `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;

/** How each cause is said. A cause without words does not compile. */
const WORDS: Readonly<Record<Cause, { was: string; seen: (span: SpanEvidence, header: Header) => string }>> = {
  memory: { was: "was the cgroup's memory", seen: describeMemory },
  'box-memory': {
    was: 'was the memory of the whole guest',
    seen: ({ guest: { box, cgroup } }) => {
      const waited = `some of its tasks waited for memory for ${share(box.memory.some)} of it while no limit of a cgroup acted`;
      const pages = cgroup.fileRefaults ?? 0;
      return pages > 0 ? `${waited}, ${formatCount(pages)} pages of files were read in again` : waited;
    },
  },
  host: { was: "was the host's", seen: describeHost },
  stopped: {
    was: 'was that of a guest that stood still',
    seen: ({ guest: { unseenMs, clockLagMs } }) =>
      unseenMs >= (clockLagMs ?? 0)
        ? `it gave no sample for ${formatSeconds(unseenMs)} of it`
        : `its clock fell back by ${formatSeconds(clockLagMs ?? 0)}`,
  },
  harness: {
    was: "was the harness' own",
    seen: ({ host: { harnessStallMs } }) => `it stalled for ${formatSeconds(harnessStallMs ?? 0)}`,
  },
  tasks: {
    was: 'was that of a cgroup at its limit of tasks',
    seen: ({ guest: { cgroup } }) => {
      const times = cgroup.refusedForks ?? 0;
      return `a process or thread was refused to it ${times === 1 ? 'once' : `${formatCount(times)} times`}`;
    },
  },
  cpu: {
    was: 'was for want of CPU inside of the cgroup',
    seen: ({ guest: { cgroup } }) => `some of its tasks waited for a CPU for ${share(cgroup.cpu.some)} of it`,
  },
  'guest-cpu': {
    was: 'was for want of CPU in the guest',
    seen: ({ guest: { cgroup, box } }) =>
      `tasks of the cgroup waited for a CPU for ${share(cgroup.cpu.some)} of it, those of the whole guest for ${share(box.cpu.some)}`,
  },
  disk: {
    was: "was the disk's",
    seen: ({ guest: { cgroup } }) =>
      `some tasks of the cgroup waited for it for ${share(cgroup.disk.some)} of the time`,
  },
  'guest-disk': {
    was: "was the disk's, and not by the cgroup",
    seen: ({ guest: { box } }) => `some tasks of the guest waited for it for ${share(box.disk.some)} of the time`,
  },
  unknown: { was: 'has no cause that was seen', seen: describeNothing },
};

function describeMemory({ guest: { cgroup, kills } }: SpanEvidence): string {
  const counted = [
    [cgroup.highEvents, 'high'],
    [cgroup.maxEvents, 'max'],
  ] as const;
  const events = counted.flatMap(([count, name]) =>
    count === null || count === 0 ? [] : [`${formatCount(count)} ${name}`],
  );
  const parts = [`some of its tasks waited for memory for ${share(cgroup.memory.some)} of it`];
  if (events.length > 0) parts.push(`its events counted ${events.join(' and ')}`);
  if (kills > 0) parts.push(`${kills} ${kills === 1 ? 'process was' : 'processes were'} killed in it or right before`);
  return parts.join(', ');
}

/** What shows that the host had a part in a silence that has another cause, as a clause with a capital. */
export function describeStretch(span: SpanEvidence, header: Header): string {
  const seen = describeHost(span, header);
  const slow =
    span.canarySlowness === null || span.canarySlowness < BOUNDS.slowCanary
      ? ''
      : `the canary took ${span.canarySlowness.toFixed(1)} times as long as at best`;
  const clauses = [seen, slow, describeSlowness(span)].filter((clause) => clause !== '').join(', and ');
  return clauses === '' ? 'The canary was silent too' : `${clauses.charAt(0).toUpperCase()}${clauses.slice(1)}`;
}

const describeSlowness = (span: SpanEvidence): string =>
  isSlowGuest(span) ? `the guest was ${span.guestSlowness.toFixed(1)} times as slow as usual` : '';

function describeHost(span: SpanEvidence, header: Header): string {
  const { othersBusyCores, stealPercent, iowaitPercent } = span.host;
  const parts: string[] = [];
  if (hostShare(span, header) < BOUNDS.quietShare && othersBusyCores !== null)
    parts.push(`other processes kept ${othersBusyCores.toFixed(1)} of ${header.host.cpus} cores busy`);
  if (stealPercent !== null && stealPercent >= 5)
    parts.push(`its hypervisor took ${stealPercent.toFixed(0)} % of its CPU time`);
  if (iowaitPercent !== null && iowaitPercent >= BOUNDS.hostWaitPercent)
    parts.push(`it waited for its disk for ${iowaitPercent.toFixed(0)} % of its CPU time`);
  return parts.join(', ');
}

function describeNothing({ guest: { cgroup } }: SpanEvidence): string {
  return cgroup.memory.some === null
    ? 'what the cgroup waited for is not known'
    : `some tasks of the cgroup waited for memory for ${share(cgroup.memory.some)} of it`;
}
