/** What a figure was before. */
export interface Past {
  /** Since the accepted state, or all where nothing was accepted. The oldest first. */
  readonly values: readonly number[];
  /** Before the accepted state: no longer the usual, but it says how much the figure varies. */
  readonly superseded: readonly number[];
  /** The accepted state, if any. */
  readonly accepted: number | null;
}

/** As many of the last values count. */
const WINDOW = 30;

/** From so many on, the past alone says what is usual. */
const ENOUGH = 7;

/** However quiet the past: less than twice the usual is no drift. */
const LEAST_FACTOR = 2;

/** However loud: as many robust standard deviations above the usual. */
const DEVIATIONS = 4;

/** The spread (standard deviation of the logarithm) that is assumed of a figure with little past. */
const USUAL_SPREAD = 0.2;

/** The scale of a normal distribution is this times its median absolute deviation (Rousseeuw & Croux, JASA 88, 1993). */
const MAD_TO_SIGMA = 1.4826;

/**
 * Gaps and stalls vary by factors, not by amounts: all is reckoned in logarithms.
 *
 * Whether a figure is clearly worse, that is larger, than its past: beyond a robust bound (median and MAD of logarithms) and by
 * a factor that matters. Each night is judged by itself, so a step is found on its first night.
 *
 * @param floor in the figure's unit: below it nothing is told apart
 * @returns the usual value that it was compared with; null where it is not clearly worse, or too little is known
 */
export function surpasses(value: number, past: Past, floor: number): number | null {
  const least = (amount: number) => Math.max(amount, floor);
  const recent = past.values.slice(-WINDOW).map(least);
  const older = past.superseded.slice(-WINDOW).map(least);
  const bound = Math.max(Math.log(LEAST_FACTOR), DEVIATIONS * spreadOf([recent, older]));
  const usuals = [
    ...(recent.length >= ENOUGH ? [median(recent)] : []),
    ...(past.accepted === null ? [] : [least(past.accepted)]),
  ];
  return usuals.find((usual) => Math.log(least(value) / usual) > bound) ?? null;
}

/** Robust standard deviation of the logarithms of values about the median of their own era. */
function spreadOf(eras: readonly (readonly number[])[]): number {
  const residuals = eras.flatMap((values) => values.map((value) => Math.abs(Math.log(value / median(values)))));
  return residuals.length < ENOUGH ? USUAL_SPREAD : MAD_TO_SIGMA * median(residuals);
}

/** The median; of none it is NaN, which no value surpasses. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
