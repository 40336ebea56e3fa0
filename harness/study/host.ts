import type { Entry } from '../record/schema.js';
import { isIn, only, type Span } from './entries.js';

/** How the host fared while the claim was tested. Null without entries. */
export interface HostHealth {
  /** Longest stall of the harness itself, milliseconds. */
  readonly longestStallMs: number | null;
  /** CPU time stolen from this host, percent, over the span. */
  readonly stealPercent: number | null;
  /** How far the host's wall clock moved against its monotonic clock, milliseconds. */
  readonly clockJumpMs: number | null;
  /** Share of the span in which a CPU of the guest had no core of the host to run on, percent. */
  readonly guestWaitPercent: number | null;
}

export function studyHost(entries: readonly Entry[], span: Span | undefined): HostHealth {
  const seen = span ? only(entries, 'host').filter(isIn(span)) : [];
  if (seen.length === 0) return { longestStallMs: null, stealPercent: null, clockJumpMs: null, guestWaitPercent: null };
  const drifts = seen.map(({ clockDriftMs }) => clockDriftMs);
  const waits = seen.flatMap(({ guestWaitPercent }) => guestWaitPercent ?? []);
  return {
    longestStallMs: Math.max(...seen.map(({ loopStallMs }) => loopStallMs)),
    stealPercent: seen.reduce((sum, { stealPercent }) => sum + stealPercent, 0) / seen.length,
    clockJumpMs: Math.max(...drifts) - Math.min(...drifts),
    guestWaitPercent: waits.length === 0 ? null : waits.reduce((sum, wait) => sum + wait, 0) / waits.length,
  };
}
