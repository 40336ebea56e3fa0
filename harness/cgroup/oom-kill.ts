import { withoutUndefined } from '../core/defined.js';

/** A kill by the kernel's OOM killer. */
export interface OomKill {
  readonly pid: number;
  readonly comm: string;
  /** `CONSTRAINT_MEMCG` for a cgroup's limit, `CONSTRAINT_NONE` for the memory of the whole host. */
  readonly constraint: string;
  /** The cgroup whose limit was reached. */
  readonly memcg?: string;
}

/**
 * Reads one line of the kernel log: `oom-kill:constraint=...,oom_memcg=...,task_memcg=...,task=COMM,pid=N,uid=N`
 * (Linux, mm/oom_kill.c, dump_oom_summary). Undefined for any other line. The kernel logs one such line each time the
 * OOM killer chooses a victim.
 */
export function parseOomKill(line: string): OomKill | undefined {
  const start = line.indexOf(SUMMARY);
  const constraint = start < 0 ? undefined : /^\w+(?=,)/.exec(line.slice(start + SUMMARY.length))?.[0];
  // A name may hold anything, also `,pid=`: it ends where the last one of these begins.
  const [task, end] = [line.indexOf(TASK, start), line.lastIndexOf(',pid=')];
  const pid = /^,pid=(\d+),uid=\d/.exec(line.slice(end))?.[1];
  if (constraint === undefined || task < 0 || end < task + TASK.length || pid === undefined) return undefined;
  const memcg = /oom_memcg=([^,]*)/.exec(line)?.[1];
  return withoutUndefined({ constraint, comm: line.slice(task + TASK.length, end), pid: Number(pid), memcg });
}

// Lines come from anywhere, and may be long: nothing here looks at a place of one more than a few times.
const SUMMARY = 'oom-kill:constraint=';
const TASK = ',task=';

/**
 * Reads `Memory cgroup out of memory: Killed process N (COMM) ...`, or `Out of memory: ...` for the whole host (Linux,
 * mm/oom_kill.c, __oom_kill_process). Undefined for any other line. The kernel logs one such line for each process that
 * it kills: with `memory.oom.group`, more than the victims that it chose.
 */
export function parseKilledProcess(line: string): OomKill | undefined {
  const end = line.indexOf(`: ${DEATH}`);
  const victim = end < 0 ? undefined : findVictim(line.slice(end));
  if (victim === undefined) return undefined;
  const reason = line.slice(0, end);
  if (reason.endsWith('Memory cgroup out of memory')) return { constraint: 'CONSTRAINT_MEMCG', ...victim };
  const start = reason.lastIndexOf('Out of memory');
  return start < 0 || reason.includes(':', start) ? undefined : { constraint: 'CONSTRAINT_NONE', ...victim };
}

/**
 * Reads `memory: usage 2097152kB, limit 2097152kB, failcnt 83`, which the kernel logs of the cgroup whose limit was
 * reached, and returns the limit in bytes (Linux, mm/memcontrol.c, mem_cgroup_print_oom_meminfo). Undefined for any
 * other line.
 */
export function parseReachedLimit(line: string): number | undefined {
  const kib = /^memory: usage \d{1,18}kB, limit (\d{1,18})kB, failcnt \d/.exec(line)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/**
 * Reads `Tasks in /a.slice are going to be killed due to memory.oom.group set`, and returns the cgroup (Linux,
 * mm/memcontrol.c, mem_cgroup_print_oom_group). Undefined for any other line.
 */
export const parseOomGroup = (line: string): string | undefined =>
  /Tasks in (\S+) are going to be killed due to memory\.oom\.group set/.exec(line)?.[1];

const DEATH = 'Killed process ';
const AFTER_COMM = ') total-vm:';

/** The process in `Killed process N (COMM) total-vm:...`. Undefined for any other line. */
export function findVictim(line: string): Pick<OomKill, 'pid' | 'comm'> | undefined {
  const start = line.indexOf(DEATH);
  const rest = start < 0 ? '' : line.slice(start + DEATH.length);
  const [before, pid] = /^(\d+) \(/.exec(rest) ?? [];
  const end = rest.lastIndexOf(AFTER_COMM);
  if (before === undefined || end < before.length) return undefined;
  return { pid: Number(pid), comm: rest.slice(before.length, end) };
}
