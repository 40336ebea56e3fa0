import { median } from '../core/median.js';

/** The past values of a figure. */
export interface Past {
  /** Since the accepted state, or all if nothing was accepted. The oldest first. */
  readonly values: readonly number[];
  /** From before the accepted state: no longer typical, but they show how much the figure varies. */
  readonly superseded: readonly number[];
  /** The accepted value, if any. */
  readonly accepted: number | null;
}

/** Only this many of the last nights count: four months. */
const WINDOW = 120;

/** With at least this many values, the past alone gives the typical value. */
const MIN_PAST = 7;

/** Less than twice the typical value does not count as drift, however little the figure varied before. */
const MIN_FACTOR = 2;

/**
 * A drift must be this many robust standard deviations above the typical value, however much the figure varied before.
 */
const MIN_DEVIATIONS = 4;

/**
 * What was seen twice on nights that passed is the host's own noise, whatever the deviations say: a drift must exceed
 * it by this factor.
 */
const TAIL_FACTOR = 1.25;

/** A shift counts as lasting if it was seen on this many nights in a row, including tonight. */
const LASTING_NIGHTS = 5;

/** The spread (standard deviation of the logarithm) that is assumed for a figure with few past values. */
const TYPICAL_SPREAD = 0.2;

/**
 * The scale of a normal distribution is this times its median absolute deviation (Rousseeuw & Croux, JASA 88, 1993).
 */
const MAD_TO_SIGMA = 1.4826;

/**
 * Finds out whether a figure is clearly worse, that is larger, than in its past. Gaps and stalls vary by factors, not
 * by amounts, so values are compared by their logarithms. There are two ways to be worse:
 *
 * - a step, found on its first night: the value is above a robust bound (median and MAD), by a factor that matters, and
 *   above what a noisy host caused before;
 * - a shift that lasts: each of the last nights is worse by a factor that matters than the nights before, or than the
 *   accepted value. So a step that is not fixed is still reported on later nights, and a slow move away from the accepted
 *   value is found.
 *
 * @param floor in the figure's unit: values below it count as equal to it
 * @returns the typical value that it is compared with; null if it is not clearly worse, or too little is known
 */
export function findExceeded(value: number, past: Past, floor: number): number | null {
  const atLeastFloor = (amount: number) => Math.max(amount, floor);
  const recent = past.values.slice(-WINDOW).map(atLeastFloor);
  const older = past.superseded.slice(-WINDOW).map(atLeastFloor);
  const accepted = past.accepted === null ? null : atLeastFloor(past.accepted);
  const residuals = [...computeResiduals(recent), ...computeResiduals(older)].sort((a, b) => a - b);
  const matters = Math.log(MIN_FACTOR);
  const noise = Math.max(MIN_DEVIATIONS * computeSpread(residuals), (residuals.at(-2) ?? 0) + Math.log(TAIL_FACTOR));
  const exceeds = (amount: number, typical: number | null, by: number) =>
    typical !== null && Math.log(amount / typical) > by;

  const typical = computeTypical(recent) ?? accepted;
  if (exceeds(atLeastFloor(value), typical, Math.max(matters, noise))) return typical;

  const last = [...recent.slice(1 - LASTING_NIGHTS), atLeastFloor(value)];
  if (last.length < LASTING_NIGHTS) return null;
  const before = [accepted, computeTypical(recent.slice(0, 1 - LASTING_NIGHTS))];
  return before.find((typical) => exceeds(Math.min(...last), typical, matters)) ?? null;
}

/** The median of the values; null if there are too few. */
const computeTypical = (values: readonly number[]): number | null => (values.length < MIN_PAST ? null : median(values));

/** The difference of each value from the median of its period, as logarithms. */
const computeResiduals = (values: readonly number[]): number[] =>
  values.map((value) => Math.log(value / median(values)));

/** The robust standard deviation of residuals. */
function computeSpread(residuals: readonly number[]): number {
  return residuals.length < MIN_PAST ? TYPICAL_SPREAD : MAD_TO_SIGMA * median(residuals.map(Math.abs));
}
