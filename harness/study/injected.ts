import type { EntryOf, InjectionProgress } from '../record/schema.js';
import { isInKilledCgroup, type Kill } from './kill.js';
import { hasEnded, isDead } from './task-state.js';

/** What happened to one injection until the release. */
export interface InjectionFate {
  readonly injection: EntryOf<'injection'>;
  /** Its last sample; null if there is none. */
  readonly progress: InjectionProgress | null;
  /** The time of that sample, milliseconds of the record; null if there is none. */
  readonly seenT: number | null;
  /** The value at which it should hold; null if it grows without end. */
  readonly target: Quantity | null;
  /** Whether it ever held at its target; always true if it grows without end. */
  readonly reachedTarget: boolean;
  /** Whether it was alive in its last sample. */
  readonly isAlive: boolean;
  /** Whether the kernel's OOM killer, earlyoom or systemd-oomd killed it, or one of its processes. */
  readonly killed: boolean;
}

/** An amount with its unit: `bytes`, `processes`. */
interface Quantity {
  readonly value: number;
  readonly unit: string;
}

/** All kills that were logged. */
export interface Deaths {
  /** Kills of single processes. The first process of an injection is known by its PID. */
  readonly kills: readonly Kill[];
  /** Those among them with a PID that no entry names: they may be further processes of an injection. */
  readonly unknownKills: ReadonlySet<Kill>;
  /** Kills by systemd-oomd, of all of a cgroup. */
  readonly cgroups: readonly Kill[];
}

/** The kernel keeps this many characters of a process name (TASK_COMM_LEN without the closing zero). */
const COMM_LENGTH = 15;

/** An injection that holds is within this share of its target; the closed loop of a hog keeps it far closer. */
const AT_TARGET = 0.01;

/** A sample of an injection, with memory.current of the cgroup that limits it. */
interface ObservedState {
  readonly progress: InjectionProgress;
  /** Undefined where the sample does not have it. */
  readonly current: number | undefined;
}

/** The samples that show an injection, by its name. */
export type SamplesOf = ReadonlyMap<string, readonly EntryOf<'sample'>[]>;

/** @param samples those from before the release */
export function groupByInjection(samples: readonly EntryOf<'sample'>[]): SamplesOf {
  const groups = new Map<string, EntryOf<'sample'>[]>();
  for (const sample of samples)
    for (const name of Object.keys(sample.progress)) {
      const group = groups.get(name);
      if (group) group.push(sample);
      else groups.set(name, [sample]);
    }
  return groups;
}

/** Finds out what happened to an injection, and which kills were its own. */
export function studyInjection(
  injection: EntryOf<'injection'>,
  samples: SamplesOf,
  { kills, unknownKills, cgroups }: Deaths,
): { fate: InjectionFate; kills: readonly Kill[] } {
  const states = (samples.get(injection.name) ?? []).flatMap((sample): ObservedState[] => {
    const progress = sample.progress[injection.name];
    return progress ? [{ progress, current: sample.cgroups[injection.role ?? 'server']?.current }] : [];
  });
  const pids = new Set<number | null | undefined>(states.map(({ progress }) => progress.pid));
  const comm = injection.comm.slice(0, COMM_LENGTH);
  const own = kills.filter((kill) => pids.has(kill.pid) || (kill.victim === comm && unknownKills.has(kill)));
  const killed = own.length > 0 || cgroups.some(({ victim }) => isInKilledCgroup(injection.cgroup, victim));
  const progress = states.at(-1)?.progress ?? null;
  const target = findTarget(injection, states);
  const reachedTarget = target === null || states.some((state) => isAtTarget(target, state, injection));
  const isAlive = progress !== null && !isOver(progress);
  const seenT = samples.get(injection.name)?.at(-1)?.t ?? null;
  return { fate: { injection, progress, seenT, target, reachedTarget, isAlive, killed }, kills: own };
}

/** For memory the target is in the injection's entry; any other injection reports its own. */
function findTarget({ targetBytes }: EntryOf<'injection'>, states: readonly ObservedState[]): Quantity | null {
  if (targetBytes !== undefined) return targetBytes === null ? null : { value: targetBytes, unit: 'bytes' };
  const reported = states.findLast(({ progress }) => progress.target !== undefined)?.progress;
  return reported?.target === undefined ? null : { value: reported.target, unit: reported.unit };
}

/**
 * A hog that controls memory.current is at its target when memory.current is; any other injection, when its own value
 * is.
 */
function isAtTarget(
  target: Quantity,
  { progress, current }: ObservedState,
  { targetBytes, own }: EntryOf<'injection'>,
): boolean {
  const value = targetBytes !== undefined && !own ? current : progress.value;
  if (progress.state !== 'holding' || value === undefined) return false;
  return Math.abs(value - target.value) <= target.value * AT_TARGET;
}

/** Decided by the kernel's state of its process, where it is known, and else by its own report. */
const isOver = (progress: InjectionProgress): boolean =>
  progress.task === undefined ? hasEnded(progress) : isDead(progress.task);
