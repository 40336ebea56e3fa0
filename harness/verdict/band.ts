import type { Bytes } from '../core/bytes.js';
import { machineError } from '../core/errors.js';
import { OUTCOMES } from './outcomes.js';
import type { RunSummary } from './summary.js';
import type { Zone } from './zones.js';

/** A stretch of resting places, bytes of memory.current: what lies within it is harmed, and each edge is known to `precision`. */
export interface Band {
  /** The highest place that was seen to be well, and the lowest that was seen to be killed. */
  readonly from: Bytes;
  readonly to: Bytes;
  /** The lowest and the highest place that were seen to be harmed; null where none was met. */
  readonly harmed: { readonly from: Bytes; readonly to: Bytes } | null;
}

/** One drill of a map: the hog at rest with so much memory of its own, and what came of it. Bytes of the guest. */
export interface MapPoint {
  readonly sizeBytes: Bytes;
  readonly zone: Zone;
  readonly run: RunSummary;
}

/** The band in which a hog of the serving unit harms the server and is not killed. Bytes of the guest. */
export interface BandMap {
  readonly bundle: string;
  readonly scale: number;
  readonly limits: { readonly high: Bytes; readonly max: Bytes; readonly swapMax: Bytes };
  readonly precision: Bytes;
  readonly band: Band;
  readonly points: readonly MapPoint[];
  /** Broken off: each edge lies somewhere between the places that were looked at. */
  readonly unfinished?: true;
}

/** The map for one value of a swept setting; or why there is none, or why it is unfinished. */
export interface SweptRow {
  readonly value: string;
  readonly map?: BandMap;
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * Finds the band by bisection. It holds that the server is well without a hog, and that as the resting place rises it is first
 * well, then perhaps harmed, then the hog is killed.
 *
 * @param max MemoryMax, where a hog is killed; neither this nor 0 is looked at
 * @param precision to which each edge is found, bytes
 * @param look one drill with the hog at rest there
 */
export async function findBand(max: Bytes, precision: Bytes, look: (sizeBytes: Bytes) => Promise<Zone>): Promise<Band> {
  const seen: Pick<MapPoint, 'sizeBytes' | 'zone'>[] = [];
  /** Narrows an interval until its ends are within the precision. */
  const bisect = async (low: Bytes, high: Bytes, isBelow: (zone: Zone) => boolean) => {
    let [from, to] = [low, high];
    while (to - from > precision) {
      const sizeBytes = Math.round((from + to) / 2);
      const zone = await look(sizeBytes);
      seen.push({ sizeBytes, zone });
      if (isBelow(zone)) from = sizeBytes;
      else to = sizeBytes;
    }
  };
  await bisect(0, max, (zone) => zone === 'healthy');
  const { from, to, harmed } = bandOf(seen, max);
  await bisect(harmed?.to ?? from, to, (zone) => zone !== 'killed');
  return bandOf(seen, max);
}

/** The band as far as the places that were looked at show it. */
export function bandOf(points: readonly Pick<MapPoint, 'sizeBytes' | 'zone'>[], max: Bytes): Band {
  const places = (zone: Zone) => points.filter((point) => point.zone === zone).map(({ sizeBytes }) => sizeBytes);
  const harmed = places('harmed');
  const to = Math.min(max, ...places('killed'));
  const below = Math.min(to, ...harmed);
  return {
    // A place that is well amid harmed ones is no edge of the band.
    from: Math.max(0, ...places('healthy').filter((place) => place < below)),
    to,
    harmed: harmed.length === 0 ? null : { from: Math.min(...harmed), to: Math.max(...harmed) },
  };
}

/**
 * The zone that a drill's result shows.
 *
 * @throws OomdrillError `MAP_INCONCLUSIVE` with the first reason
 */
export function zoneOf({ outcome, evidence, reasons, error }: RunSummary, outcomes = OUTCOMES): Zone {
  const zone = outcome && outcomes[outcome].zone;
  if (zone === null || evidence === null) {
    const why = error?.message ?? reasons[0] ?? 'nothing is known of it';
    throw machineError(
      'MAP_INCONCLUSIVE',
      `A drill of the map proved nothing: ${why}`,
      'Its record tells more; try again on a quieter host.',
    );
  }
  return (evidence.oomKills ?? 0) > 0 ? 'killed' : zone;
}
