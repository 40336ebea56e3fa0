import type { EntryOf, InjectionProgress } from '../record/schema.js';
import type { Kill } from './kills.js';
import { hasEnded, isDead } from './task-state.js';

/** What became of one injection until the release. */
export interface InjectionFate {
  readonly injection: EntryOf<'injection'>;
  /** The last that was seen of it; null when it was never seen. */
  readonly progress: InjectionProgress | null;
  /** Where it was to hold; null for one without end. */
  readonly target: Quantity | null;
  /** Whether it ever held at its target; one without end is where it belongs at any time. */
  readonly reachedTarget: boolean;
  /** Whether it lived when it was last seen. */
  readonly isAlive: boolean;
  /** Whether the kernel's OOM killer, earlyoom or systemd-oomd took it, or one of its processes. */
  readonly killed: boolean;
}

/** So much of something: `bytes`, `processes`. */
interface Quantity {
  readonly value: number;
  readonly unit: string;
}

/** Everybody's end, as far as it was logged. */
export interface Deaths {
  /** An injection's first process is known by its PID. */
  readonly kills: readonly Kill[];
  /** Those of them that nobody knows, who may be an injection's further processes. */
  readonly strangers: readonly Kill[];
  readonly cgroups: readonly { readonly cgroup: string }[];
}

/** The kernel keeps so many characters of a process' name (TASK_COMM_LEN less the closing zero). */
const COMM_LENGTH = 15;

/** An injection that is held is within this share of its target; a hog's closed loop keeps it far closer. */
const AT_TARGET = 0.01;

/** A look at an injection, and memory.current of the cgroup that limits it. */
interface SeenState {
  readonly progress: InjectionProgress;
  readonly current: number;
}

/**
 * What became of an injection, and the kills that took it.
 *
 * @param samples those of before the release
 */
export function studyInjection(
  injection: EntryOf<'injection'>,
  samples: readonly EntryOf<'sample'>[],
  { kills, strangers, cgroups }: Deaths,
): { fate: InjectionFate; kills: readonly Kill[] } {
  const looks = samples.flatMap((sample): SeenState[] => {
    const progress = sample.progress[injection.name];
    return progress ? [{ progress, current: sample.cgroups[injection.role ?? 'server']?.current ?? 0 }] : [];
  });
  const pids = new Set(looks.map(({ progress }) => progress.pid));
  const comm = injection.comm.slice(0, COMM_LENGTH);
  const own = kills.filter((kill) => pids.has(kill.pid) || (kill.comm === comm && strangers.includes(kill)));
  const killed = own.length > 0 || cgroups.some(({ cgroup }) => `${injection.cgroup}/`.startsWith(`${cgroup}/`));
  const progress = looks.at(-1)?.progress ?? null;
  const target = targetOf(injection, looks);
  const reachedTarget = target === null || looks.some((look) => isAtTarget(target, look, injection));
  const isAlive = progress !== null && !isOver(progress);
  return { fate: { injection, progress, target, reachedTarget, isAlive, killed }, kills: own };
}

/** By the entry for what is after memory, by its own word otherwise. */
function targetOf({ targetBytes }: EntryOf<'injection'>, looks: readonly SeenState[]): Quantity | null {
  if (targetBytes !== undefined) return targetBytes === null ? null : { value: targetBytes, unit: 'bytes' };
  const told = looks.findLast(({ progress }) => progress.target !== undefined)?.progress;
  return told?.target === undefined ? null : { value: told.target, unit: told.unit };
}

/** What steers memory.current holds where that is at the target; all others, where they are themselves. */
function isAtTarget(
  target: Quantity,
  { progress, current }: SeenState,
  { targetBytes, own }: EntryOf<'injection'>,
): boolean {
  const value = targetBytes !== undefined && !own ? current : progress.value;
  return progress.state === 'holding' && Math.abs(value - target.value) <= target.value * AT_TARGET;
}

/** By the kernel's word on its process where there is one. */
const isOver = (progress: InjectionProgress): boolean =>
  progress.task === undefined ? hasEnded(progress) : isDead(progress.task);
