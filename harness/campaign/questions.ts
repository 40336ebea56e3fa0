import type { Bundle } from '../bundle/bundle.js';
import { nameLimit, nameMemoryMax, nameOfServing } from '../bundle/manifest.js';
import { computeEffectiveLimits, type LimitedUnit, resolveServingUnit, resolveSlice } from '../bundle/serving.js';
import { type Bytes, formatBytes, MIB, parseBytes, renderWholeMib } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import type { Scenario } from '../drill/scenario.js';
import { beyondMax, own, type Target, total } from '../inject/memory-hog/target.js';
import type { Place } from '../inject/place.js';
import type { Expectation, Watchdog } from '../record/schema.js';
import { listGuestAccounts } from '../workload/stand-ins.js';
import { createHogScenario, type HogQuestion } from './hog-scenario.js';

/** A question whose answer decides whether limits are safe. One or several drills answer it. */
export interface Question {
  readonly name: string;
  /** The subject of a sentence that the answer completes: `a runaway in web.service`. */
  readonly asks: string;
  /** One for each place of the hog, drilled in this order; the first failure is the question's answer. */
  readonly scenarios: readonly Scenario[];
  /** Its drill shows how much memory the server has before the injection, which the question of the brim needs. */
  readonly showsRestingSize?: true;
}

/** Places in a soft band: near its start, where the incident's hog settled; its middle; near its end. */
const PLACES_IN_BAND = [0.1, 0.5, 0.9];

/** Without a soft band a steady hog is held at this share of MemoryMax, the share of the incident's hog. */
const DEFAULT_SHARE = 0.77;

/** The user of the login session: the last account that every guest has, because the first one runs the server. */
const LOGIN_USER = listGuestAccounts().at(-1) ?? 'root';

const CONTAINED_SERVER: Expectation = { outcomes: ['contained'], sameServer: true };
const NOTHING_KILLED: Expectation = { ...CONTAINED_SERVER, killed: 'none' };
const HOG_KILLED: Expectation = { ...CONTAINED_SERVER, killed: 'injections' };

/** After half a minute without a login an operator takes the host for dead. Under load a guest without KVM shows up to 10 s. */
const GETS_IN = { longestLoginGapMs: 30_000 } as const;

/** Below this the size of a steady hog would be rounded to nothing. */
const MIN_MAX_SIZE: Bytes = 2 * MIB;

/**
 * Creates the questions about a bundle's limits, except that of the brim, which needs the server's size first.
 *
 * @param wayIn whether each asks as well if one could log in meanwhile
 * @throws OomdrillError `LIMIT_TOO_SMALL`
 */
export function createQuestions(bundle: Bundle, watchdog: Watchdog, wayIn = false): Question[] {
  const name = nameOfServing(bundle.manifest);
  const limits = limitsOf(bundle);
  const max = maxSizeOf(bundle);
  if (limits.max < MIN_MAX_SIZE)
    throw usageError(
      'LIMIT_TOO_SMALL',
      `${nameLimit(bundle.manifest, limits.max)} of ${name} is too small to drill: a hog grows in steps of 1M.`,
      'Set at least as much as the server needs.',
    );
  const hasBand = limits.high < max;
  const plateaus = hasBand
    ? PLACES_IN_BAND.map((place) => limits.high + (max - limits.high) * place)
    : [max * DEFAULT_SHARE];
  const scenario = (name: string, target: Target, expect: Expectation, place?: Place) =>
    createScenario({ name, target, expect: wayIn ? { ...expect, ...GETS_IN } : expect, place }, bundle, watchdog);
  const questions: Question[] = [
    {
      name: 'plateau',
      asks: hasBand
        ? `a steady hog between MemoryHigh and ${nameMemoryMax(bundle.manifest)}`
        : `a steady hog below ${nameMemoryMax(bundle.manifest)}`,
      scenarios: plateaus.map((bytes, index) =>
        scenario(hasBand ? `plateau-${index + 1}` : 'plateau', total(renderWholeMib(bytes)), NOTHING_KILLED),
      ),
    },
    {
      name: 'past-max',
      asks: `a runaway in ${bundle.manifest.serving.container ? `the container ${name}` : name}`,
      scenarios: [scenario('past-max', beyondMax, HOG_KILLED)],
      showsRestingSize: true,
    },
  ];
  if (hasCap(bundle, 'user-1000.slice'))
    questions.push({
      name: 'session',
      asks: 'a runaway in a login session',
      scenarios: [scenario('session', beyondMax, HOG_KILLED, { kind: 'session', user: LOGIN_USER })],
    });
  if (hasCap(bundle, 'docker.slice'))
    questions.push({
      name: 'container',
      asks: 'a runaway in a container',
      scenarios: [scenario('container', beyondMax, HOG_KILLED, { kind: 'container' })],
    });
  return questions;
}

/** Whether a slice has a MemoryMax below the host's memory. */
const hasCap = (bundle: Bundle, slice: string): boolean =>
  resolveSlice(bundle, slice).limits.max < parseBytes(bundle.manifest.host.memory);

/**
 * Creates the question of the brim, the band below MemoryMax where nothing is killed and the server does not answer: a
 * steady hog leaves the server `ROOM` more than it had before the injection.
 *
 * @param resting memory.current of the unit before any injection, guest bytes, and the scale of the guest
 * @param wayIn as of `createQuestions`
 * @returns undefined where the server alone fills its limit
 */
export function createBrimQuestion(
  bundle: Bundle,
  watchdog: Watchdog,
  resting: { bytes: Bytes; scale: number },
  wayIn = false,
): Question | undefined {
  const { max } = limitsOf(bundle);
  const bytes = max - (resting.bytes + ROOM) * resting.scale;
  if (bytes <= 0) return undefined;
  const expect = wayIn ? { ...CONTAINED_SERVER, ...GETS_IN } : CONTAINED_SERVER;
  return {
    name: 'brim',
    asks: `a steady hog that leaves the server ${formatBytes(ROOM)} more than it needs`,
    scenarios: [createScenario({ name: 'brim', target: own(renderWholeMib(bytes)), expect }, bundle, watchdog)],
  };
}

/**
 * What a server may need on top of its memory before the injection, guest bytes: the brim of a light server begins 20
 * to 30 MiB below MemoryMax (docs/the-brim.md).
 */
const ROOM: Bytes = 32 * MIB;

/** There is a brim where the kernel kills at MemoryMax and no soft limit stops the hog before. */
export function hasBrim(bundle: Bundle): boolean {
  const limits = limitsOf(bundle);
  return limits.max < parseBytes(bundle.manifest.host.memory) && !(limits.high < limits.max);
}

/** Risks that the bundle leaves open, known without a drill. */
export function findCaveats(bundle: Bundle): string[] {
  if (hasCap(bundle, 'user-1000.slice')) return [];
  return [
    'Login sessions have no MemoryMax (user-.slice): a runaway in one takes the whole host, whatever the limits of the unit. Not drilled.',
  ];
}

/** The size at which memory runs out: MemoryMax, or the host's memory. */
function maxSizeOf(bundle: Bundle): Bytes {
  return Math.min(limitsOf(bundle).max, parseBytes(bundle.manifest.host.memory));
}

/** The limits that a hog in the serving unit reaches. */
function limitsOf(bundle: Bundle): LimitedUnit['limits'] {
  return computeEffectiveLimits(bundle, resolveServingUnit(bundle));
}

function createScenario(question: Omit<HogQuestion, 'hypothesis'>, bundle: Bundle, watchdog: Watchdog): Scenario {
  const { name } = question;
  const hypothesis = 'With these limits a hog is contained.';
  return createHogScenario({ ...question, name: `validate-${name}`, hypothesis }, bundle, watchdog);
}
