import { findVictim, type OomKill, parseKilledProcess, parseOomGroup, parseOomKill } from '../cgroup/oom-kill.js';

/** What a kernel log shows about the OOM killer. */
export interface KernelLog {
  /** Each victim once. */
  readonly kills: readonly OomKill[];
  /** Cgroups that were killed as a whole, because of `memory.oom.group`. */
  readonly groups: readonly string[];
  /** Whether it was called and found no task that it may kill: all have an oom_score_adj of -1000. */
  readonly isHelpless: boolean;
  /** Whether the log ends after it was called, and before a kill. */
  readonly isCut: boolean;
}

/** The kernel cuts its own lines off at 1 KiB (Linux, printk.c, LOG_LINE_MAX); a log adds a time and a host. */
const MAX_LINE_LENGTH = 8 * 1024;

/** Reads the lines of `dmesg`, `journalctl -k` or a log file, with any prefix before the kernel's message. */
export function readKernelLog(text: string): KernelLog {
  const lines = text.split('\n').map((line) => line.slice(0, MAX_LINE_LENGTH));
  const kills = findKills(lines);
  const groups = lines.flatMap((line) => parseOomGroup(line) ?? []);
  const isHelpless = /Out of memory and no killable processes/.test(text);
  const isCut = kills.length === 0 && !isHelpless && /invoked oom-killer/.test(text);
  return { kills, groups: [...new Set(groups)], isHelpless, isCut };
}

/** Joins several logs into one. */
export function joinLogs(logs: readonly KernelLog[]): KernelLog {
  return {
    kills: logs.flatMap(({ kills }) => kills),
    groups: [...new Set(logs.flatMap(({ groups }) => groups))],
    isHelpless: logs.some(({ isHelpless }) => isHelpless),
    isCut: logs.some(({ isCut }) => isCut),
  };
}

/**
 * Finds each victim once: a kill has one line for the choice of the victim, with the cgroup, and one for its death;
 * group kills have more lines of the latter. Kernels before 4.19 announce the choice only with `Kill process N (COMM)
 * score ... or sacrifice child`, and may kill a child of that process instead (Linux 4.18, mm/oom_kill.c,
 * oom_kill_process()).
 */
function findKills(lines: readonly string[]): OomKill[] {
  const byPid = new Map<number, OomKill>();
  let constraint: string | undefined;
  for (const line of lines) {
    const choice = /(Memory cgroup out of memory|Out of memory): Kill process \d+ /.exec(line);
    if (choice) constraint = choice[1]?.startsWith('Memory') ? 'CONSTRAINT_MEMCG' : 'CONSTRAINT_NONE';
    const kill = parseOomKill(line) ?? parseKilledProcess(line) ?? parseOldDeath(line, constraint);
    if (kill && !byPid.has(kill.pid)) byPid.set(kill.pid, kill);
  }
  return [...byPid.values()];
}

function parseOldDeath(line: string, constraint: string | undefined): OomKill | undefined {
  const victim = constraint === undefined ? undefined : findVictim(line);
  return victim && constraint !== undefined ? { constraint, ...victim } : undefined;
}

/** `[  100.0]`, `[Tue Nov 24 03:10:01 2026]` of `dmesg -T`, `Nov 24 03:10:01`, ISO 8601, or a message of journalctl. */
const LINE =
  /^(?:\[ *\d+\.\d+\]|\[\w{3} \w{3} +\d+ [\d:]{8} \d{4}\]|\w{3} +\d+ [\d:]{8} |(?:\w{3} )?\d{4}-\d\d-\d\d[T ][\d:]{8}|-- )/m;

/**
 * Whether a file is a log. A log without a kill is evidence too, and so is an empty one: `journalctl -k` of a livelock.
 */
export function looksLikeLog(name: string, text: string): boolean {
  if (text.trim() === '') return name === '-' || /(?:log|journal|dmesg)/i.test(name);
  return LINE.test(text) || /(?:log|journal|dmesg)/i.test(name);
}
