import type { Entry, EntryOf, HogState } from '../record/schema.js';
import { only } from './entries.js';
import { type Kill, killedCgroups, killsOf } from './kills.js';
import type { Phases } from './phases.js';
import { isDead } from './task-state.js';

/** Who took part, and what became of them. */
export interface Parties {
  /** The serving unit. */
  readonly before: EntryOf<'unit'> | null;
  readonly after: EntryOf<'unit'> | null;
  /** The units that the hogs' places are, as they were afterwards. */
  readonly placesAfter: readonly EntryOf<'unit'>[];
  /** In the order in which they were let loose. */
  readonly hogs: readonly HogFate[];
  /** Whether the server's main process lived at the release; null when no sample says. */
  readonly serverAlive: boolean | null;
  /** Whether any of these took a hog. */
  readonly hogKilled: boolean;
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

/** What became of one hog until the release. */
export interface HogFate {
  readonly injection: EntryOf<'injection'>;
  /** Its last state; null when it was never seen. */
  readonly state: HogState | null;
  /** Whether it ever held at its target; a hog without one is where it belongs at any time. */
  readonly reachedTarget: boolean;
  /** Whether the kernel's OOM killer, earlyoom or systemd-oomd took it, or one of its processes. */
  readonly killed: boolean;
}

/** The kernel keeps so many characters of a process' name (TASK_COMM_LEN less the closing zero). */
const COMM_LENGTH = 15;

/** A hog that is held is within this of its target; the closed loop keeps it far closer. */
const AT_TARGET = 0.01;

export function studyParties(entries: readonly Entry[], phases: Phases): Parties {
  const looks = only(entries, 'unit');
  const units = looks.filter(({ role }) => role === undefined);
  const samples = only(entries, 'sample');
  const releasedT = phases.release?.from ?? Number.POSITIVE_INFINITY;
  const kills = killsOf(entries);
  const cgroups = killedCgroups(entries);
  // Of a hog of many processes only the first one's PID is sampled: the others go by their name, unless they are known as others.
  const known = new Set<number | null>([
    ...units.map(({ mainPid }) => mainPid),
    ...only(entries, 'bystander').map(({ pid }) => pid),
  ]);
  const strangers = kills.filter(({ pid }) => !known.has(pid));
  const unreleased = samples.filter(({ t }) => t < releasedT);
  const views = only(entries, 'injection').map((injection) =>
    studyHog(injection, unreleased, { kills, strangers, cgroups }),
  );
  const hogKills = new Set(views.flatMap(({ kills }) => kills));
  const bystanders = only(entries, 'bystander');
  const serverTask = samples.findLast(({ t, server }) => t < releasedT && server)?.server?.task;
  const alive = new Set(bystanders.filter(({ when, alive }) => when === 'after' && alive).map(({ pid }) => pid));
  const asked = bystanders.some(({ when }) => when === 'after');
  return {
    before: units.find(({ when }) => when === 'before') ?? null,
    after: units.find(({ when }) => when === 'after') ?? null,
    placesAfter: looks.filter(({ role, when }) => role !== undefined && when === 'after'),
    hogs: views.map(({ fate }) => fate),
    serverAlive: serverTask === undefined ? null : !isDead(serverTask),
    hogKilled: views.some(({ fate }) => fate.killed),
    otherVictims: kills.filter((kill) => !hogKills.has(kill)).map(({ comm, pid }) => `${comm} (PID ${pid})`),
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

/** Everybody's end, as far as it was logged. */
interface Deaths {
  /** A hog's first process is known by its PID. */
  readonly kills: readonly Kill[];
  /** Those of them that nobody knows, who may be a hog's further processes. */
  readonly strangers: readonly Kill[];
  readonly cgroups: readonly { readonly cgroup: string }[];
}

function studyHog(
  injection: EntryOf<'injection'>,
  samples: readonly EntryOf<'sample'>[],
  { kills, strangers, cgroups }: Deaths,
): { fate: HogFate; kills: readonly Kill[] } {
  const states = samples.flatMap((sample) => {
    const state = sample.hogs?.[injection.hog];
    return state ? [{ state, current: sample.cgroups[injection.role ?? 'server']?.current ?? 0 }] : [];
  });
  const pids = new Set(states.map(({ state }) => state.pid));
  const own = kills.filter(
    (kill) => pids.has(kill.pid) || (kill.comm === injection.comm.slice(0, COMM_LENGTH) && strangers.includes(kill)),
  );
  const killed = own.length > 0 || cgroups.some(({ cgroup }) => `${injection.cgroup}/`.startsWith(`${cgroup}/`));
  const target = injection.targetBytes;
  const reachedTarget =
    target === null ||
    target === undefined ||
    states.some(
      ({ state, current }) =>
        state.state === 'holding' &&
        Math.abs((injection.own ? state.touchedBytes : current) - target) <= target * AT_TARGET,
    );
  return {
    fate: { injection, state: states.at(-1)?.state ?? null, reachedTarget, killed },
    kills: own,
  };
}

function studySession(entries: readonly Entry[], phases: Phases): Parties['session'] {
  const events = only(entries, 'session');
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
