import type { Entry, Header } from '../record/schema.js';
import { entriesOfType, type Span } from './entries.js';

/** The prober's own timeout may fire late by this much, milliseconds. */
const MAX_LATE_MS = 1_000;

/**
 * The share of requests, in percent, that were due in the span and must have ended before the record did, but are not
 * in it. Requests follow a fixed schedule (an open model), so that their numbers give the times at which they were due.
 * Null where the record is too short for any to be missing. Without this check, a prober that died would look like a
 * silent server.
 */
export function computeMissingProbesPercent(
  entries: readonly Entry[],
  { probe }: Pick<Header, 'probe'>,
  span: Span | undefined,
  watchedUntil: number,
): number | null {
  if (!span) return null;
  const probes = entriesOfType(entries, 'probe');
  const [any] = probes;
  if (!any) return 100;
  const origin = any.scheduledT - any.id * probe.intervalMs;
  const ended = new Set(probes.map(({ id }) => id));
  const first = Math.max(0, Math.ceil((span.from - origin) / probe.intervalMs));
  const end = Math.min(span.to, watchedUntil - probe.timeoutMs - MAX_LATE_MS);
  const past = Math.ceil((end - origin) / probe.intervalMs);
  if (past <= first) return null;
  const due = past - first;
  const seen = [...ended].filter((id) => id >= first && id < past).length;
  return (100 * (due - seen)) / due;
}
