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

/** The choice of a victim, with all that its line says. */
export interface OomChoice extends OomKill {
  /** The victim's cgroup: the one of `memcg`, or one below it. */
  readonly victimCgroup?: string;
  /** Name, without path, of the cpuset of the task that asked for memory: mostly the name of its cgroup; `/` is the root. */
  readonly askerCpuset?: string;
}

/**
 * Reads one line of the kernel log: `oom-kill:constraint=...,oom_memcg=...,task_memcg=...,task=COMM,pid=N,uid=N`
 * (Linux 5.0, mm/oom_kill.c, dump_oom_summary; RHEL 8 has it too). Undefined for any other line. The kernel logs one
 * such line each time the OOM killer chooses a victim, unless it logs too many.
 */
export function parseOomChoice(line: string): OomChoice | undefined {
  const start = line.indexOf(SUMMARY);
  const constraint = start < 0 ? undefined : /^\w+(?=,)/.exec(line.slice(start + SUMMARY.length))?.[0];
  // A name may hold anything, also `,pid=`: it ends where the last one of these begins.
  const [task, end] = [line.indexOf(TASK, start), line.lastIndexOf(',pid=')];
  const pid = /^,pid=(\d+),uid=\d/.exec(line.slice(end))?.[1];
  if (constraint === undefined || task < 0 || end < task + TASK.length || pid === undefined) return undefined;
  const before = line.slice(start, task);
  return withoutUndefined({
    constraint,
    comm: line.slice(task + TASK.length, end),
    pid: Number(pid),
    memcg: /oom_memcg=([^,]*)/.exec(before)?.[1],
    victimCgroup: /task_memcg=([^,]*)/.exec(before)?.[1],
    askerCpuset: /,cpuset=([^,]*)/.exec(before)?.[1],
  });
}

/** The same without what a record does not keep. */
export function parseOomKill(line: string): OomKill | undefined {
  const choice = parseOomChoice(line);
  if (!choice) return undefined;
  const { constraint, comm, pid, memcg } = choice;
  return withoutUndefined({ constraint, comm, pid, memcg });
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
  const constraint = constraintOf(line.slice(0, end));
  return constraint === undefined ? undefined : { constraint, ...victim };
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

/**
 * Reads how kernels before 5.1 announce a victim: `Memory cgroup out of memory: Kill process N (COMM) score S or sacrifice
 * child`; before 2.6.36 `kill process N (COMM) score S or a child` (Linux, mm/oom_kill.c, oom_kill_process). It may be a
 * child of that process that is killed. Undefined for any other line.
 */
export function parseOldChoice(line: string): OomKill | undefined {
  const start = line.search(/: [Kk]ill process \d/);
  const constraint = start < 0 ? undefined : constraintOf(line.slice(0, start));
  const [before, pid] = /^: [Kk]ill process (\d+) \(/.exec(line.slice(start)) ?? [];
  if (constraint === undefined || before === undefined) return undefined;
  const rest = line.slice(start + before.length);
  const end = rest.lastIndexOf(') score ');
  return end < 0 ? undefined : { constraint, pid: Number(pid), comm: rest.slice(0, end) };
}

/** Whether a cgroup or the host was out of memory, by the message of the OOM killer: `Out of memory (oom_kill_allocating_task)` is one, too. */
function constraintOf(message: string): string | undefined {
  if (message.endsWith('Memory cgroup out of memory')) return 'CONSTRAINT_MEMCG';
  const start = Math.max(message.lastIndexOf('Out of memory'), message.lastIndexOf('Out of Memory'));
  return start < 0 || message.includes(':', start) ? undefined : 'CONSTRAINT_NONE';
}

const DEATH = 'Killed process ';
/** What follows the name: since 2.6.36, and in 2.6.33 to 2.6.35. */
const AFTER_COMM = [') total-vm:', ') vsz:'];
/** Linux, include/linux/sched.h, TASK_COMM_LEN, without the NUL at its end. */
const MAX_COMM = 15;

/**
 * The process in the line of a death. Undefined for any other line. Its forms (mm/oom_kill.c of the version): `Killed
 * process N (COMM) total-vm:...`; `(COMM), UID n, total-vm:...` of late RHEL 7; `N, UID n, (COMM) total-vm:...` of RHEL 6;
 * `(COMM) vsz:...` of 2.6.33; `(COMM)` alone, with or without a full stop, before it; `OOM killed process N (COMM)` of
 * OpenVZ.
 */
export function findVictim(line: string): Pick<OomKill, 'pid' | 'comm'> | undefined {
  const start = line.search(/\bkilled process \d/i);
  const rest = start < 0 ? '' : line.slice(start + DEATH.length);
  const [before, pid] = /^(\d+)(?:, UID \d+,)? \(/.exec(rest) ?? [];
  if (before === undefined) return undefined;
  const end = AFTER_COMM.map((after) => rest.lastIndexOf(after)).find((at) => at >= before.length);
  // In other forms, and where the line was cut off, the name ends with the last parenthesis that can be of it.
  const name = rest.slice(before.length, end ?? before.length + MAX_COMM + 1);
  const close = end === undefined ? name.lastIndexOf(')') : name.length;
  return close < 0 ? undefined : { pid: Number(pid), comm: name.slice(0, close) };
}

/**
 * Reads `Task in /a.slice/b.service killed as a result of limit of /a.slice` of kernels before 5.0: the victim's cgroup, and
 * the one whose limit was reached (Linux, mm/memcontrol.c, mem_cgroup_print_oom_info). 3.15 to 3.18 break the line in the
 * middle: then either may be absent. Undefined for any other line.
 */
export function parseTaskInCgroup(line: string): { victimCgroup?: string; memcg?: string } | undefined {
  const victimCgroup = /\bTask in (\/\S*)(?: killed\b|\s*$)/.exec(line)?.[1];
  const memcg = /(?:^|\s)(?:killed )?as a result of limit of (\/\S*)/.exec(line)?.[1];
  return victimCgroup === undefined && memcg === undefined ? undefined : withoutUndefined({ victimCgroup, memcg });
}

/** Reads `COMM invoked oom-killer: gfp_mask=...`: the task that asked for memory that was not there. Undefined for any other line. */
export function parseAsker(line: string): string | undefined {
  const end = line.indexOf(' invoked oom-killer');
  if (end < 0) return undefined;
  const before = line.slice(0, end);
  // What is longer than a name can be begins with what a log puts before it.
  return before.length <= MAX_COMM
    ? before
    : before.slice(Math.max(before.lastIndexOf(': '), before.lastIndexOf('] ')) + 2);
}
