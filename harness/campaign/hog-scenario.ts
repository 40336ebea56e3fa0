import type { Bundle } from '../bundle/bundle.js';
import { DEFAULT_PHASES, type Scenario } from '../drill/scenario.js';
import { hog } from '../inject/memory-hog/hog.js';
import type { Target } from '../inject/memory-hog/target.js';
import type { Place } from '../inject/place.js';
import type { Expectation, Watchdog } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';
import { bundleSource } from './bundle-source.js';

/** The hold in watchdog windows: a server that is silent for all of the hold exceeds the window. */
const HOLD_WINDOWS = 1.1;

/** A question about a bundle's limits that one hog answers. It is not a scenario of the catalogue. */
export interface HogQuestion {
  readonly name: string;
  readonly hypothesis: string;
  readonly target: Target;
  readonly place?: Place;
  readonly expect: Expectation;
}

/** Creates the scenario that answers a question, with a hold no longer than the watchdog's window needs. */
export function createHogScenario(
  { name, hypothesis, target, place, expect }: HogQuestion,
  bundle: Bundle,
  watchdog: Watchdog,
): Scenario {
  return {
    name,
    hypothesis,
    control: false,
    bundle: bundleSource(bundle, ''),
    requires: ['cgroup-v2', 'psi'],
    suite: 'nightly',
    injections: [hog({ name: 'hog', comm: 'hog', target, place })],
    phases: { ...DEFAULT_PHASES, holdMs: HOLD_WINDOWS * windowMs(watchdog) },
    expect,
  };
}
