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
  const match = /oom-kill:constraint=(\w+),.*?,task=(.*),pid=(\d+),uid=\d+/.exec(line);
  if (!match) return undefined;
  const memcg = /oom_memcg=([^,]*)/.exec(line)?.[1];
  return withoutUndefined({ constraint: match[1] ?? '', comm: match[2] ?? '', pid: Number(match[3]), memcg });
}

/**
 * Reads `Memory cgroup out of memory: Killed process N (COMM) ...`, or `Out of memory: ...` for the whole host (Linux,
 * mm/oom_kill.c, __oom_kill_process). Undefined for any other line. The kernel logs one such line for each process that
 * it kills: with `memory.oom.group`, more than the victims that it chose.
 */
export function parseKilledProcess(line: string): OomKill | undefined {
  const match = /(Memory cgroup out of memory|Out of memory[^:]*): Killed process (\d+) \((.*)\) total-vm:/.exec(line);
  if (!match) return undefined;
  const constraint = match[1]?.startsWith('Memory cgroup') ? 'CONSTRAINT_MEMCG' : 'CONSTRAINT_NONE';
  return { constraint, pid: Number(match[2]), comm: match[3] ?? '' };
}
