import type { Entry, EntryOf, Header } from '../record/schema.js';
import { entriesOfType, type Span } from './entries.js';

/** The prober's own timeout may fire late by this much, milliseconds. */
export const MAX_LATE_MS = 1_000;

/**
 * When request 0 was due: requests follow a fixed schedule (an open model), so that their numbers give the times at which they
 * were due. Null without any.
 */
export function computeOrigin([any]: readonly EntryOf<'probe'>[], intervalMs: number): number | null {
  return any ? any.scheduledT - any.id * intervalMs : null;
}

/**
 * The share of requests, in percent, that were due in the span and must have ended before the record did, but are not
 * in it. Null where the record is too short for any to be missing. Without this check, a prober that died would look like a
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
  const origin = computeOrigin(probes, probe.intervalMs);
  if (origin === null) return 100;
  const ended = new Set(probes.map(({ id }) => id));
  const first = Math.max(0, Math.ceil((span.from - origin) / probe.intervalMs));
  const end = Math.min(span.to, watchedUntil - probe.timeoutMs - MAX_LATE_MS);
  const past = Math.ceil((end - origin) / probe.intervalMs);
  if (past <= first) return null;
  const due = past - first;
  const seen = [...ended].filter((id) => id >= first && id < past).length;
  return (100 * (due - seen)) / due;
}
