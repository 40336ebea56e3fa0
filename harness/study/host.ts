import type { Entry } from '../record/schema.js';
import { entriesOfType, isIn, type Span } from './entries.js';

/** How the host fared while the claim was tested. Null without entries. */
export interface HostHealth {
  /** Longest stall of the harness itself, milliseconds. */
  readonly longestStallMs: number | null;
  /** CPU time stolen from this host, percent, over the span. */
  readonly stealPercent: number | null;
  /** How far the host's wall clock moved against its monotonic clock, milliseconds. */
  readonly clockJumpMs: number | null;
  /** How many of the host's cores others kept busy, on average over the span. */
  readonly othersBusyCores: number | null;
}

export function studyHost(entries: readonly Entry[], span: Span | undefined): HostHealth {
  const seen = span ? entriesOfType(entries, 'host').filter(isIn(span)) : [];
  if (seen.length === 0) return { longestStallMs: null, stealPercent: null, clockJumpMs: null, othersBusyCores: null };
  const drifts = seen.map(({ clockDriftMs }) => clockDriftMs);
  const others = seen.flatMap(({ othersBusyCores }) => othersBusyCores ?? []);
  return {
    longestStallMs: Math.max(...seen.map(({ loopStallMs }) => loopStallMs)),
    stealPercent: seen.reduce((sum, { stealPercent }) => sum + stealPercent, 0) / seen.length,
    clockJumpMs: Math.max(...drifts) - Math.min(...drifts),
    othersBusyCores: others.length === 0 ? null : others.reduce((sum, cores) => sum + cores, 0) / others.length,
  };
}
