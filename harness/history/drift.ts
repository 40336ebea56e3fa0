/** What a figure was before. */
export interface Past {
  /** Since the accepted state, or all where nothing was accepted. The oldest first. */
  readonly values: readonly number[];
  /** Before the accepted state: no longer the usual, but it says how much the figure varies. */
  readonly superseded: readonly number[];
  /** The accepted state, if any. */
  readonly accepted: number | null;
}

/** As many of the last nights count: four months. */
const WINDOW = 120;

/** From so many on, the past alone says what is usual. */
const ENOUGH = 7;

/** However quiet the past: less than twice the usual is no drift. */
const MIN_FACTOR = 2;

/** However loud: as many robust standard deviations above the usual. */
const DEVIATIONS = 4;

/** What was seen twice on nights that passed is the host's own noise, whatever the deviations say: tonight is beyond it by this factor. */
const TAIL_FACTOR = 1.25;

/** A shift that is no longer new is one that lasted for so many nights, tonight the last. */
const LASTING = 5;

/** The spread (standard deviation of the logarithm) that is assumed of a figure with little past. */
const TYPICAL_SPREAD = 0.2;

/** The scale of a normal distribution is this times its median absolute deviation (Rousseeuw & Croux, JASA 88, 1993). */
const MAD_TO_SIGMA = 1.4826;

/**
 * Whether a figure is clearly worse, that is larger, than its past. Gaps and stalls vary by factors, not by amounts, so all is
 * reckoned in logarithms. There are two ways to be worse:
 *
 * - a step, found on its first night: beyond a robust bound (median and MAD), by a factor that matters, and beyond what a
 *   noisy host brought forth before;
 * - a shift that stays: the last nights, each of them, are worse by a factor that matters than the nights before or than what
 *   was accepted. So a step that nobody minds is told on, and a slow creep away from the accepted state is found as well.
 *
 * @param floor in the figure's unit: below it nothing is told apart
 * @returns the usual value that it was compared with; null where it is not clearly worse, or too little is known
 */
export function isBeyond(value: number, past: Past, floor: number): number | null {
  const least = (amount: number) => Math.max(amount, floor);
  const recent = past.values.slice(-WINDOW).map(least);
  const older = past.superseded.slice(-WINDOW).map(least);
  const accepted = past.accepted === null ? null : least(past.accepted);
  const residuals = [...residualsOf(recent), ...residualsOf(older)].sort((a, b) => a - b);
  const matters = Math.log(MIN_FACTOR);
  const noise = Math.max(DEVIATIONS * spreadOf(residuals), (residuals.at(-2) ?? 0) + Math.log(TAIL_FACTOR));
  const exceeds = (amount: number, previousMedian: number | null, by: number) =>
    previousMedian !== null && Math.log(amount / previousMedian) > by;

  const usual = usualOf(recent) ?? accepted;
  if (exceeds(least(value), usual, Math.max(matters, noise))) return usual;

  const last = [...recent.slice(1 - LASTING), least(value)];
  if (last.length < LASTING) return null;
  const before = [accepted, usualOf(recent.slice(0, 1 - LASTING))];
  return before.find((usual) => exceeds(Math.min(...last), usual, matters)) ?? null;
}

const usualOf = (values: readonly number[]): number | null => (values.length < ENOUGH ? null : median(values));

/** By how much each value differs from the median of its era, as logarithms. */
const residualsOf = (values: readonly number[]): number[] => values.map((value) => Math.log(value / median(values)));

/** Robust standard deviation of residuals. */
function spreadOf(residuals: readonly number[]): number {
  return residuals.length < ENOUGH ? TYPICAL_SPREAD : MAD_TO_SIGMA * median(residuals.map(Math.abs));
}

/** The median; of none it is NaN, which no value surpasses. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
