import type { Entry, EntryOf } from '../record/schema.js';
import { entriesOfType } from './entries.js';
import { type InjectionFate, studyInjection } from './injected.js';
import { killedCgroups, killsOf } from './kills.js';
import type { Phases } from './phases.js';
import { isDead } from './task-state.js';

/** Who took part, and what became of them. */
export interface Parties {
  /** The serving unit. */
  readonly before: EntryOf<'unit'> | null;
  readonly after: EntryOf<'unit'> | null;
  /** The units that the injections' places are, as they were afterwards. */
  readonly placesAfter: readonly EntryOf<'unit'>[];
  /** In the order in which they were started. */
  readonly injections: readonly InjectionFate[];
  /** Whether the server's main process lived at the release; null when no sample says. */
  readonly serverAlive: boolean | null;
  /** Whether any killer took an injection. */
  readonly injectionKilled: boolean;
  /** Kills of anybody else, in words. */
  readonly otherVictims: readonly string[];
  /** Kills because the whole box was out of memory. */
  readonly boxKills: number;
  /** Bystanders that lived before and not after. */
  readonly lostBystanders: readonly string[];
  /** When the first kill was logged. */
  readonly firstKillT: number | null;
  /** Whether the client had a session before the injection, and whether it had one at the end. */
  readonly session: { readonly before: boolean; readonly after: boolean; readonly drops: number } | null;
}

export function studyParties(entries: readonly Entry[], phases: Phases): Parties {
  const looks = entriesOfType(entries, 'unit');
  const units = looks.filter(({ role }) => role === undefined);
  const samples = entriesOfType(entries, 'sample');
  const releasedT = phases.release?.from ?? Number.POSITIVE_INFINITY;
  const kills = killsOf(entries);
  const cgroups = killedCgroups(entries);
  // Of an injection of many processes only the first one's PID is sampled: the others go by their name, unless they are known as others.
  const known = new Set<number | null>([
    ...units.map(({ mainPid }) => mainPid),
    ...entriesOfType(entries, 'bystander').map(({ pid }) => pid),
  ]);
  const strangers = kills.filter(({ pid }) => !known.has(pid));
  const unreleased = samples.filter(({ t }) => t < releasedT);
  const views = entriesOfType(entries, 'injection').map((injection) =>
    studyInjection(injection, unreleased, { kills, strangers, cgroups }),
  );
  const ownKills = new Set(views.flatMap(({ kills }) => kills));
  const bystanders = entriesOfType(entries, 'bystander');
  const serverTask = samples.findLast(({ t, server }) => t < releasedT && server)?.server?.task;
  const alive = new Set(bystanders.filter(({ when, alive }) => when === 'after' && alive).map(({ pid }) => pid));
  const asked = bystanders.some(({ when }) => when === 'after');
  return {
    before: units.find(({ when }) => when === 'before') ?? null,
    after: units.find(({ when }) => when === 'after') ?? null,
    placesAfter: looks.filter(({ role, when }) => role !== undefined && when === 'after'),
    injections: views.map(({ fate }) => fate),
    serverAlive: serverTask === undefined ? null : !isDead(serverTask),
    injectionKilled: views.some(({ fate }) => fate.killed),
    otherVictims: kills.filter((kill) => !ownKills.has(kill)).map(({ comm, pid }) => `${comm} (PID ${pid})`),
    boxKills: kills.filter(({ constraint }) => constraint === 'CONSTRAINT_NONE').length,
    lostBystanders: asked
      ? bystanders
          .filter(({ when, alive: was, pid }) => when === 'before' && was && !alive.has(pid))
          .map(({ name, pid }) => `${name} (PID ${pid})`)
      : [],
    firstKillT: firstOf([...kills, ...cgroups].map(({ t }) => t)),
    session: studySession(entries, phases),
  };
}

const firstOf = (times: readonly number[]): number | null => (times.length === 0 ? null : Math.min(...times));

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
