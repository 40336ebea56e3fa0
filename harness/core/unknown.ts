/** Renders a measured value, or `unknown` if there is none: a missing value never reads as zero. */
export const orUnknown = (value: number | null, render: (value: number) => string = String): string =>
  value === null ? 'unknown' : render(value);
