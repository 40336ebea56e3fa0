import { formatBytes } from '../core/bytes.js';
import { formatCount } from '../core/count.js';
import { type Explanation, LOOK_AT_UNIT } from './conclusion.js';
import type { Reading } from './readings.js';

/**
 * The files of a cgroup v1 (Linux, Documentation/admin-guide/cgroup-v1/memory.rst). It has no PSI of its own, no
 * memory.high and no memory.events: whether its tasks stood still is not to be had from it. Undefined is unknown.
 */
export interface V1Evidence {
  /** Bytes. */
  readonly usage: number | undefined;
  readonly limit: number | undefined;
  /** The most that it has used since its counter was set back, bytes. */
  readonly maxUsage: number | undefined;
  /** How often usage hit the limit. */
  readonly failcnt: number | undefined;
  /** The same of memory and swap together. */
  readonly swapFailcnt: number | undefined;
  /** memory.oom_control. */
  readonly oomControl: Reading | undefined;
  readonly stat: Reading | undefined;
}

/** A limit that was never set: the largest count of pages there is (memory.rst, "no limit"). */
const NO_LIMIT = 2 ** 62;
/** Reclaim works in batches of pages: below this share of it nothing waits for the limit. */
const AT_THE_LIMIT = 0.95;

/** What the files of a cgroup v1 show. */
export function concludeV1(v1: V1Evidence): Explanation {
  const control = v1.oomControl;
  const kills = control?.oom_kill ?? 0;
  if (control?.under_oom === 1) return concludeUnderOom(v1, control);
  if (kills > 0) {
    const why = `memory.oom_control counts ${formatCount(kills)} oom_kill: the kernel killed tasks of this cgroup. In cgroup v1 it counts kills for the limit of a cgroup above it, or of the whole host, too${nearness(v1)}.`;
    const outcomes = ['contained', 'unit-stopped', 'collateral-kill'] as const;
    return { outcomes, reasons: [why], next: LOOK_AT_UNIT, scenario: null };
  }
  if ((v1.failcnt ?? 0) > 0 || (v1.swapFailcnt ?? 0) > 0) {
    const why = `The cgroup hit its limit (memory.failcnt ${formatCount(v1.failcnt ?? 0)})${nearness(v1)}. cgroup v1 has no PSI: the files do not show whether its tasks stood still.`;
    const outcomes = isAtLimit(v1)
      ? (['livelocked', 'degraded', 'contained'] as const)
      : (['degraded', 'contained'] as const);
    return { outcomes, reasons: [why], next: NEXT, scenario: null };
  }
  const why = isAtLimit(v1)
    ? `The cgroup is at its limit${nearness(v1)}. Without memory.failcnt and memory.oom_control the files do not show what became of it.`
    : 'These numbers of cgroup v1 show no harm. It has no PSI: whether its tasks stood still they cannot show.';
  return { outcomes: [], reasons: [why], next: NEXT, scenario: null };
}

/** Whether they could show harm at all. */
export const canShowHarm = ({ failcnt, oomControl }: V1Evidence): boolean =>
  failcnt !== undefined || oomControl !== undefined;

const NEXT =
  'Save memory.failcnt, memory.oom_control and memory.usage_in_bytes twice, a minute apart, and the kernel log (journalctl -k).';

/** `under_oom`: tasks wait. With the killer off they wait until memory is freed (memory.rst, section 10). */
function concludeUnderOom(v1: V1Evidence, { oom_kill_disable: disabled }: Reading): Explanation {
  if (disabled === 1) {
    const why = `memory.oom_control: under_oom 1 and oom_kill_disable 1. The cgroup is out of memory and its OOM killer is off: each task that asks for memory stands still until some is freed${nearness(v1)}.`;
    const next =
      'Kill the largest process with SIGKILL, raise memory.limit_in_bytes, or write 0 to memory.oom_control.';
    return { outcomes: ['livelocked'], reasons: [why], next, scenario: null };
  }
  const why = `memory.oom_control: under_oom 1. The cgroup is out of memory at this moment, and its tasks wait for the OOM killer${nearness(v1)}.`;
  return { outcomes: ['livelocked', 'contained'], reasons: [why], next: NEXT, scenario: null };
}

const usageOf = ({ usage, stat }: V1Evidence): number | undefined =>
  usage ?? (stat?.rss === undefined || stat.cache === undefined ? undefined : stat.rss + stat.cache);

function limitOf({ limit, stat }: V1Evidence): number | undefined {
  const bytes = limit ?? stat?.hierarchical_memory_limit;
  return bytes !== undefined && bytes >= NO_LIMIT ? Infinity : bytes;
}

function isAtLimit(v1: V1Evidence): boolean {
  const [usage, limit] = [usageOf(v1), limitOf(v1)];
  return usage !== undefined && limit !== undefined && usage >= limit * AT_THE_LIMIT;
}

function nearness(v1: V1Evidence): string {
  const [usage, limit] = [usageOf(v1), limitOf(v1)];
  if (usage === undefined || limit === undefined) return '';
  return limit === Infinity
    ? `; it has no limit of its own`
    : `; it uses ${formatBytes(usage)} of ${formatBytes(limit)}`;
}

/** Describes the numbers of a cgroup v1. */
export function describeV1(v1: V1Evidence): string {
  const [usage, limit] = [usageOf(v1), limitOf(v1)];
  const numbers = [
    bytes('usage', usage),
    bytes('limit', limit),
    bytes('largest usage', v1.maxUsage),
    count('failcnt', v1.failcnt),
    count('memsw.failcnt', v1.swapFailcnt),
    ...['under_oom', 'oom_kill_disable', 'oom_kill'].map((key) => count(key, v1.oomControl?.[key])),
    bytes('rss', v1.stat?.rss),
    bytes('cache', v1.stat?.cache),
  ];
  return `These are files of cgroup v1: ${numbers.filter((each) => each !== undefined).join(', ')}.`;
}

const bytes = (name: string, value: number | undefined): string | undefined =>
  value === undefined ? undefined : `${name} ${value === Infinity ? 'none' : formatBytes(value)}`;
const count = (name: string, value: number | undefined): string | undefined =>
  value === undefined ? undefined : `${name} ${formatCount(value)}`;
