import type { EntryOf, Header } from '../record/schema.js';
import type { Availability } from './availability.js';
import { middleValue } from './entries.js';

/**
 * How long the server itself was silent in the longest gap, milliseconds. Its clients see when answers come, and not when it
 * stops or goes on: that is known only within bounds.
 */
export interface GapBounds {
  readonly atLeastMs: number;
  readonly atMostMs: number;
}

/** So many of the answers before the gap show how long an answer ordinarily takes: five seconds of them. */
const ORDINARY_ANSWERS = 25;

/**
 * Bounds the silence in the longest gap.
 *
 * At most it is the gap: the last answer before it was given, and the first one after it was given by a server that ran.
 *
 * At least it is what cannot be explained otherwise. A server that runs answers within its ordinary time (the median of the
 * answers before). So it fell silent before the first request that got no answer would have been answered, in its ordinary time or
 * in that of the answer before, whichever is longer; and it went on not earlier than one ordinary time before the first answer. So the bounds are one interval of the requests
 * and about one ordinary answer apart.
 *
 * @returns null where there is no gap, or no answer came before it: what the server did until then is not known
 */
export function boundGap(
  probes: readonly EntryOf<'probe'>[],
  { longestGapMs, longestGapFrom }: Pick<Availability, 'longestGapMs' | 'longestGapFrom'>,
  { intervalMs }: Pick<Header['probe'], 'intervalMs'>,
): GapBounds | null {
  if (longestGapMs === null || longestGapFrom === null) return null;
  const answers = probes.filter(({ ok }) => ok);
  const before = answers.filter(({ t }) => t <= longestGapFrom).sort((a, b) => a.scheduledT - b.scheduledT);
  const last = before.at(-1);
  if (!last) return null;
  const ordinaryMs = middleValue(before.slice(-ORDINARY_ANSWERS).map(computeLatency)) ?? 0;
  const silentBy = last.scheduledT + intervalMs + Math.max(ordinaryMs, computeLatency(last));
  const to = longestGapFrom + longestGapMs;
  // A gap that ends with the watch ends without an answer.
  const isAnswered = answers.some(({ t }) => t > longestGapFrom);
  const silentUntil = isAnswered ? to - ordinaryMs : to;
  return { atLeastMs: Math.max(0, silentUntil - silentBy), atMostMs: longestGapMs };
}

const computeLatency = ({ t, scheduledT }: EntryOf<'probe'>): number => t - scheduledT;
