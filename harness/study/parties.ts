import type { Entry, EntryOf } from '../record/schema.js';
import { type Death, nameDeaths } from './deaths.js';
import { entriesOfType, smallest } from './entries.js';
import { groupByInjection, type InjectionFate, studyInjection } from './injected.js';
import { collectKills, isLogRead } from './kills.js';
import type { Phases } from './phases.js';
import { isDead } from './task-state.js';

/** The processes and units of a drill, and what happened to them. */
export interface Parties {
  /** The serving unit. */
  readonly before: EntryOf<'unit'> | null;
  readonly after: EntryOf<'unit'> | null;
  /** The injections' own units, where they have one, as they were after the drill. */
  readonly placesAfter: readonly EntryOf<'unit'>[];
  /** In the order of their start. */
  readonly injections: readonly InjectionFate[];
  /** Whether the server's main process was alive at the release; null if no sample shows it. */
  readonly serverAlive: boolean | null;
  /** Whether any killer killed an injection. */
  readonly injectionKilled: boolean;
  /**
   * Everything that was killed, by time; also what systemd ended because of a kill. Null where nothing shows a kill, and
   * the record has no log that would.
   */
  readonly deaths: readonly Death[] | null;
  /** Those whose victim did not belong to an injection. */
  readonly otherVictims: readonly Death[];
  /** Number of kills because the whole guest was out of memory. */
  readonly boxKills: number;
  /**
   * Bystanders that were alive before, and not after. Without a process of the server where nothing was killed: it ended by itself,
   * as one that serves a single connection ends with that.
   */
  readonly lostBystanders: readonly string[];
  /** Time of the first kill in the log; null without one. */
  readonly firstKillT: number | null;
  /**
   * Whether the client had a session before the injection, and whether it had one at the end; null without a session.
   */
  readonly session: { readonly before: boolean; readonly after: boolean; readonly drops: number } | null;
}

export function studyParties(entries: readonly Entry[], phases: Phases): Parties {
  const states = entriesOfType(entries, 'unit');
  const units = states.filter(({ role }) => role === undefined);
  const samples = entriesOfType(entries, 'sample');
  const releasedT = phases.release?.from ?? Number.POSITIVE_INFINITY;
  // What systemd ends together with a unit is in the unit's state, which is judged by itself.
  const logged = collectKills(entries);
  const kills = logged.filter(({ pid }) => pid !== null);
  const cgroups = logged.filter(({ killer }) => killer === 'systemd-oomd');
  // Only the first PID of an injection is sampled: its other processes are known by their name, unless their PID is in
  // an entry.
  const known = new Set<number | null>([
    ...units.map(({ mainPid }) => mainPid),
    ...entriesOfType(entries, 'bystander').map(({ pid }) => pid),
  ]);
  const unknownKills = new Set(kills.filter(({ pid }) => !known.has(pid)));
  const unreleased = groupByInjection(samples.filter(({ t }) => t < releasedT));
  const studied = entriesOfType(entries, 'injection').map((injection) =>
    studyInjection(injection, unreleased, { kills, unknownKills, cgroups }),
  );
  const deaths = nameDeaths(logged, studied, entries, phases);
  const bystanders = entriesOfType(entries, 'bystander');
  const serverTask = samples.findLast(({ t, server }) => t < releasedT && server)?.server?.task;
  const alive = new Set(bystanders.filter(({ when, alive }) => when === 'after' && alive).map(({ pid }) => pid));
  const isNothingKilled = isLogRead(entries) && logged.length === 0 && killCountStands(samples);
  const asked = bystanders.some(({ when }) => when === 'after');
  return {
    before: units.find(({ when }) => when === 'before') ?? null,
    after: units.find(({ when }) => when === 'after') ?? null,
    placesAfter: states.filter(({ role, when }) => role !== undefined && when === 'after'),
    injections: studied.map(({ fate }) => fate),
    serverAlive: serverTask === undefined ? null : !isDead(serverTask),
    injectionKilled: studied.some(({ fate }) => fate.killed),
    deaths: deaths.length > 0 || isLogRead(entries) ? deaths : null,
    otherVictims: deaths.filter(isOther),
    boxKills: kills.filter(({ limit }) => limit?.kind === 'guest').length,
    lostBystanders: asked
      ? bystanders
          .filter(({ when, alive: was, pid }) => when === 'before' && was && !alive.has(pid))
          .filter(({ ofServer }) => !(ofServer && isNothingKilled))
          .map(nameProcess)
      : [],
    firstKillT: smallest([...kills, ...cgroups].map(({ t }) => t)),
    session: studySession(entries, phases),
  };
}

/** Whether the counters of the sampled cgroups say that the kernel killed nothing. */
function killCountStands(samples: readonly EntryOf<'sample'>[]): boolean {
  const count = (sample: EntryOf<'sample'> | undefined) =>
    Object.values(sample?.cgroups ?? {}).reduce((sum, { events }) => sum + (events.oom_kill ?? 0), 0);
  return samples.length > 0 && count(samples.at(-1)) === count(samples[0]);
}

/** Not of an injection. That the server's own unit was ended is in its state, which is judged by itself. */
const isOther = ({ role, pid, killer }: Death): boolean =>
  role !== 'injection' && (pid !== null || (killer === 'systemd-oomd' && role === 'other'));

const nameProcess = ({ name, pid }: { readonly name: string; readonly pid: number | null }): string =>
  pid === null ? name : `${name} (PID ${pid})`;

function studySession(entries: readonly Entry[], phases: Phases): Parties['session'] {
  const events = entriesOfType(entries, 'session');
  const injectedT = phases.injection?.from;
  if (events.length === 0 || injectedT === undefined) return null;
  const isUp = (until: number) => {
    const last = events.findLast(({ t, event }) => t < until && event !== 'failed');
    return last?.event === 'connected' || last?.event === 'answered';
  };
  return {
    before: isUp(injectedT),
    after: isUp(Number.POSITIVE_INFINITY),
    drops: events.filter(({ event }) => event === 'dropped-by-watchdog').length,
  };
}
