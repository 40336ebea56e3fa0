/** The quantile of the normal distribution for an interval of 95 %. */
const Z = 1.96;

/** Bounds of a share, from 0 to 1. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * The 95 % interval of a share of which `hits` of `all` were seen: Wilson's, which says something for few and for all
 * (Brown, Cai & DasGupta, Interval Estimation for a Binomial Proportion, 2001).
 */
export function wilsonInterval(hits: number, all: number): Interval {
  if (all === 0) return { from: 0, to: 1 };
  const share = hits / all;
  const middle = share + Z ** 2 / (2 * all);
  const spread = Z * Math.sqrt((share * (1 - share)) / all + Z ** 2 / (4 * all ** 2));
  const whole = 1 + Z ** 2 / all;
  return { from: Math.max(0, (middle - spread) / whole), to: Math.min(1, (middle + spread) / whole) };
}

/** A cell that gives its outcome this often is one to rely on, and one that gives it that seldom is not. */
const RELIABLE = 0.98;
const UNRELIABLE = 0.8;

/** How often either may be said wrongly. */
const ERROR_RATE = 0.05;

/**
 * Whether enough was drilled to know if a cell gives the same outcome every time: Wald's sequential probability ratio
 * test (Sequential Tests of Statistical Hypotheses, 1945) of 98 % against 80 %, wrong in 5 % of either. 15 equal ones
 * are enough.
 *
 * @param equal the number of drills with the cell's usual outcome
 */
export function decideReliability(equal: number, all: number): 'reliable' | 'not reliable' | 'open' {
  const ratio = equal * Math.log(RELIABLE / UNRELIABLE) + (all - equal) * Math.log((1 - RELIABLE) / (1 - UNRELIABLE));
  const bound = Math.log((1 - ERROR_RATE) / ERROR_RATE);
  if (ratio >= bound) return 'reliable';
  return ratio <= -bound ? 'not reliable' : 'open';
}
