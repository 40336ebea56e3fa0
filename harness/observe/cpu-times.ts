/** A tick of /proc/stat and /proc/PID/stat, milliseconds: USER_HZ is 100 on every architecture that we run on (proc_stat(5)). */
export const TICK_MS = 10;

/** CPU time of the whole host since its boot, milliseconds over all cores. */
export interface CpuTimes {
  readonly total: number;
  /** Stolen by a hypervisor above the host. */
  readonly steal: number;
  /** Idle, with a task that waited for a disk. */
  readonly iowait: number;
  /** Spent on work, at whatever priority: a guest waits behind a niced process too, a little less often. */
  readonly busy: number;
}

/**
 * Reads the `cpu` line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal (proc_stat(5)). The two columns behind
 * these are part of the first two. Undefined where the line is missing.
 */
export function parseCpuTimes(stat: string): CpuTimes | undefined {
  const ticks = /^cpu +(\d+(?: \d+){6,})$/m.exec(stat)?.[1];
  if (ticks === undefined) return undefined;
  const columns = ticks.split(' ', 8).map((text) => Number(text) * TICK_MS);
  const [user = 0, nice = 0, system = 0, , iowait = 0, irq = 0, softirq = 0, steal = 0] = columns;
  return { total: columns.reduce((sum, ms) => sum + ms, 0), steal, iowait, busy: user + nice + system + irq + softirq };
}

/**
 * Share of the CPU time between two readings that went to `what`, percent. A hypervisor may set its counter back, as in a migration,
 * and that of iowait may go back by itself (proc_stat(5)).
 */
export function shareBetween(before: CpuTimes, now: CpuTimes, what: 'steal' | 'iowait'): number {
  const total = now.total - before.total;
  return total > 0 ? Math.max(0, Math.min(100, (100 * (now[what] - before[what])) / total)) : 0;
}
