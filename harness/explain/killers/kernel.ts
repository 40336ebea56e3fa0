import {
  findVictim,
  type OomChoice,
  parseAsker,
  parseKilledProcess,
  parseOldChoice,
  parseOomChoice,
  parseOomGroup,
  parseTaskInCgroup,
} from '../../cgroup/oom-kill.js';
import { withoutUndefined } from '../../core/defined.js';
import type { LogLine } from '../log-lines.js';
import { isNear } from './time.js';

/** Who asked for the memory for which the kernel had to kill. */
interface Asker {
  readonly comm: string;
  readonly pid?: number;
  /** Name, without path, of its cpuset: mostly of its cgroup. */
  readonly cpuset?: string;
  /**
   * Why it is no allocation that failed: `sysrq` is somebody who pressed SysRq f or wrote to /proc/sysrq-trigger (order -1);
   * `page-fault` is one that was denied memory for whatever reason, as by a limit of kernel memory (gfp_mask 0). Linux
   * 5.15, mm/oom_kill.c, is_sysrq_oom and pagefault_out_of_memory; since 5.16 the latter kills no more.
   */
  readonly oddity?: 'sysrq' | 'page-fault';
}

/** A process that the kernel's OOM killer killed, and why, as far as the log shows it. */
export interface LoggedKill {
  readonly pid: number;
  readonly comm: string;
  /** `CONSTRAINT_...` of Linux, include/linux/oom.h; absent if the log does not show it. */
  readonly constraint?: string;
  /** The cgroup whose limit was reached. */
  readonly memcg?: string;
  /** The cgroup in which the victim was. */
  readonly victimCgroup?: string;
  /** What the kernel logged of the cgroup of the limit: `memory`, and with cgroup v1 `memory+swap` and `kmem`. */
  readonly usages?: readonly Usage[];
  readonly asker?: Asker;
  /** Whom the kernel chose, if one of its children was killed instead. */
  readonly chosen?: { readonly pid: number; readonly comm: string };
  /** Whether the log has the line of its death, and not only of its choice. */
  readonly isSeenDead: boolean;
  /** The cgroup that was killed as a whole, because of `memory.oom.group`. */
  readonly group?: string;
  readonly at?: string;
}

/** Bytes. */
export interface Usage {
  readonly resource: string;
  readonly usage: number;
  readonly limit: number;
}

/** What the kernel's lines of a log show about its OOM killer. */
export interface KernelKills {
  /** Each victim once. */
  readonly kills: readonly LoggedKill[];
  /** Cgroups that were killed as a whole, because of `memory.oom.group`. */
  readonly groups: readonly string[];
  /** Whether it was called and found no task that it may kill. */
  readonly isHelpless: boolean;
  /** Whether the log ends after it was called, and before a kill. */
  readonly isCut: boolean;
  /** Why the kernel gave up on memory: the message of its panic. */
  readonly panics: readonly string[];
}

/** What the lines so far show of the kill that is being logged: it begins with the line of who asked for memory. */
interface Episode {
  asker?: Asker;
  memcg?: string;
  victimCgroup?: string;
  usages?: readonly Usage[];
  group?: string;
  /** Whether the death that it announced is logged. */
  isDone?: boolean;
  /** The last choice; `isOld` if it may be a child of it that dies. */
  choice?: OomChoice & { readonly isOld: boolean; readonly at?: string };
}

/**
 * Finds each victim once: a kill has one line for the choice of the victim, and one for its death; group kills have more
 * lines of the latter. Kernels before 5.1 announce the choice only with `Kill process N (COMM) score ... or sacrifice
 * child`, and may kill a child of that process instead (Linux 4.19, mm/oom_kill.c, oom_kill_process()). Either line may be
 * missing: headers are rate-limited, and users keep what grep leaves.
 */
export function findKernelKills(lines: readonly LogLine[]): KernelKills {
  const kills: LoggedKill[] = [];
  const groups = new Set<string>();
  const panics = new Set<string>();
  let episode: Episode = {};
  let [isHelpless, isCalled] = [false, false];
  // Kills before it are of earlier episodes.
  let start = 0;
  const begin = (next: Episode) => {
    flushChoice(kills, episode, start);
    [episode, start] = [next, kills.length];
  };
  for (const line of lines) {
    const { text } = line;
    const asker = parseAsker(text);
    if (asker !== undefined) {
      isCalled = true;
      begin({ asker: withoutUndefined({ comm: asker, oddity: oddityOf(text) }) });
      continue;
    }
    isHelpless ||= text.includes('Out of memory and no killable processes');
    const panic = parsePanic(text);
    if (panic !== undefined) panics.add(panic);
    const exiting = parseExiting(text);
    if (exiting !== undefined) dropChoice(kills, episode, exiting);
    const group = parseOomGroup(text);
    if (group !== undefined) {
      groups.add(group);
      episode.group = group;
    }
    const choice = choiceOf(line);
    if (choice) {
      if (episode.choice) begin(episode.choice.isOld ? withoutChoice(episode) : {});
      episode.choice = choice;
      if (!choice.isOld) keep(kills, start, killOf(choice, episode, false, line.at));
      continue;
    }
    const victim = victimOf(line);
    if (victim) {
      keep(kills, start, killOf(victim, isOf(episode, victim.pid) ? episode : {}, true, line.at));
      episode.isDone = true;
    } else if (group === undefined) learn(episode, text);
  }
  begin({});
  return {
    kills,
    groups: [...groups],
    isHelpless,
    isCut: isCalled && kills.length === 0 && !isHelpless,
    panics: [...panics],
  };
}

/**
 * Whether a death is of the kill that is being logged. Headers are rate-limited and deaths are not: a further one is of
 * another kill, at a limit that is not known, unless a whole cgroup is killed.
 */
function isOf({ group, isDone, choice }: Episode, pid: number): boolean {
  if (group !== undefined || choice?.pid === pid) return true;
  return !isDone && (choice === undefined || choice.isOld);
}

/** One header may be followed by several choices: the limit is theirs, too, but not the victim's cgroup. */
function withoutChoice({ asker, memcg, usages }: Episode): Episode {
  return withoutUndefined({ asker, memcg, usages });
}

function choiceOf({ text, at }: LogLine): Episode['choice'] {
  const choice = parseOomChoice(text);
  if (choice) return withoutUndefined({ ...choice, isOld: false, at });
  const old = parseOldChoice(text);
  return old ? withoutUndefined({ ...old, isOld: true, at }) : undefined;
}

/** The victim in a line of a death; without the message before it, as old kernels wrote it, its constraint is not known. */
function victimOf({ text }: LogLine): Pick<LoggedKill, 'pid' | 'comm' | 'constraint'> | undefined {
  return parseKilledProcess(text) ?? findVictim(text);
}

function killOf(
  victim: Pick<LoggedKill, 'pid' | 'comm' | 'constraint'>,
  { asker, choice, usages, group, ...episode }: Episode,
  isSeenDead: boolean,
  at: string | undefined,
): LoggedKill {
  const isChild = choice?.isOld === true && choice.pid !== victim.pid && group === undefined;
  const cpuset = choice?.askerCpuset ?? asker?.cpuset;
  return withoutUndefined({
    pid: victim.pid,
    comm: victim.comm,
    constraint:
      choice?.constraint ?? victim.constraint ?? (episode.memcg === undefined ? undefined : 'CONSTRAINT_MEMCG'),
    memcg: choice?.memcg ?? episode.memcg,
    // A group kill takes tasks of cgroups below the one that was chosen, too.
    victimCgroup: group === undefined ? (choice?.victimCgroup ?? episode.victimCgroup) : undefined,
    usages,
    asker: asker && withoutUndefined({ ...asker, cpuset }),
    chosen: isChild ? { pid: choice.pid, comm: choice.comm } : undefined,
    isSeenDead,
    group,
    at,
  });
}

/** Adds a kill, or what a further line shows of a known one. A PID may be used again, hours later. */
function keep(kills: LoggedKill[], start: number, kill: LoggedKill): void {
  const index = kills.findLastIndex(({ pid }) => pid === kill.pid);
  const known = kills[index];
  if (!known || !(index >= start || (known.comm === kill.comm && isNear(known.at, kill.at)))) kills.push(kill);
  else kills[index] = { ...kill, ...known, isSeenDead: known.isSeenDead || kill.isSeenDead };
}

/** An old choice after which no death is logged is a kill too: of that process or of a child. */
function flushChoice(kills: LoggedKill[], { choice, ...episode }: Episode, start: number): void {
  if (choice?.isOld && kills.length === start)
    keep(kills, start, killOf(choice, { ...episode, choice }, false, choice.at));
}

/** `OOM victim N (COMM) is already exiting. Skip killing the task` (Linux 6.0, mm/oom_kill.c, __oom_kill_process). */
function parseExiting(text: string): number | undefined {
  const pid = /\bOOM victim (\d+) \(.*\) is already exiting\. Skip killing the task/.exec(text)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

function dropChoice(kills: LoggedKill[], episode: Episode, pid: number): void {
  const index = kills.findLastIndex((kill) => kill.pid === pid && !kill.isSeenDead);
  if (index >= 0) kills.splice(index, 1);
  if (episode.choice?.pid === pid) delete episode.choice;
}

/** `Kernel panic - not syncing: Out of memory: ...` (panic_on_oom), `... System is deadlocked on memory` (Linux, out_of_memory). */
const parsePanic = (text: string): string | undefined =>
  /Kernel panic - not syncing: ((?:[Oo]ut of memory|System is deadlocked on memory).*)$/.exec(text)?.[1];

/** Linux, mm/memcontrol.c, mem_cgroup_print_oom_meminfo. */
const USAGE = /(?:^|\s)(memory|memory\+swap|swap|kmem): usage (\d{1,18})kB, limit (\d{1,18})kB, failcnt \d/;

function oddityOf(text: string): Asker['oddity'] {
  if (/, order=-1,/.test(text)) return 'sysrq';
  return / gfp_mask=0x0[(,]/.test(text) ? 'page-fault' : undefined;
}

/** Reads what stands between the line of who asked and the kill. */
function learn(episode: Episode, text: string): void {
  Object.assign(episode, parseTaskInCgroup(text));
  const [, resource, usage, limit] = USAGE.exec(text) ?? [];
  if (resource !== undefined)
    episode.usages = [
      ...(episode.usages ?? []),
      { resource, usage: Number(usage) * 1024, limit: Number(limit) * 1024 },
    ];
  const { asker } = episode;
  if (!asker) return;
  const pid = /\bPID: (\d+) Comm: /.exec(text)?.[1] ?? /\bPid: (\d+), comm: /.exec(text)?.[1];
  const cpuset = /\scpuset=(\S+) mems_allowed=/.exec(text)?.[1];
  if (pid !== undefined && asker.pid === undefined && text.includes(asker.comm))
    episode.asker = { ...asker, pid: Number(pid) };
  else if (cpuset !== undefined && text.includes(asker.comm)) episode.asker = { ...asker, cpuset };
}
