/** A measured value in words; `unknown` where there is none: nothing that is missing reads as zero. */
export const orUnknown = (value: number | null, render: (value: number) => string = String): string =>
  value === null ? 'unknown' : render(value);
