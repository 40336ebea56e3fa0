import type { Bundle } from '../bundle/bundle.js';
import { DEFAULT_PHASES, type Scenario } from '../drill/scenario.js';
import { hog } from '../inject/memory-hog/hog.js';
import type { Target } from '../inject/memory-hog/target.js';
import type { Place } from '../inject/place.js';
import type { Expectation, Watchdog } from '../record/schema.js';
import { windowMs } from '../record/watchdog.js';

/** A silence of all of the hold is longer than the clients' patience. */
const HOLD_WINDOWS = 1.1;

/** One hog on a bundle, made for a question about its limits; no scenario of the catalogue. */
export interface HogQuestion {
  readonly name: string;
  readonly hypothesis: string;
  readonly target: Target;
  readonly place?: Place;
  readonly expect: Expectation;
}

/** The scenario that answers it, held no longer than the clients' patience asks for. */
export function hogScenario(
  { name, hypothesis, target, place, expect }: HogQuestion,
  bundle: Bundle,
  watchdog: Watchdog,
): Scenario {
  return {
    name,
    hypothesis,
    control: false,
    bundle: bundle.name,
    requires: ['cgroup-v2', 'psi'],
    suite: 'nightly',
    injections: [hog({ name: 'hog', comm: 'hog', target, place })],
    phases: { ...DEFAULT_PHASES, holdMs: HOLD_WINDOWS * windowMs(watchdog) },
    expect,
  };
}
