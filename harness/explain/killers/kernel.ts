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
import type { SavedLogLine } from '../log-lines.js';
import { KillList } from './kill-list.js';
import type { Asker, LoggedKill, Usage } from './logged-kill.js';

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
  /** Victims whose memory the kernel could not take back within a second. */
  readonly unreaped: readonly Victim[];
}

/** A process that was killed. */
type Victim = Pick<LoggedKill, 'pid' | 'comm'>;

/** What the lines so far show of the kill that is being logged: it begins with the line of the task that asked for memory. */
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
export function findKernelKills(lines: readonly SavedLogLine[]): KernelKills {
  const reader = new KernelKillReader();
  for (const line of lines) reader.read(line);
  return reader.end();
}

class KernelKillReader {
  readonly #kills = new KillList();
  readonly #groups = new Set<string>();
  readonly #panics = new Set<string>();
  readonly #unreaped = new Map<number, Victim>();
  #episode: Episode = {};
  #isHelpless = false;
  #isCalled = false;

  read(line: SavedLogLine): void {
    const { text, at } = line;
    const asker = parseAsker(text);
    if (asker !== undefined) {
      this.#isCalled = true;
      this.#begin({ asker: withoutUndefined({ comm: asker, oddity: oddityOf(text) }) });
      return;
    }
    const choice = choiceOf(line);
    if (choice) {
      this.#choose(choice);
      return;
    }
    const victim = victimOf(line);
    const reaped = victim ? undefined : parseReaped(text);
    if (victim) this.#die(victim, at);
    else if (reaped) this.#reap(reaped, at);
    else this.#learn(text);
  }

  end(): KernelKills {
    this.#begin({});
    const kills = this.#kills.list();
    return {
      kills,
      groups: [...this.#groups],
      isHelpless: this.#isHelpless,
      isCut: this.#isCalled && kills.length === 0 && !this.#isHelpless,
      panics: [...this.#panics],
      unreaped: [...this.#unreaped.values()],
    };
  }

  #die(victim: Victim & Pick<LoggedKill, 'constraint'>, at: string | undefined): void {
    this.#kills.add(killOf(victim, isOf(this.#episode, victim.pid) ? this.#episode : {}, true, at));
    this.#episode.isDone = true;
  }

  /** A victim is reaped after its kill is logged, and maybe after the next one began. */
  #reap({ isUnable, ...victim }: Reaped, at: string | undefined): void {
    if (isUnable) this.#unreaped.set(victim.pid, victim);
    if (this.#kills.has(victim.pid, at)) this.#kills.add(killOf(victim, {}, true, at));
    else this.#die(victim, at);
  }

  /** An old choice after which no death is logged is a kill too: of that process or of a child. */
  #begin(next: Episode): void {
    const { choice } = this.#episode;
    if (choice?.isOld && this.#kills.isCallEmpty) this.#kills.add(killOf(choice, this.#episode, false, choice.at));
    this.#episode = next;
    this.#kills.beginCall();
  }

  #choose(choice: NonNullable<Episode['choice']>): void {
    const before = this.#episode;
    if (before.choice) this.#begin(before.choice.isOld ? withoutChoice(before) : {});
    this.#episode.choice = choice;
    if (!choice.isOld) this.#kills.add(killOf(choice, this.#episode, false, choice.at));
  }

  /** Reads what is neither a choice nor a death. */
  #learn(text: string): void {
    this.#isHelpless ||= text.includes('Out of memory and no killable processes');
    const panic = parsePanic(text);
    if (panic !== undefined) this.#panics.add(panic);
    const exiting = parseExiting(text);
    if (exiting !== undefined) this.#kills.drop(exiting);
    const group = parseOomGroup(text);
    if (group === undefined) learn(this.#episode, text);
    else {
      this.#groups.add(group);
      this.#episode.group = group;
    }
  }
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

function choiceOf({ text, at }: SavedLogLine): Episode['choice'] {
  const choice = parseOomChoice(text);
  if (choice) return withoutUndefined({ ...choice, isOld: false, at });
  const old = parseOldChoice(text);
  return old ? withoutUndefined({ ...old, isOld: true, at }) : undefined;
}

/** The victim in a line of a death; without the message before it, as old kernels wrote it, its constraint is not known. */
function victimOf({ text }: SavedLogLine): Pick<LoggedKill, 'pid' | 'comm' | 'constraint'> | undefined {
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

/** `OOM victim N (COMM) is already exiting. Skip killing the task` (Linux 6.0, mm/oom_kill.c, __oom_kill_process). */
function parseExiting(text: string): number | undefined {
  const pid = /\bOOM victim (\d+) \(.*\) is already exiting\. Skip killing the task/.exec(text)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

interface Reaped extends Victim {
  readonly isUnable: boolean;
}

/**
 * `oom_reaper: reaped process N (COMM), now anon-rss:...`, or `oom_reaper: unable to reap pid:N (COMM)` after a second: only
 * victims of the OOM killer are reaped (Linux 4.6 and later, mm/oom_kill.c, oom_reap_task_mm and oom_reap_task).
 */
function parseReaped(text: string): Reaped | undefined {
  const [whole, unable, reaped] =
    /\boom_reaper: (?:(unable to reap pid:)|(reaped process ))(?=\d{1,10} \()/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const rest = text.slice(text.indexOf(whole) + whole.length);
  const end = reaped === undefined ? rest.lastIndexOf(')') : rest.lastIndexOf('), now ');
  const [before = '', pid] = /^(\d+) \(/.exec(rest) ?? [];
  const comm = rest.slice(before.length, end < before.length ? before.length + MAX_COMM : end);
  return { pid: Number(pid), comm, isUnable: unable !== undefined };
}

/** Linux, include/linux/sched.h, TASK_COMM_LEN, without the NUL at its end. */
const MAX_COMM = 15;

/** `Kernel panic - not syncing: Out of memory: ...` (panic_on_oom), `... System is deadlocked on memory` (Linux, out_of_memory). */
const parsePanic = (text: string): string | undefined =>
  /Kernel panic - not syncing: ((?:[Oo]ut of memory|System is deadlocked on memory).*)$/.exec(text)?.[1];

/** Linux, mm/memcontrol.c, mem_cgroup_print_oom_meminfo. */
const USAGE = /(?:^|\s)(memory|memory\+swap|swap|kmem): usage (\d{1,18})kB, limit (\d{1,18})kB, failcnt \d/;

function oddityOf(text: string): Asker['oddity'] {
  if (/, order=-1,/.test(text)) return 'sysrq';
  return / gfp_mask=0x0[(,]/.test(text) ? 'page-fault' : undefined;
}

/** Reads what stands between the first line of a kill and the kill itself. */
function learn(episode: Episode, text: string): void {
  Object.assign(episode, parseTaskInCgroup(text));
  const [, resource, usage, limit] = USAGE.exec(text) ?? [];
  if (resource !== undefined) {
    const others = (episode.usages ?? []).filter((each) => each.resource !== resource);
    episode.usages = [...others, { resource, usage: Number(usage) * 1024, limit: Number(limit) * 1024 }];
  }
  const { asker } = episode;
  if (!asker) return;
  const pid = /\bPID: (\d+) Comm: /.exec(text)?.[1] ?? /\bPid: (\d+), comm: /.exec(text)?.[1];
  const cpuset = /\scpuset=(\S+) mems_allowed=/.exec(text)?.[1];
  if (pid !== undefined && asker.pid === undefined && text.includes(asker.comm))
    episode.asker = { ...asker, pid: Number(pid) };
  else if (cpuset !== undefined && text.includes(asker.comm)) episode.asker = { ...asker, cpuset };
}
