import type { Entry, EntryOf } from '../record/schema.js';
import { entriesOfType } from './entries.js';
import type { InjectionFate } from './injected.js';
import { isInKilledCgroup, type Kill } from './kill.js';
import { type Phases, stressWindow } from './phases.js';

/** Whose process, cgroup or unit was killed. */
type VictimRole = 'injection' | 'server' | 'bystander' | 'other';

/** A kill, with whose it was. */
export interface Death extends Kill {
  readonly role: VictimRole;
  /** Name of the injection or of the bystander; null for the server, for all others, and where it is not known. */
  readonly name: string | null;
  /** When, milliseconds since the injection began; null where the record does not show that. */
  readonly atMs: number | null;
}

/** An injection's fate, with the kills of its processes. */
interface OwnKills {
  readonly fate: InjectionFate;
  readonly kills: readonly Kill[];
}

/**
 * Says of each kill whose it was, and adds the injections that were killed by something that no log names.
 *
 * @param kills all that were logged
 */
export function nameDeaths(
  kills: readonly Kill[],
  studied: readonly OwnKills[],
  entries: readonly Entry[],
  phases: Phases,
): Death[] {
  const from = stressWindow(phases)?.from;
  const whose = findOwner(studied, entries);
  const logged = kills.map((kill) => ({ ...kill, ...whose(kill) }));
  return [...logged, ...collectUnlogged(kills, studied, entries)]
    .map((kill): Death => ({ ...kill, atMs: from === undefined ? null : kill.t - from }))
    .sort((a, b) => a.t - b.t);
}

type Owner = Pick<Death, 'role' | 'name'>;

/** Returns a function that says whose a killed process, cgroup or unit was. */
function findOwner(studied: readonly OwnKills[], entries: readonly Entry[]): (kill: Kill) => Owner {
  const serving = entriesOfType(entries, 'unit').filter(({ role }) => role === undefined);
  const serverPids = new Set([
    ...serving.map(({ mainPid }) => mainPid),
    ...entriesOfType(entries, 'sample').flatMap(({ server }) => server?.pid ?? []),
  ]);
  const bystanders = new Map(entriesOfType(entries, 'bystander').map(({ pid, name }) => [pid, name]));
  const serverCgroup = entriesOfType(entries, 'effect').find(({ role = 'server' }) => role === 'server')?.cgroup;
  return (kill) => {
    const { pid, victim } = kill;
    // A process of which only the name is known may belong to each injection of that name.
    const [own, ...more] = studied.filter(({ kills }) => kills.includes(kill));
    if (own) return { role: 'injection', name: more.length === 0 ? own.fate.injection.name : null };
    if (pid !== null && serverPids.has(pid)) return { role: 'server', name: null };
    const bystander = pid === null ? undefined : bystanders.get(pid);
    if (bystander !== undefined) return { role: 'bystander', name: bystander };
    if (pid !== null) return { role: 'other', name: null };
    if (
      serving.some(({ unit }) => unit === victim) ||
      (serverCgroup !== undefined && isInKilledCgroup(serverCgroup, victim))
    )
      return { role: 'server', name: null };
    const inside = studied.find(({ fate }) => isInKilledCgroup(fate.injection.cgroup, victim))?.fate.injection;
    return inside ? { role: 'injection', name: inside.name } : { role: 'other', name: null };
  };
}

/** The injections that their own report shows as killed before the release, and no log. */
function collectUnlogged(
  kills: readonly Kill[],
  studied: readonly OwnKills[],
  entries: readonly Entry[],
): (Kill & Owner)[] {
  const samples = entriesOfType(entries, 'sample');
  return studied.flatMap(({ fate: { injection, progress, killed } }): (Kill & Owner)[] => {
    // With its unit, if that was ended.
    const isExplained = kills.some(({ pid, victim }) => pid === null && isInKilledCgroup(injection.cgroup, victim));
    if (killed || isExplained || progress?.state !== 'killed') return [];
    const t = samples.find((sample) => isShownKilled(sample, injection.name))?.t ?? injection.t;
    const pid = progress.pid ?? null;
    const owner = { role: 'injection', name: injection.name } as const;
    const signal = nameSignal(progress.signal);
    return [{ t, victim: injection.comm, pid, killer: null, signal, limit: null, group: null, ...owner }];
  });
}

const isShownKilled = ({ progress }: EntryOf<'sample'>, name: string): boolean => progress[name]?.state === 'killed';

const SIGNALS: Readonly<Record<number, string>> = { 9: 'SIGKILL', 15: 'SIGTERM' };

/** signal(7). */
const nameSignal = (number: number | undefined): string | null =>
  number === undefined ? null : (SIGNALS[number] ?? `signal ${number}`);
