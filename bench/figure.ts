/** One line of the bench's table. */
export interface Figure {
  readonly name: string;
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
}

/** A figure that is to be at most so much. */
export function atMost(name: string, measured: number, most: number, unit: string, detail = ''): Figure {
  return figure(name, `<= ${most} ${unit}`, measured, unit, measured <= most, detail);
}

/** A figure that is to be at least so much. */
export function atLeast(name: string, measured: number, least: number, unit: string, detail = ''): Figure {
  return figure(name, `>= ${least} ${unit}`, measured, unit, measured >= least, detail);
}

function figure(name: string, target: string, measured: number, unit: string, met: boolean, detail: string): Figure {
  const value = Number.isFinite(measured) ? `${Number(measured.toPrecision(3))} ${unit}` : 'not measured';
  return { name, target, measured: detail === '' ? value : `${value} (${detail})`, met };
}

/** The median of an odd number of values; infinite of none, which meets no target. */
export const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.POSITIVE_INFINITY;
