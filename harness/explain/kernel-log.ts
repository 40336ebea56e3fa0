import { type OomKill, parseKilledProcess, parseOomKill } from '../cgroup/oom-kill.js';

/** What a kernel log says of the OOM killer. */
export interface KernelLog {
  /** Each victim once. */
  readonly kills: readonly OomKill[];
  /** Cgroups that were killed as a whole, by `memory.oom.group`. */
  readonly groups: readonly string[];
  /** It was called and found nobody whom it may kill: all have an oom_score_adj of -1000. */
  readonly isHelpless: boolean;
  /** It was called, and the log does not say to what end: it was cut off. */
  readonly isCut: boolean;
}

/** Reads the lines of `dmesg`, `journalctl -k` or a log file, whatever stands before the kernel's own words. */
export function readKernelLog(text: string): KernelLog {
  const lines = text.split('\n');
  const kills = findKills(lines);
  const groups = lines.flatMap(
    (line) => /Tasks in (\S+) are going to be killed due to memory\.oom\.group set/.exec(line)?.[1] ?? [],
  );
  const isHelpless = /Out of memory and no killable processes/.test(text);
  const isCut = kills.length === 0 && !isHelpless && /invoked oom-killer/.test(text);
  return { kills, groups: [...new Set(groups)], isHelpless, isCut };
}

export function joinLogs(logs: readonly KernelLog[]): KernelLog {
  return {
    kills: logs.flatMap(({ kills }) => kills),
    groups: [...new Set(logs.flatMap(({ groups }) => groups))],
    isHelpless: logs.some(({ isHelpless }) => isHelpless),
    isCut: logs.some(({ isCut }) => isCut),
  };
}

/**
 * Each victim once: a kill has a line of the choice, with the cgroup, and one of the death, which group kills have more of.
 * Kernels before 4.19 have no line of the choice but `Kill process N (COMM) score ... or sacrifice child`, and what dies may be
 * a child of it (Linux 4.18, mm/oom_kill.c, oom_kill_process()).
 */
function findKills(lines: readonly string[]): OomKill[] {
  const byPid = new Map<number, OomKill>();
  let constraint: string | undefined;
  for (const line of lines) {
    const called = /(Memory cgroup out of memory|Out of memory): Kill process \d+ /.exec(line);
    if (called) constraint = called[1]?.startsWith('Memory') ? 'CONSTRAINT_MEMCG' : 'CONSTRAINT_NONE';
    const kill = parseOomKill(line) ?? parseKilledProcess(line) ?? parseOldDeath(line, constraint);
    if (kill && !byPid.has(kill.pid)) byPid.set(kill.pid, kill);
  }
  return [...byPid.values()];
}

function parseOldDeath(line: string, constraint: string | undefined): OomKill | undefined {
  const [, pid, comm] = /\bKilled process (\d+) \((.*)\) total-vm:/.exec(line) ?? [];
  if (pid === undefined || comm === undefined || constraint === undefined) return undefined;
  return { constraint, pid: Number(pid), comm };
}

/** `[  100.0]`, `[Tue Nov 24 03:10:01 2026]` of `dmesg -T`, `Nov 24 03:10:01`, ISO 8601, or journalctl's own words. */
const LINE =
  /^(?:\[ *\d+\.\d+\]|\[\w{3} \w{3} +\d+ [\d:]{8} \d{4}\]|\w{3} +\d+ [\d:]{8} |(?:\w{3} )?\d{4}-\d\d-\d\d[T ][\d:]{8}|-- )/m;

/** A log without a kill in it is evidence too, and one without a line: what `journalctl -k` gives of a livelock. */
export function looksLikeLog(name: string, text: string): boolean {
  if (text.trim() === '') return name === '-' || /(?:log|journal|dmesg)/i.test(name);
  return LINE.test(text) || /(?:log|journal|dmesg)/i.test(name);
}
