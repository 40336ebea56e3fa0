import type { Entry, Header } from '../record/schema.js';
import { entriesOfType, type Span } from './entries.js';

/** The prober's own timer for a time-out may be late by so much, milliseconds. */
const LATE_MS = 1_000;

/**
 * Requests of the open-model schedule that were due in the span, must have ended before the record did, and are not in it: percent.
 * Their numbers say when they were due. Null where the record is too short to miss any. Without them a prober that died would
 * look like a silent server.
 */
export function missingProbesPercent(
  entries: readonly Entry[],
  { probe }: Pick<Header, 'probe'>,
  span: Span | undefined,
  watchedUntil: number,
): number | null {
  if (!span) return null;
  const [any, ...others] = entriesOfType(entries, 'probe');
  if (!any) return 100;
  const origin = any.scheduledT - any.id * probe.intervalMs;
  const ended = new Set([any, ...others].map(({ id }) => id));
  const first = Math.max(0, Math.ceil((span.from - origin) / probe.intervalMs));
  const end = Math.min(span.to, watchedUntil - probe.timeoutMs - LATE_MS);
  const past = Math.ceil((end - origin) / probe.intervalMs);
  if (past <= first) return null;
  const ids = Array.from({ length: past - first }, (_, index) => first + index);
  return (100 * ids.filter((id) => !ended.has(id)).length) / ids.length;
}
