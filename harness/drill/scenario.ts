import type { Bundle } from '../bundle/bundle.js';
import type { UnitSettings } from '../bundle/with-settings.js';
import type { Injection } from '../inject/injection.js';
import type { Expectation } from '../record/schema.js';

/**
 * What a machine must have for a scenario to mean anything; a missing one skips it, with the reason. `tmux-scopes`: tmux gives each
 * pane a scope of its own. `scope-oom-policy`: scopes have an OOMPolicy. `mglru`: the multi-generational LRU is on.
 * `postgresql-17`: the packages of the guest have this version. `systemd-oomd`: it is installed. `quadlets`: Podman makes services of
 * `.container` files. `populate-write`: memory is touched by batches (MADV_POPULATE_WRITE). `vmgenid`: a restored guest draws new random
 * numbers. `cri`: containerd, with what makes a pod by its CRI. `zram`, `zswap`: the kernel has them.
 */
export const REQUIREMENTS = [
  'cgroup-v2',
  'psi',
  'tmux-scopes',
  'scope-oom-policy',
  'mglru',
  'postgresql-17',
  'systemd-oomd',
  'quadlets',
  'populate-write',
  'vmgenid',
  'cri',
  'zram',
  'zswap',
] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

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

/** How long each phase of a drill lasts, milliseconds. Recovery ends earlier once the server is healthy again. */
export interface PhaseTimes {
  readonly baselineMs: number;
  /** Longer than the watchdog's window, or no silence could exceed it. */
  readonly holdMs: number;
  readonly recoveryMs: number;
}

/** Phases under the incident's watchdog, whose window is 20 s. */
export const DEFAULT_PHASES: PhaseTimes = { baselineMs: 5_000, holdMs: 25_000, recoveryMs: 20_000 };

/** Another bundle, with other settings of its serving unit. */
export interface ChangedBundle {
  /** A path or a name, as a scenario gives it. */
  readonly from: string;
  /** By their names in a unit file, such as `{ MemoryHigh: '3G' }`. */
  readonly set: UnitSettings;
}

/** A bundle that a scenario names, and how it is read when it is needed. */
export interface BundleSource {
  readonly name: string;
  /** @throws OomdrillError those of `loadBundle` */
  load(): Promise<Bundle>;
}

/**
 * A scenario as a file declares it: a claim about limits, what happens to them, and what must come out. Sizes are at
 * real scale; times do not scale.
 */
export interface ScenarioDeclaration {
  /** The name of its file without extension, which is the default. */
  readonly name?: string;
  /** One sentence that can turn out wrong. */
  readonly hypothesis: string;
  /** A negative control: the bad outcome is what must come out. False by default. */
  readonly control?: boolean;
  /**
   * The limits that are drilled: a path that begins with `./`, `../` or `/`, relative to the scenario's file; the name
   * of a bundle that comes with oomdrill; one of these with other settings; or a bundle itself.
   */
  readonly bundle: string | ChangedBundle | Bundle | BundleSource;
  /** What the machine must have for the claim to mean anything; cgroup v2 and PSI by default. */
  readonly requires?: readonly Requirement[];
  /** The smallest suite that it belongs to; `nightly` by default. */
  readonly suite?: Suite;
  /** Started one after the other: the next when the one before it holds, is stuck or is dead. */
  readonly injections: readonly [Injection, ...Injection[]];
  /** Processes that are there with the injections, from before the baseline on, and must live through the drill. */
  readonly bystanders?: readonly Injection[];
  readonly repair?: Repair;
  /** How the stand-in fails, where it is to fail by itself. */
  readonly standIn?: { readonly losesListenerAfterOom: boolean };
  /** Those that are not given have the times of `DEFAULT_PHASES`. */
  readonly phases?: Partial<PhaseTimes>;
  readonly expect: Expectation;
}

/** A scenario with everything that its declaration left out. */
export type Scenario = Required<Pick<ScenarioDeclaration, 'name' | 'control' | 'requires' | 'suite'>> &
  Omit<ScenarioDeclaration, 'name' | 'control' | 'requires' | 'suite' | 'bundle' | 'phases'> & {
    readonly bundle: BundleSource;
    readonly phases: PhaseTimes;
  };

/** What a result says of the bundle: its name, where it is not the scenario's own. */
export function otherBundle({ bundle: own }: Pick<Scenario, 'bundle'>, { name }: { name: string }): string | undefined {
  return name === own.name ? undefined : name;
}
