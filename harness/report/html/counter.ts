/**
 * How much a counter rose since the value before; null where the value is not known. A counter that fell is a new one
 * (a restarted unit has a new cgroup) that counts from zero.
 */
export function findIncreases(counter: readonly (number | null)[]): (number | null)[] {
  let last: number | null = null;
  return counter.map((value) => {
    if (value === null) return null;
    const rise = last === null ? 0 : value >= last ? value - last : value;
    last = value;
    return rise;
  });
}

/**
 * How fast a counter rose per unit of `x`, over a window that ends at each value. Null where the value is not known,
 * and until there are two values.
 *
 * @param x ascending
 * @param window in units of `x`: it starts at the latest value that is at least this old, or at the first value
 */
export function computeRates(
  x: readonly number[],
  counter: readonly (number | null)[],
  window: number,
): (number | null)[] {
  let sum = 0;
  const total = findIncreases(counter).map((rise) => {
    sum += rise ?? 0;
    return rise === null ? null : sum;
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
