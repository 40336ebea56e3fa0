import { type Bytes, MIB } from '../core/bytes.js';
import { machineError } from '../core/errors.js';
import { OUTCOMES } from './outcomes.js';
import type { Evidence, RunSummary } from './summary.js';
import type { Zone } from './zones.js';

/** A range of hog sizes, bytes of memory.current, in which the server is harmed. Each edge is known to `precision`. */
export interface Band {
  /** The largest size at which the server was seen healthy, and the smallest at which the hog was seen killed. */
  readonly from: Bytes;
  readonly to: Bytes;
  /** The smallest and the largest size at which the server was seen harmed; null where there was none. */
  readonly harmed: { readonly from: Bytes; readonly to: Bytes } | null;
}

/** One drill of a map: the size that the hog holds, its own memory alone, and the result. Bytes of the guest. */
export interface MapPoint {
  readonly sizeBytes: Bytes;
  readonly zone: Zone;
  readonly run: RunSummary;
}

/** The band in which a hog in the serving unit harms the server and is not killed. Bytes of the guest. */
export interface BandMap {
  readonly bundle: string;
  readonly scale: number;
  readonly limits: { readonly high: Bytes; readonly max: Bytes; readonly swapMax: Bytes };
  readonly precision: Bytes;
  readonly band: Band;
  readonly points: readonly MapPoint[];
  /** Not finished: each edge lies somewhere between the sizes that were drilled. */
  readonly unfinished?: true;
}

/** Edges that an earlier map found. Bytes of the guest. */
export interface KnownEdges {
  /** The largest size at which the server was healthy. */
  readonly healthyBytes: Bytes;
  /** The smallest size at which the hog was killed; MemoryMax, and what may be swapped, where none was. */
  readonly killedBytes: Bytes;
}

/** The edges of a band: where the server is harmed first, and where the hog is killed first. Each is a search of its own. */
export const BAND_EDGES = ['lower', 'upper'] as const;
export type BandEdge = (typeof BAND_EDGES)[number];

/** The map for one value of a swept setting, or the error that prevented or interrupted it. */
export interface SweptRow {
  readonly value: string;
  readonly map?: BandMap;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Where a search for the edges begins. Nothing is believed of it: drills find them wherever they are. */
interface EdgeHints {
  /** Edges that an earlier map found. */
  readonly known?: KnownEdges | undefined;
  /** Where there are none: reckons, after a first drill in the middle, where the edges probably are. */
  readonly reckon?: (() => Promise<KnownEdges | undefined>) | undefined;
}

/** What a server may need on top of its memory before the injection: the band at the brim of a light one is so wide (docs/the-brim.md). */
const BRIM: Bytes = 16 * MIB;

/**
 * Where edges probably are: the hog's own memory is healthy up to what the server leaves of the lower limit, and is killed beyond what it
 * leaves of MemoryMax; above MemoryHigh, where it is throttled, it mostly does not get there.
 *
 * @param restingBytes what the server has before the injection
 */
export function reckonEdges({ high, max }: Pick<BandMap['limits'], 'high' | 'max'>, restingBytes: Bytes): KnownEdges {
  const hasSoftLimit = high < max;
  return {
    healthyBytes: hasSoftLimit ? high - restingBytes : max - restingBytes - BRIM,
    killedBytes: hasSoftLimit ? max : max - restingBytes,
  };
}

/**
 * Finds the band by bisection; from edges on that are known or reckoned, in steps that double until each is passed. Assumes that the server is
 * healthy without a hog, and that as the hog's size grows, the server is first healthy, then perhaps harmed, until the hog is killed.
 *
 * @param max MemoryMax and what may be swapped, where a hog is killed; neither this size nor 0 is drilled
 * @param precision the width to which each edge is found, bytes
 * @param drill runs one drill with a hog that holds this size
 * @param hints where the edges probably are
 * @param edges one alone is looked for without what the search for the other one would show, in a few drills more
 */
export async function findBand(
  max: Bytes,
  precision: Bytes,
  drill: (sizeBytes: Bytes) => Promise<Zone>,
  hints: EdgeHints = {},
  edges: readonly BandEdge[] = BAND_EDGES,
): Promise<Band> {
  const points: Pick<MapPoint, 'sizeBytes' | 'zone'>[] = [];
  const drillAt = async (sizeBytes: Bytes): Promise<Zone> => {
    const zone = await drill(sizeBytes);
    points.push({ sizeBytes, zone });
    return zone;
  };
  /** Narrows an interval until it is at most as wide as the precision. */
  const narrow = async (low: Bytes, high: Bytes, isBelow: (zone: Zone) => boolean, first?: Bytes) => {
    let [from, to] = [low, high];
    let next = first;
    for (let step = precision; to - from > precision; step *= 2) {
      const sizeBytes = next !== undefined && next > from && next < to ? next : Math.round((from + to) / 2);
      const zone = await drillAt(sizeBytes);
      if (isBelow(zone)) from = sizeBytes;
      else to = sizeBytes;
      const isPassed = from > low && to < high;
      next = first === undefined || isPassed ? undefined : isBelow(zone) ? from + step : to - step;
    }
  };
  let { known } = hints;
  if (edges.includes('lower')) {
    let [low, high] = [0, max];
    if (!known && hints.reckon) {
      const middle = Math.round(max / 2);
      if ((await drillAt(middle)) === 'healthy') low = middle;
      else high = middle;
      known = await hints.reckon();
    }
    await narrow(low, high, (zone) => zone === 'healthy', known?.healthyBytes);
  }
  if (!edges.includes('upper')) return computeBand(points, max);
  const { from, to, harmed } = computeBand(points, max);
  const largestAlive = known && known.killedBytes - precision;
  await narrow(harmed?.to ?? from, to, (zone) => zone !== 'killed', largestAlive);
  return computeBand(points, max);
}

/** The band, as far as the sizes that were drilled show it. */
export function computeBand(points: readonly Pick<MapPoint, 'sizeBytes' | 'zone'>[], max: Bytes): Band {
  const sizesIn = (zone: Zone) => points.filter((point) => point.zone === zone).map(({ sizeBytes }) => sizeBytes);
  const harmed = sizesIn('harmed');
  const to = Math.min(max, ...sizesIn('killed'));
  const below = Math.min(to, ...harmed);
  return {
    // A healthy size between harmed ones is not an edge of the band.
    from: Math.max(0, ...sizesIn('healthy').filter((size) => size < below)),
    to,
    harmed: harmed.length === 0 ? null : { from: Math.min(...harmed), to: Math.max(...harmed) },
  };
}

/**
 * The zone that the result of a drill shows.
 *
 * @throws OomdrillError the drill's own error if it ended in one; otherwise `MAP_INCONCLUSIVE` with the first reason
 */
export function decideZone({ outcome, evidence, reasons, error }: RunSummary, outcomes = OUTCOMES): Zone {
  if (error) throw machineError(error.code, error.message, error.hint);
  const zone = outcome && outcomes[outcome].zone;
  if (zone === null || evidence === null) {
    const why = reasons[0] ?? 'the reason is not known.';
    throw machineError(
      'MAP_INCONCLUSIVE',
      `One drill of the map proved nothing: ${why}`,
      'Read its record, or try again on a host with less other load.',
    );
  }
  return isAnyKilled(evidence) ? 'killed' : zone;
}

/** Whether the kernel counted a kill in the cgroup, or a log names one of the hog. */
const isAnyKilled = ({ oomKills, kills }: Evidence): boolean =>
  (oomKills !== null && oomKills > 0) || (kills ?? []).some(({ role }) => role === 'injection');
