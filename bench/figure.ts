/** One line of the bench's table. */
export interface Figure {
  readonly name: string;
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
}

/** A figure with an upper bound. */
export function atMost(name: string, measured: number, max: number, unit: string, detail = ''): Figure {
  return createFigure(name, `<= ${max} ${unit}`, measured, unit, measured <= max, detail);
}

/** A figure with a lower bound. */
export function atLeast(name: string, measured: number, min: number, unit: string, detail = ''): Figure {
  return createFigure(name, `>= ${min} ${unit}`, measured, unit, measured >= min, detail);
}

function createFigure(
  name: string,
  target: string,
  measured: number,
  unit: string,
  met: boolean,
  detail: string,
): Figure {
  const value = Number.isFinite(measured) ? `${Number(measured.toPrecision(3))} ${unit}` : 'not measured';
  return { name, target, measured: detail === '' ? value : `${value} (${detail})`, met };
}

/** The median of an odd number of values; `Infinity` without values, which misses every upper bound. */
export const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY;
