import type { InjectionKind } from '../inject/injection.js';
import type { Reporter } from '../report/reporter.js';
import type { Probe } from '../workload/probe.js';
import type { OptionDefaults } from './options.js';

/**
 * What `oomdrill.config.ts` exports as its default: defaults of options, and what your repository adds to oomdrill.
 * The command line and the environment count for more. Paths are relative to the file. docs/configuration.md explains
 * it.
 */
export interface Config extends OptionDefaults {
  /** Reporters of your own: each has an option of `run`, `judge` and `merge`. */
  readonly reporters?: readonly Reporter[];
  /** Probes of your own, which a bundle names in `serving.probe`. */
  readonly probes?: readonly Probe[];
  /** Kinds of injections of your own, for lists of all of them; a scenario brings its kind with it. */
  readonly injections?: readonly InjectionKind[];
}

/**
 * Types a configuration, and does nothing else:
 *
 * ```ts
 * import { defineConfig } from 'oomdrill';
 *
 * export default defineConfig({ out: 'drills', guest: 'trixie', run: { suite: 'nightly' } });
 * ```
 */
export function defineConfig(config: Config): Config {
  return config;
}
