import type { Injection, InjectionKind } from '../injection.js';
import { MEMORY_HOG } from './kind.js';
import type { Target } from './target.js';

/** A memory hog: processes that take memory up to a place, and stay there. */
export interface Hog extends Injection {
  readonly kind: InjectionKind<Hog>;
  readonly target: Target;
  /** Anonymous when absent. Page cache comes from a file of holes: it costs no disk, and the kernel takes it back under pressure. */
  readonly memory?: 'anonymous' | 'shared' | 'page-cache' | undefined;
  /** Bytes per second, at real scale; as fast as one thread touches pages when absent. */
  readonly rate?: string | undefined;
  /** `idle` sits still as the incident's did; `churn` keeps rewriting its memory. */
  readonly hold?: 'idle' | 'churn' | undefined;
  /** Where the scenario does not say: the serving unit's own for a hog in it, neutral elsewhere (proc_pid_oom_score_adj(5)). */
  readonly oomScoreAdj?: number | undefined;
  /**
   * Which share of each page does not compress, 0 to 1: what zram and zswap can make of it. A page of the hog has one byte when absent,
   * and compressed memory keeps a hundred of those in the place of one.
   */
  readonly incompressible?: number | undefined;
  /** So many processes share the target. */
  readonly tasks?: number | undefined;
  readonly creep?: Creep | undefined;
  /**
   * How it gets into a container that serves: as a `child` of its first process, what the server itself starts, or by `exec`, as what
   * `docker exec` and `podman exec` start: in the same cgroup and PID namespace, without a parent there. A child when absent.
   */
  readonly origin?: 'child' | 'exec' | undefined;
  /** A real program in place of ours, with its arguments: it grows by a line without end that it is fed on standard input. */
  readonly program?: readonly [string, ...string[]] | undefined;
}

/**
 * It grows slowly once what cannot be reclaimed is so near to the limit, so that what becomes of the server there is seen place by
 * place. Sizes of the guest: a server's text does not scale, and neither does the brim.
 */
export interface Creep {
  readonly belowMax: string;
  readonly perSecond: string;
}

/** Slow enough that each place below the limit is seen for what it is: a megabyte in five seconds, over the last twelve megabytes. */
export const CREEP: Creep = { belowMax: '12M', perSecond: '200K' };

/** What a scenario writes of a hog. */
export type HogShape = Omit<Hog, 'kind' | 'name' | 'comm'> & Partial<Pick<Hog, 'name' | 'comm'>>;

/** Declares a memory hog, such as `hog({ target: between(0.5) })`. Its name and its process' name are `hog` by default. */
export function hog({ name, comm, ...shape }: HogShape): Hog {
  return { kind: MEMORY_HOG, name: name ?? comm ?? 'hog', comm: comm ?? name ?? 'hog', ...shape };
}
