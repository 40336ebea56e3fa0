import type { Bundle } from '../bundle/bundle.js';
import { nameLimit, nameMemoryMax } from '../bundle/manifest.js';
import { computeEffectiveLimits, resolveServingUnit } from '../bundle/serving.js';
import { type Bytes, formatBytes, MIB, parseBytes, renderBytes } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import type { PlannedDrill } from '../drill/plan.js';
import type { Scenario } from '../drill/scenario.js';
import { own } from '../inject/memory-hog/target.js';
import type { Expectation, Watchdog } from '../record/schema.js';
import {
  BAND_EDGES,
  type BandEdge,
  type BandMap,
  computeBand,
  decideZone,
  findBand,
  type KnownEdges,
  type MapPoint,
  reckonEdges,
} from '../verdict/band.js';
import { type Cost, cellKey } from '../verdict/part.js';
import type { DrillContext } from './context.js';
import { createHogScenario } from './hog-scenario.js';
import { type DrillOne, drillWithSecondTry, makeRunDir, specOf, withMachine } from './on-machine.js';
import { keepPartial } from './partial.js';
import { createPlanner } from './planner.js';
import { restingBytesOf } from './resting-bytes.js';
import { type ExpectedCell, estimateCost } from './shard.js';
import { MADE_FOR_MANY } from './snapshots.js';

export interface MapOptions {
  readonly bundle: Bundle;
  /** Name of the guest image. */
  readonly guest: string;
  /** How exactly each edge is found, guest bytes. */
  readonly precision: Bytes;
  /** The edges that are looked for; both by default. */
  readonly edges?: readonly BandEdge[] | undefined;
  /** Looks for the edges that an earlier map of the bundle found at this scale. */
  readonly findKnown?: (scale: number) => KnownEdges | undefined;
}

/** A map, and the error that ended it early if it is unfinished. */
export interface MapResult {
  readonly map: BandMap;
  readonly failure?: unknown;
}

/**
 * Finds by bisection the sizes from which a steady hog harms the server, and from which it is killed. An interruption,
 * an inconclusive drill (`MAP_INCONCLUSIVE`), or one that ended in an error of its own, ends the map early; the points until then are returned.
 *
 * @throws OomdrillError `MAP_UNLIMITED`, `PRECISION_INVALID`, and the error of the first drill
 */
export async function mapBand(context: DrillContext, options: MapOptions): Promise<MapResult> {
  const { bundle, guest, precision } = options;
  const { progress } = context;
  if (precision < MIB)
    throw usageError(
      'PRECISION_INVALID',
      `--precision must be at least 1M (got ${renderBytes(precision)}): a hog is not held more exactly.`,
      'Write --precision 1M or more.',
    );
  const plan = await createPlanner(context);
  const planAt = (bytes: Bytes) => plan(scenarioAt(bytes, bundle, context.watchdog), bundle);
  const first = await planAt(MIB);
  const { scale } = first;
  const limits = computeEffectiveLimits(first.bundle, first.serving);
  if (!Number.isFinite(limits.max))
    throw usageError(
      'MAP_UNLIMITED',
      `${first.workload.name} has no ${nameMemoryMax(bundle.manifest)}: a hog is not killed at any size.`,
    );
  if (precision >= limits.max) throw tooCoarseError(precision, limits.max, first);
  // What does not fit below a limit is swapped first, and only then is the hog throttled or killed.
  const swapBytes = Math.min(limits.swapMax, parseBytes(first.bundle.manifest.host.swap));
  const most = limits.max + swapBytes;
  const known = options.findKnown?.(scale);
  if (known) {
    const edges = [known.healthyBytes, known.killedBytes].map((bytes) => `${Math.round(bytes / MIB)}M`);
    progress(`beginning at the edges of the last map, ${edges.join(' and ')}`);
  }
  const runDir = await makeRunDir(context.outDir, 'map');
  const points: MapPoint[] = [];
  const mapSoFar = () => ({
    bundle: bundle.name,
    scale,
    limits,
    precision,
    band: computeBand(points, most),
    points,
  });
  const drillAt = async (drillOne: DrillOne, sizeBytes: Bytes) => {
    const size = `${Math.round(sizeBytes / MIB)}M`;
    const run = await drillWithSecondTry(drillOne, await planAt(sizeBytes * scale), `-${size}`, context);
    const zone = decideZone(run);
    points.push({ sizeBytes, zone, run });
    progress(`at ${size}: ${zone}`);
    return zone;
  };
  const reckon = async () => {
    const record = points.at(-1)?.run.record;
    const restingBytes = record ? await restingBytesOf(record) : null;
    return restingBytes === null ? undefined : reckonEdges({ high: limits.high + swapBytes, max: most }, restingBytes);
  };
  const failure = await keepPartial(
    () =>
      withMachine(context, specOf(guest, first), { runDir, snapshotsFor: () => MADE_FOR_MANY }, async (drillOne) => {
        await findBand(most, precision, (size) => drillAt(drillOne, size), { known, reckon }, options.edges);
      }),
    () => points.length > 0,
  );
  return failure === undefined ? { map: mapSoFar() } : { map: { ...mapSoFar(), unfinished: true }, failure };
}

/** The key of the cell of an edge. */
export const edgeKey = (edge: BandEdge, { bundle, guest }: Pick<MapOptions, 'bundle' | 'guest'>): string =>
  cellKey(`${edge} edge`, bundle.name, guest);

/** Lists the cells of a map: its edges. A search for one of them takes as long as one for the other. */
export function listMapCells(options: MapOptions, context: Pick<DrillContext, 'watchdog'>): ExpectedCell[] {
  const search = estimateSearches(1, options, context);
  return BAND_EDGES.map((edge) => ({ key: edgeKey(edge, options), ...search }));
}

/** What searches for an edge are expected to take without an earlier map, on whatever scale. */
export function estimateSearches(
  searches: number,
  { bundle, precision }: Pick<MapOptions, 'bundle' | 'precision'>,
  { watchdog }: Pick<DrillContext, 'watchdog'>,
): Cost {
  const max = resolveServingUnit(bundle).limits.max;
  const drills = Math.ceil(Math.log2(Math.min(max, parseBytes(bundle.manifest.host.memory)) / precision));
  return estimateCost([scenarioAt(MIB, bundle, watchdog)], searches * Math.max(1, drills));
}

/** No size between 0 and MemoryMax would be drilled. */
function tooCoarseError(precision: Bytes, max: Bytes, { bundle, workload, scale }: PlannedDrill) {
  const limit = `${nameLimit(bundle.manifest, max)} of ${workload.name} at scale 1/${scale}`;
  return usageError(
    'PRECISION_INVALID',
    `--precision must be smaller than ${limit} (got ${formatBytes(precision)}): there is no size to drill.`,
    `Write a smaller --precision, such as 8M, or map what has a larger ${nameMemoryMax(bundle.manifest)}.`,
  );
}

/** @param bytes the hog's own memory, bytes of the real host */
function scenarioAt(bytes: Bytes, bundle: Bundle, watchdog: Watchdog): Scenario {
  const hypothesis = 'A steady hog that harms the server is killed.';
  const name = `map-${bundle.name}`;
  const expect: Expectation = { outcomes: ['contained'] };
  return createHogScenario({ name, hypothesis, target: own(renderBytes(bytes)), expect }, bundle, watchdog);
}
