import type { Injection } from '../inject/injection.js';
import type { Expectation } from '../record/schema.js';

/**
 * What a machine must have for a scenario to mean anything; a missing one skips it, with the reason. `tmux-scopes`: tmux gives each
 * pane a scope of its own. `scope-oom-policy`: scopes have an OOMPolicy. `mglru`: the multi-generational LRU is on.
 */
export type Requirement = 'cgroup-v2' | 'psi' | 'tmux-scopes' | 'scope-oom-policy' | 'mglru';

/** `core` is what a first run and CI drill; `nightly` what is to hold or to fail each night; `full` has what was tried besides. */
export const SUITES = ['core', 'nightly', 'full'] as const;
export type Suite = (typeof SUITES)[number];

/** Limits of the running serving unit, repaired while the injections hold, as an administrator would: without a restart. */
export interface Repair {
  /** Properties for systemctl(1) set-property, such as `{ MemoryHigh: 'infinity' }`; sizes at real scale. */
  readonly set: Readonly<Record<string, string>>;
  /** How long the injections stay when it is done, milliseconds. */
  readonly stayMs: number;
}

/** A drill as it is declared, one a file under scenarios/. Sizes are at real scale; times do not scale. */
export interface Scenario {
  readonly name: string;
  /** One sentence that can turn out wrong. */
  readonly hypothesis: string;
  /** A negative control: the bad outcome is what must come out. */
  readonly control: boolean;
  /** A folder of fixtures/bundles/. */
  readonly bundle: string;
  readonly requires: readonly Requirement[];
  /** The smallest suite that it belongs to. */
  readonly suite: Suite;
  /** Started one after the other: the next when the one before it holds, is stuck or is dead. */
  readonly injections: readonly [Injection, ...Injection[]];
  /** Processes that are there with the injections, from before the baseline on, and must live through the drill. */
  readonly bystanders?: readonly Injection[];
  readonly repair?: Repair;
  /** How the stand-in fails, where it is to fail by itself. */
  readonly standIn?: { readonly losesListenerAfterOom: boolean };
  /** Milliseconds each phase lasts; recovery ends earlier once the server is healthy again. */
  readonly phases: { readonly baselineMs: number; readonly holdMs: number; readonly recoveryMs: number };
  readonly expect: Expectation;
}

/** Phases of a drill under the incident's watchdog: the hold is more than twice its window of 20 s. */
export const DEFAULT_PHASES = { baselineMs: 5_000, holdMs: 45_000, recoveryMs: 20_000 } as const;

/** What a result says of the bundle: its name, where it is not the scenario's own. */
export function otherBundle({ bundle: own }: Pick<Scenario, 'bundle'>, { name }: { name: string }): string | undefined {
  return name === own ? undefined : name;
}
