import { withoutUndefined } from '../core/defined.js';

/** A kill by the kernel's OOM killer. */
export interface OomKill {
  readonly pid: number;
  readonly comm: string;
  /** `CONSTRAINT_MEMCG` for a cgroup's limit, `CONSTRAINT_NONE` for the whole box. */
  readonly constraint: string;
  /** The cgroup whose limit it was. */
  readonly memcg?: string;
}

/**
 * Reads one line of the kernel log: `oom-kill:constraint=...,oom_memcg=...,task_memcg=...,task=COMM,pid=N,uid=N`
 * (Linux, mm/oom_kill.c, dump_oom_summary). Undefined for any other line. There is one such line for each time the OOM
 * killer chose a victim.
 */
export function parseOomKill(line: string): OomKill | undefined {
  const match = /oom-kill:constraint=(\w+),.*?,task=(.*),pid=(\d+),uid=\d+/.exec(line);
  if (!match) return undefined;
  const memcg = /oom_memcg=([^,]*)/.exec(line)?.[1];
  return withoutUndefined({ constraint: match[1] ?? '', comm: match[2] ?? '', pid: Number(match[3]), memcg });
}

/**
 * Reads `Memory cgroup out of memory: Killed process N (COMM) ...`, or `Out of memory: ...` for the whole box
 * (Linux, mm/oom_kill.c, __oom_kill_process). Undefined for any other line. There is one such line for each process that
 * died: with `memory.oom.group` they are more than the victims that were chosen.
 */
export function parseKilledProcess(line: string): OomKill | undefined {
  const match = /(Memory cgroup out of memory|Out of memory[^:]*): Killed process (\d+) \((.*)\) total-vm:/.exec(line);
  if (!match) return undefined;
  const constraint = match[1]?.startsWith('Memory cgroup') ? 'CONSTRAINT_MEMCG' : 'CONSTRAINT_NONE';
  return { constraint, pid: Number(match[2]), comm: match[3] ?? '' };
}
