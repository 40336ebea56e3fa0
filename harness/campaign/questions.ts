import type { Bundle } from '../bundle/bundle.js';
import { effectiveLimits, type LimitedUnit, servingUnit, sliceOf } from '../bundle/serving.js';
import { type Bytes, formatBytes, MIB, parseBytes, renderWholeMib } from '../core/bytes.js';
import type { Scenario } from '../drill/scenario.js';
import { beyondMax, own, type Target, total } from '../inject/memory-hog/target.js';
import type { Place } from '../inject/place.js';
import type { Expectation, Watchdog } from '../record/schema.js';
import { guestAccounts } from '../workload/stand-ins.js';
import { type HogQuestion, hogScenario } from './hog-scenario.js';

/** What decides whether a set of limits is safe: one question each, answered by one drill or several. */
export interface Question {
  readonly name: string;
  /** The question itself, as the beginning of a sentence that its answer ends. */
  readonly asks: string;
  /** One for each place that it is asked at, drilled in this order; the first bad answer is the question's. */
  readonly scenarios: readonly Scenario[];
  /** Its drill is the one that shows what the server needs at rest, which the brim's question has to know. */
  readonly showsRestingSize?: true;
}

/** Places in a soft band: its beginning, where the incident's hog came to rest, its middle, and its end. */
const PLACES_IN_BAND = [0.1, 0.5, 0.9];

/** Without a soft band a hog at rest is asked for here: as much of MemoryMax as the incident's hog had. */
const DEFAULT_SHARE = 0.77;

/** Who logs in where any user may: the last of those whom every guest has, since the first is the one who serves. */
const LOGIN_USER = guestAccounts().at(-1) ?? 'root';

const CONTAINED_SERVER: Expectation = { outcomes: ['contained'], sameServer: true };
const NOBODY: Expectation = { ...CONTAINED_SERVER, killed: 'none' };
const THE_HOG: Expectation = { ...CONTAINED_SERVER, killed: 'injections' };

/** The questions that a bundle's limits raise, but for the brim's, which wants to know the server's size first. */
export function questionsFor(bundle: Bundle, watchdog: Watchdog): Question[] {
  const { unit } = servingUnit(bundle);
  const limits = limitsOf(bundle);
  const most = highestPlace(bundle);
  const band = limits.high < most;
  const rests = band
    ? PLACES_IN_BAND.map((place) => limits.high + (most - limits.high) * place)
    : [most * DEFAULT_SHARE];
  const drilled = (name: string, target: Target, expect: Expectation, place?: Place) =>
    scenarioFor({ name, target, expect, place }, bundle, watchdog);
  const questions: Question[] = [
    {
      name: 'plateau',
      asks: band ? 'a hog at rest between MemoryHigh and MemoryMax' : 'a hog at rest below MemoryMax',
      scenarios: rests.map((bytes, at) =>
        drilled(band ? `plateau-${at + 1}` : 'plateau', total(renderWholeMib(bytes)), NOBODY),
      ),
    },
    {
      name: 'past-max',
      asks: `a runaway in ${unit.name}`,
      scenarios: [drilled('past-max', beyondMax, THE_HOG)],
      showsRestingSize: true,
    },
  ];
  if (hasCap(bundle, 'user-1000.slice'))
    questions.push({
      name: 'session',
      asks: 'a runaway in a login session',
      scenarios: [drilled('session', beyondMax, THE_HOG, { kind: 'session', user: LOGIN_USER })],
    });
  if (hasCap(bundle, 'docker.slice'))
    questions.push({
      name: 'container',
      asks: 'a runaway in a container',
      scenarios: [drilled('container', beyondMax, THE_HOG, { kind: 'container' })],
    });
  return questions;
}

/** Whether a slice has a MemoryMax that is reached before the host's memory runs out. */
const hasCap = (bundle: Bundle, slice: string): boolean =>
  sliceOf(bundle, slice).limits.max < parseBytes(bundle.manifest.host.memory);

/**
 * The question of the brim, the band below MemoryMax where nothing is killed and nobody answers: a hog that keeps what it has and
 * leaves the server `room` beyond what it was seen to have at rest.
 *
 * @param seen memory.current of the unit before any injection, guest bytes
 */
export function brimQuestion(
  bundle: Bundle,
  watchdog: Watchdog,
  seen: { bytes: Bytes; scale: number },
): Question | undefined {
  const { max } = limitsOf(bundle);
  const bytes = max - (seen.bytes + ROOM) * seen.scale;
  // Where the server alone fills its limit, no hog fits beside it.
  if (bytes <= 0) return undefined;
  return {
    name: 'brim',
    asks: `a hog at rest that leaves the server ${formatBytes(ROOM)} more than it needs`,
    scenarios: [
      scenarioFor({ name: 'brim', target: own(renderWholeMib(bytes)), expect: CONTAINED_SERVER }, bundle, watchdog),
    ],
  };
}

/** What a server may need beyond what it has at rest, guest bytes: the brim of a light server begins 20 to 30 MiB below MemoryMax (docs/the-brim.md). */
const ROOM: Bytes = 32 * MIB;

/** The brim is asked for where the kernel kills at MemoryMax and a soft limit has not stopped the hog before. */
export function hasBrim(bundle: Bundle): boolean {
  const limits = limitsOf(bundle);
  return limits.max < parseBytes(bundle.manifest.host.memory) && !(limits.high < limits.max);
}

/** What the bundle leaves open, and no drill is needed to know. */
export function caveatsOf(bundle: Bundle): string[] {
  if (hasCap(bundle, 'user-1000.slice')) return [];
  return [
    'Login sessions have no MemoryMax (user-.slice): a runaway in one takes the whole host, whatever the limits of the unit. Not drilled.',
  ];
}

/** Memory runs out at MemoryMax, or with the host. */
function highestPlace(bundle: Bundle): Bytes {
  return Math.min(limitsOf(bundle).max, parseBytes(bundle.manifest.host.memory));
}

/** What a hog of the serving unit meets. */
function limitsOf(bundle: Bundle): LimitedUnit['limits'] {
  return effectiveLimits(bundle, servingUnit(bundle));
}

function scenarioFor(question: Omit<HogQuestion, 'hypothesis'>, bundle: Bundle, watchdog: Watchdog): Scenario {
  const { name } = question;
  const hypothesis = 'With these limits a hog is contained.';
  return hogScenario({ ...question, name: `validate-${name}`, hypothesis }, bundle, watchdog);
}
