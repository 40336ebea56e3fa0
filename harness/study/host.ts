import type { Entry } from '../record/schema.js';
import { entriesOfType, isIn, largest, type Span, smallest } from './entries.js';

/** The state of the host while the claim was tested. Null without entries. */
export interface HostHealth {
  /** The longest stall of the harness itself, milliseconds. */
  readonly longestStallMs: number | null;
  /** CPU time of this host that its hypervisor took (steal), percent, over the span. */
  readonly stealPercent: number | null;
  /** How far the host's wall clock moved against its monotonic clock, milliseconds. */
  readonly clockJumpMs: number | null;
  /** How many of the host's cores other processes kept busy, on average over the span. */
  readonly othersBusyCores: number | null;
}

export function studyHost(entries: readonly Entry[], span: Span | undefined): HostHealth {
  const readings = span ? entriesOfType(entries, 'host').filter(isIn(span)) : [];
  if (readings.length === 0)
    return { longestStallMs: null, stealPercent: null, clockJumpMs: null, othersBusyCores: null };
  const drifts = readings.map(({ clockDriftMs }) => clockDriftMs);
  const others = readings.flatMap(({ othersBusyCores }) => othersBusyCores ?? []);
  return {
    longestStallMs: largest(readings.map(({ loopStallMs }) => loopStallMs)),
    stealPercent: readings.reduce((sum, { stealPercent }) => sum + stealPercent, 0) / readings.length,
    clockJumpMs: (largest(drifts) ?? 0) - (smallest(drifts) ?? 0),
    othersBusyCores: others.length === 0 ? null : others.reduce((sum, cores) => sum + cores, 0) / others.length,
  };
}
