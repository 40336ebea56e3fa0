/**
 * A series of numbers as a report stores it: multiples of `unit`, each as the difference from the one before, because
 * small numbers that repeat compress well. Null where the value is not known.
 */
export interface Column {
  readonly unit: number;
  readonly steps: readonly (number | null)[];
}

/** @param unit what the values are rounded to, in their own unit */
export function encodeColumn(values: readonly (number | null)[], unit: number): Column {
  let before = 0;
  const steps = values.map((value) => {
    if (value === null) return null;
    const now = Math.round(value / unit);
    const step = now - before;
    before = now;
    return step;
  });
  return { unit, steps };
}

export function decodeColumn({ unit, steps }: Column): (number | null)[] {
  let now = 0;
  return steps.map((step) => {
    if (step === null) return null;
    now += step;
    return now * unit;
  });
}
