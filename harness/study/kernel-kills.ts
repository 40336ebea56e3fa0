import {
  type OomKill,
  parseKilledProcess,
  parseOomGroup,
  parseOomKill,
  parseReachedLimit,
} from '../cgroup/oom-kill.js';
import type { EntryOf } from '../record/schema.js';
import type { JournalLine, Kill, KillLimit } from './kill.js';

/** The kernel kills a whole cgroup in one go: later lines are of another kill. Milliseconds. */
const MAX_GROUP_MS = 1_000;

/** What the lines so far say of the kill that is being logged. */
interface Context {
  /** The limit in bytes, logged before the choice of a victim. */
  reachedBytes: number | null;
  /** The victim that was chosen last, and by whose limit. */
  chosen: { readonly pid: number; readonly limit: KillLimit | null } | null;
  group: { readonly cgroup: string; readonly t: number } | null;
}

const NOTHING_LOGGED: Readonly<Context> = { reachedBytes: null, chosen: null, group: null };

/**
 * The processes that the kernel's OOM killer logged as killed, each once. It logs those that it chose, and those that
 * `memory.oom.group` killed with them, which have only the line of their death. That line does not name the cgroup, and
 * the lines that do are rate-limited (Linux, mm/oom_kill.c, oom_kill_process): then only the kind of limit is known.
 *
 * @param logged the entries that the drill made of such lines
 */
export function collectKernelKills(lines: readonly JournalLine[], logged: readonly EntryOf<'kill'>[]): Kill[] {
  const byPid = new Map<number, Kill>();
  let context = { ...NOTHING_LOGGED };
  for (const { t, unit, message } of lines) {
    if (unit !== 'kernel') continue;
    if (message.includes('invoked oom-killer')) context = { ...NOTHING_LOGGED };
    const reachedBytes = parseReachedLimit(message);
    if (reachedBytes !== undefined) context = { ...context, reachedBytes };
    const cgroup = parseOomGroup(message);
    if (cgroup !== undefined) context = { ...context, group: { cgroup, t } };
    const choice = parseOomKill(message);
    if (choice) context = { ...context, chosen: { pid: choice.pid, limit: limitOf(choice, context.reachedBytes) } };
    const victim = choice ?? parseKilledProcess(message);
    if (victim) keep(byPid, killOf(t, victim, context));
  }
  for (const { t, ...victim } of logged) {
    const known = byPid.get(victim.pid);
    if (known) byPid.set(victim.pid, { ...known, t });
    else keep(byPid, killOf(t, victim, NOTHING_LOGGED));
  }
  return [...byPid.values()];
}

function killOf(t: number, victim: OomKill, { chosen, group }: Context): Kill {
  const inGroup = group !== null && t - group.t <= MAX_GROUP_MS;
  const limit = chosen && (inGroup || chosen.pid === victim.pid) ? chosen.limit : limitOf(victim, null);
  const { comm, pid } = victim;
  return { t, victim: comm, pid, killer: 'kernel', signal: 'SIGKILL', limit, group: inGroup ? group.cgroup : null };
}

/** Keeps the first line of each process, which names its limit; a later one may add the group. */
function keep(byPid: Map<number, Kill>, kill: Kill): void {
  if (kill.pid === null) return;
  const known = byPid.get(kill.pid);
  byPid.set(kill.pid, known ? { ...known, group: known.group ?? kill.group } : kill);
}

/** `CONSTRAINT_CPUSET` and `CONSTRAINT_MEMORY_POLICY` are limits that no bundle sets. */
function limitOf({ constraint, memcg }: OomKill, bytes: number | null): KillLimit | null {
  if (constraint === 'CONSTRAINT_NONE') return { kind: 'guest' };
  return constraint === 'CONSTRAINT_MEMCG' ? { kind: 'cgroup', cgroup: memcg ?? null, bytes } : null;
}
