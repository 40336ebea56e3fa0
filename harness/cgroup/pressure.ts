import { withoutUndefined } from '../core/defined.js';

/** One line of a PSI file: percentages of the last 10, 60 and 300 s, and the total stall time in microseconds. */
interface PressureLine {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly totalUs: number;
}

/** `some`: at least one task stalled; `full`: all of them at once (Linux, Documentation/accounting/psi.rst). */
export interface Pressure {
  readonly some: PressureLine;
  readonly full: PressureLine;
}

const NONE = { avg10: 0, avg60: 0, avg300: 0, totalUs: 0 };

const AVERAGE = String.raw`(\d+(?:\.\d+)?)`;
const lineOf = (kind: string) =>
  new RegExp(`^${kind} avg10=${AVERAGE} avg60=${AVERAGE} avg300=${AVERAGE} total=(\\d+)$`, 'm');
const LINES = { some: lineOf('some'), full: lineOf('full') };

function parsePressureLine(text: string, kind: 'some' | 'full'): Pressure['some'] | undefined {
  const match = LINES[kind].exec(text);
  return match
    ? { avg10: Number(match[1]), avg60: Number(match[2]), avg300: Number(match[3]), totalUs: Number(match[4]) }
    : undefined;
}

/**
 * Reads a PSI file such as memory.pressure: averages in percent, totals in microseconds of stall
 * (Linux, Documentation/accounting/psi.rst). Undefined if it has no `some` line. A missing `full` line is read as zero,
 * because `cpu.pressure` has none on older kernels.
 */
export function parsePressure(text: string): Pressure | undefined {
  const some = parsePressureLine(text, 'some');
  return some && { some, full: parsePressureLine(text, 'full') ?? NONE };
}

/** What a text holds of a PSI file. What is missing is unknown: `grep full`, a text that was cut off. */
export type PartialPressure = Partial<Pressure>;

/** Reads a PSI file of which a line may be missing. Undefined if it has neither. */
export function parsePartialPressure(text: string): PartialPressure | undefined {
  const [some, full] = [parsePressureLine(text, 'some'), parsePressureLine(text, 'full')];
  return some || full ? withoutUndefined({ some, full }) : undefined;
}

/** Totals of a PSI file, microseconds. */
export interface Stall {
  readonly someUs: number;
  /** Absent where the kernel does not count it: `cpu.pressure` before Linux 5.13. */
  readonly fullUs?: number;
}

/** Reads the totals of a PSI file. Undefined if it has no `some` line. */
export function parseStall(text: string): Stall | undefined {
  const some = parsePressureLine(text, 'some');
  const full = parsePressureLine(text, 'full');
  return some && withoutUndefined({ someUs: some.totalUs, fullUs: full?.totalUs });
}
