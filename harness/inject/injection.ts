import type { z } from 'zod';
import type { Bytes } from '../core/bytes.js';
import type { GuestShell } from '../machine/guest-shell.js';
import type { EntryOf, Expectation, InjectionProgress } from '../record/schema.js';
import type { Place } from './place.js';

/**
 * A strain to be put on a box, as a scenario declares it. It is data, and carries the kind that knows what becomes of it, so that
 * there is nothing to look up: a scenario may bring a kind of its own. Sizes are at real scale.
 */
export interface Injection {
  readonly kind: InjectionKind;
  /** Short and plain: it names the injection's unit and state file in the guest. */
  readonly name: string;
  /** The process' name as the kernel and a killer see it. */
  readonly comm: string;
  /** In the serving unit's own cgroup when absent. */
  readonly place?: Place | undefined;
}

/**
 * All that is asked of a kind of injection. A kind is one folder or file that exports such an object and a function which declares
 * an injection of it, and one line in `kinds.ts`.
 */
export interface InjectionKind<D extends Injection = Injection> {
  /** In records: `memory-hog`. */
  readonly name: string;
  /** What it does to a box, in a sentence of the catalogue. */
  readonly summary: string;
  /** What people call one of it, and what it does, a verb that takes an s: `hog`, `grow`. */
  readonly words: { readonly noun: string; readonly verb: string };
  /** The fields of a declaration, for files that no compiler has read. Every field goes where there is none. */
  readonly fields?: () => Promise<z.ZodType>;
  /** What cannot be meant by a declaration, in words that go on from the name of its scenario; undefined where there is nothing. */
  contradictionIn(declared: D, expect: Expectation): string | undefined;
  /** Why it cannot be a bystander, in words that go on from the name of its scenario. */
  unfitAsBystander(declared: D): string | undefined;
  /** The declaration in words, as the catalogue has it. */
  inWords(declared: D): string;
  /** How long it takes until it holds, by its declaration alone, milliseconds. */
  expectedRampMs(declared: D): number;
  /** Whether nothing but a MemoryMax ends it. */
  needsMemoryMax(declared: D): boolean;
  /** The same strain on another bundle, or why there is no such. */
  fit(declared: D, theirs: Ground, own: Ground): Fit<D>;
  /** @throws OomdrillError for what is impossible there */
  plan(declared: D, ground: Ground, scale: Scaling): InjectionPlan;
}

/** What holds where an injection is started: limits of the place, ancestors included, and the memory of the host. */
export interface Ground {
  readonly limits: { readonly high: Bytes; readonly max: Bytes };
  readonly hostMemory: Bytes;
  /** Whether that is in a container that serves. */
  readonly isContainer?: boolean | undefined;
}

export type Fit<D extends Injection = Injection> = { readonly injection: D } | { readonly unfit: string };

export interface Scaling {
  /** What a size of the scenario is divided by; the ground is at scale already. */
  readonly scale: number;
  /** What a process there inherits as its score with the OOM killer (proc_pid_oom_score_adj(5)). */
  readonly oomScoreAdj: number;
}

/** An injection on its bundle at scale: how it is recorded, started, and known to have settled. */
export interface InjectionPlan {
  /** Its own part of the record's entry. */
  readonly recorded: InjectionFacts;
  /** Where it is to hold, in words, in sizes of the guest; undefined where it goes on until it is stopped. */
  readonly holdsAt: string | undefined;
  /** The file in the guest that says how far it is: one line, which the sampler copies as it is. */
  readonly stateFile: string;
  /** What the text of that file says; undefined while it says nothing. */
  readProgress(text: string): InjectionProgress | undefined;
  /** How it begins and then sleeps, for a guest that is saved with it; absent where it must begin anew in each drill. */
  readonly sleep?: Sleep | undefined;
  /** @throws OomdrillError with a code of the kind's own */
  start(machine: GuestShell, spot: Spot, signal: AbortSignal): Promise<RunningInjection>;
  /**
   * @param startedT when it was started, on the clock of the sights that follow
   * @param slowness of the guest: 1 for one of usual speed, 2 for one that is half as fast
   */
  watchRamp(startedT: number, slowness: number): SettledCheck;
}

/** The beginning of an injection that several drills may have in common: it sleeps where nothing happens yet. */
export interface Sleep {
  /** All that decides it, as JSON, besides the cgroups that it is put into. */
  readonly key: readonly unknown[];
  /** What memory.current of the limiting cgroup is then. */
  readonly atBytes: Bytes;
  /** Starts it, and leaves it when it is on its way to where it sleeps. */
  start(machine: GuestShell, spot: Spot, signal: AbortSignal): Promise<void>;
  /** Has it go on. */
  wake(machine: GuestShell, signal: AbortSignal): Promise<RunningInjection>;
}

/** What the record's entry of an injection holds in addition to what holds of all kinds. @public */
export type InjectionFacts = Pick<
  EntryOf<'injection'>,
  'describes' | 'targetBytes' | 'memory' | 'own' | 'creepBytesPerSecond'
>;

/** Cgroups, below the root of the hierarchy. */
export interface Spot {
  /** Where the injection's processes are put. */
  readonly cgroup: string;
  /** Whose limits they meet there: an ancestor, or the same. */
  readonly limitingCgroup: string;
  /** The first process of the container that serves, by its PID in the guest; undefined outside of one. */
  readonly firstProcess?: number | undefined;
}

/** An injection that was started. */
export interface RunningInjection {
  /** SIGKILL to every process of it that still lives. */
  release(): Promise<void>;
}

/** The last that was seen of an injection and of the cgroup that limits it. */
export interface Sight {
  /** When it is looked, milliseconds. */
  readonly t: number;
  readonly progress: InjectionProgress | undefined;
  /** memory.current of the cgroup. */
  readonly currentBytes: Bytes;
  /** How long tasks of the cgroup waited for memory so far: `some` of memory.pressure, milliseconds; undefined where it is not known. */
  readonly memoryStallMs?: number | undefined;
}

/** Called with each sight; true once there is nothing to wait for any more: it holds, it is dead, or it is stuck on its way. */
export type SettledCheck = (sight: Sight) => boolean;
