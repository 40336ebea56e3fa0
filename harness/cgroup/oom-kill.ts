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
 * (Linux, mm/oom_kill.c, dump_oom_summary). Undefined for any other line.
 */
export function parseOomKill(line: string): OomKill | undefined {
  const match = /oom-kill:constraint=(\w+),.*?,task=(.*),pid=(\d+),uid=\d+/.exec(line);
  if (!match) return undefined;
  const memcg = /oom_memcg=([^,]*)/.exec(line)?.[1];
  return { constraint: match[1] ?? '', comm: match[2] ?? '', pid: Number(match[3]), ...(memcg ? { memcg } : {}) };
}
