/**
 * How often something was counted since the value before: null where nothing is known. A counter that fell was made anew (a restarted
 * unit has a new cgroup) and counts from zero.
 */
export function findIncreases(counter: readonly (number | null)[]): (number | null)[] {
  let last: number | null = null;
  return counter.map((value) => {
    if (value === null) return null;
    const risen = last === null ? 0 : value >= last ? value - last : value;
    last = value;
    return risen;
  });
}

/**
 * How fast a counter rose per unit of `x`, over a window that ends at each value. Null where nothing is known, and before there are
 * two values.
 *
 * @param x ascending
 * @param window in units of `x`: it begins at the youngest value that is at least so old, or at the first there is
 */
export function computeRates(
  x: readonly number[],
  counter: readonly (number | null)[],
  window: number,
): (number | null)[] {
  let sum = 0;
  const total = findIncreases(counter).map((risen) => {
    sum += risen ?? 0;
    return risen === null ? null : sum;
  });
  const at = (index: number): number => x[index] ?? Number.NaN;
  let from = 0;
  return total.map((now, index) => {
    while (from < index && (total[from] === null || at(from + 1) <= at(index) - window)) from++;
    const base = total[from] ?? null;
    const passed = at(index) - at(from);
    return now === null || base === null || !(passed > 0) ? null : (now - base) / passed;
  });
}
