import type { Bytes } from '../core/bytes.js';
import { machineError } from '../core/errors.js';
import type { RunSummary } from './summary.js';

/** What becomes of the server with the hog at rest somewhere: it is well, it is not and nobody is killed, or the hog is killed. */
export type Zone = 'well' | 'harmed' | 'killed';

/** A stretch of resting places, bytes of memory.current: what lies within it is harmed, and each edge is known to `precision`. */
export interface Band {
  /** The highest place that was seen to be well, and the lowest that was seen to be killed. */
  readonly from: Bytes;
  readonly to: Bytes;
  /** The lowest and the highest place that were seen to be harmed; null where none was met. */
  readonly harmed: { readonly from: Bytes; readonly to: Bytes } | null;
}

/** One drill of a map: the hog at rest with so much memory of its own, and what came of it. Bytes of the guest. */
export interface Look {
  readonly place: Bytes;
  readonly zone: Zone;
  readonly run: RunSummary;
}

/** The band in which a hog of the serving unit harms the server and is not killed. Bytes of the guest. */
export interface BandMap {
  readonly bundle: string;
  readonly scale: number;
  readonly limits: { readonly high: Bytes; readonly max: Bytes };
  readonly precision: Bytes;
  readonly band: Band;
  readonly looks: readonly Look[];
}

/** The map for one value of a swept setting, or why there is none. */
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
export async function findBand(max: Bytes, precision: Bytes, look: (place: Bytes) => Promise<Zone>): Promise<Band> {
  const seen: { place: Bytes; zone: Zone }[] = [];
  const at = async (place: Bytes) => {
    const zone = await look(place);
    seen.push({ place, zone });
    return zone;
  };
  /** Narrows an interval until its ends are within the precision; gives its ends. */
  const bisect = async (low: Bytes, high: Bytes, isBelow: (zone: Zone) => boolean): Promise<[Bytes, Bytes]> => {
    let [from, to] = [low, high];
    while (to - from > precision) {
      const middle = Math.round((from + to) / 2);
      if (isBelow(await at(middle))) from = middle;
      else to = middle;
    }
    return [from, to];
  };
  const [from] = await bisect(0, max, (zone) => zone === 'well');
  const harmedSoFar = () => seen.filter(({ zone }) => zone === 'harmed').map(({ place }) => place);
  const lowestKilled = Math.min(max, ...seen.filter(({ zone }) => zone === 'killed').map(({ place }) => place));
  const highestHarmed = Math.max(from, ...harmedSoFar());
  const [, to] = await bisect(highestHarmed, lowestKilled, (zone) => zone !== 'killed');
  const harmed = harmedSoFar();
  return {
    from,
    to,
    harmed: harmed.length === 0 ? null : { from: Math.min(...harmed), to: Math.max(...harmed) },
  };
}

/**
 * The zone that a drill's result shows.
 *
 * @throws OomdrillError `MAP_INCONCLUSIVE` with the first reason
 */
export function zoneOf({ outcome, evidence, reasons, error }: RunSummary): Zone {
  if (outcome === null || outcome === 'inconclusive' || evidence === null) {
    const why = error?.message ?? reasons[0] ?? 'nothing is known of it';
    throw machineError(
      'MAP_INCONCLUSIVE',
      `A drill of the map proved nothing: ${why}`,
      'Its record tells more; try again on a quieter host.',
    );
  }
  if ((evidence.oomKills ?? 0) > 0) return 'killed';
  return outcome === 'contained' ? 'well' : 'harmed';
}
