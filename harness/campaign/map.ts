import type { Bundle } from '../bundle/bundle.js';
import { effectiveLimits } from '../bundle/serving.js';
import { type Bytes, MIB, renderBytes } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import type { Scenario } from '../drill/scenario.js';
import { own } from '../inject/memory-hog/target.js';
import type { Expectation } from '../record/schema.js';
import { type BandMap, computeBand, decideZone, findBand, type MapPoint } from '../verdict/band.js';
import type { DrillContext } from './context.js';
import { hogScenario } from './hog-scenario.js';
import { type DrillOne, drillWithSecondTry, makeRunDir, onOneMachine, specOf } from './on-machine.js';
import { keepPartial } from './partial.js';
import { createPlanner } from './planner.js';

export interface MapOptions {
  readonly bundle: Bundle;
  /** The name of the guest that is drilled on. */
  readonly guest: string;
  /** To which each edge is found, bytes of the guest. */
  readonly precision: Bytes;
}

/** A map, and what broke it off where it is unfinished. */
export interface Mapped {
  readonly map: BandMap;
  readonly failure?: unknown;
}

/**
 * Finds by bisection where a hog at rest begins to harm the server, and where it begins to be killed. What was seen before an
 * interruption, or before a drill that proved nothing (`MAP_INCONCLUSIVE`), is given all the same.
 *
 * @throws OomdrillError `MAP_UNLIMITED`, `PRECISION_INVALID`, and what ended the first drill
 */
export async function mapBand(context: DrillContext, options: MapOptions): Promise<Mapped> {
  const { bundle, guest, precision } = options;
  const { progress } = context;
  if (precision < MIB)
    throw usageError(
      'PRECISION_INVALID',
      `${precision} bytes are finer than a hog is held.`,
      'Write --precision 1M or more.',
    );
  const plan = await createPlanner(context);
  const planAt = (bytes: Bytes) => plan(scenarioAt(bytes, bundle, context), bundle);
  const first = await planAt(MIB);
  const { scale } = first;
  const limits = effectiveLimits(first.bundle, first.serving);
  if (!Number.isFinite(limits.max))
    throw usageError(
      'MAP_UNLIMITED',
      `${first.serving.unit.name} has no MemoryMax: there is no place where a hog is killed.`,
    );
  const runDir = await makeRunDir(context.outDir, 'map');
  const points: MapPoint[] = [];
  const mapSoFar = () => ({
    bundle: bundle.name,
    scale,
    limits,
    precision,
    band: computeBand(points, limits.max),
    points,
  });
  const lookAt = async (drillOne: DrillOne, place: Bytes) => {
    const where = `${Math.round(place / MIB)}M`;
    const run = await drillWithSecondTry(drillOne, await planAt(place * scale), `-${where}`, progress);
    const zone = decideZone(run);
    points.push({ sizeBytes: place, zone, run });
    progress(`at ${where}: ${zone}`);
    return zone;
  };
  const failure = await keepPartial(
    () =>
      onOneMachine(context, specOf(guest, first), runDir, async (drillOne) => {
        await findBand(limits.max, precision, (place) => lookAt(drillOne, place));
      }),
    () => points.length > 0,
  );
  return failure === undefined ? { map: mapSoFar() } : { map: { ...mapSoFar(), unfinished: true }, failure };
}

/** A hog that keeps so much memory of its own, in bytes of the real host. */
function scenarioAt(bytes: Bytes, bundle: Bundle, { watchdog }: DrillContext): Scenario {
  const hypothesis = 'Where a hog at rest harms the server, it is killed.';
  const name = `map-${bundle.name}`;
  const expect: Expectation = { outcomes: ['contained'] };
  return hogScenario({ name, hypothesis, target: own(renderBytes(bytes)), expect }, bundle, watchdog);
}
