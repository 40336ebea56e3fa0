import type { Bytes } from '../core/bytes.js';
import { machineError } from '../core/errors.js';
import type { RunSummary } from '../verdict/summary.js';

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

/**
 * Finds the band by bisection. It holds that the server is well with a small hog, and that as the resting place rises it is first
 * well, then perhaps harmed, then the hog is killed.
 *
 * @param range.from a place that is well, `range.to` one that is killed; neither is looked at
 * @param precision to which each edge is found, bytes
 * @param look one drill with the hog at rest there
 */
export async function findBand(
  range: { readonly from: Bytes; readonly to: Bytes },
  precision: Bytes,
  look: (place: Bytes) => Promise<Zone>,
): Promise<Band> {
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
  const [from] = await bisect(range.from, range.to, (zone) => zone === 'well');
  const harmedSoFar = () => seen.filter(({ zone }) => zone === 'harmed').map(({ place }) => place);
  const lowestKilled = Math.min(range.to, ...seen.filter(({ zone }) => zone === 'killed').map(({ place }) => place));
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
