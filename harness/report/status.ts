import { formatBytes } from '../core/bytes.js';
import { printable } from '../core/printable.js';
import type { Entry, Limits, PhaseName } from '../record/schema.js';

/** What is known of a drill while it runs. Times are milliseconds of one clock, of any kind. */
export interface DrillStatus {
  readonly scenario: string;
  readonly startedMs: number;
  /** How long it will probably take. */
  readonly expectedMs: number;
  readonly phase: PhaseName | null;
  readonly phaseStartedMs: number;
  readonly limits: Limits | null;
  /** memory.current of the serving unit, bytes. */
  readonly currentBytes: number | null;
  readonly answeredMs: number | null;
}

/** The status before the first entry. */
export function createStatus(scenario: string, startedMs: number, expectedMs: number): DrillStatus {
  const nothing = { phase: null, limits: null, currentBytes: null, answeredMs: null };
  return { scenario, startedMs, expectedMs, phaseStartedMs: startedMs, ...nothing };
}

/** The status after one more entry of the record, at `nowMs`. */
export function updateStatus(status: DrillStatus, entry: Entry, nowMs: number): DrillStatus {
  if (entry.type === 'phase') return { ...status, phase: entry.name, phaseStartedMs: nowMs };
  if (entry.type === 'effect' && (entry.role ?? 'server') === 'server') return { ...status, limits: entry.limits };
  if (entry.type === 'probe' && entry.ok) return { ...status, answeredMs: nowMs };
  if (entry.type === 'sample') return { ...status, currentBytes: entry.cgroups.server?.current ?? status.currentBytes };
  return status;
}

/**
 * Renders the status in one line of at most `columns` characters: phase, age of the last answer, memory with its
 * limits, and time. Parts at the end that do not fit are left out.
 */
export function renderStatus(status: DrillStatus, nowMs: number, columns: number): string {
  const { scenario, startedMs, expectedMs, phase, phaseStartedMs, limits, currentBytes, answeredMs } = status;
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
  const name = printable(scenario);
  const parts = [name, phase === null ? 'machine' : `${phase} ${seconds(nowMs - phaseStartedMs)}`];
  if (answeredMs !== null) parts.push(`last answer ${((nowMs - answeredMs) / 1000).toFixed(1)} s ago`);
  if (currentBytes !== null) parts.push(describeMemory(currentBytes, limits));
  parts.push(`${seconds(nowMs - startedMs)} of about ${seconds(expectedMs)}`);
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line} | ${part}`;
    if (longer.length > columns) break;
    line = longer;
  }
  return line === '' ? name.slice(0, Math.max(0, columns)).replace(/\p{Cs}$/u, '') : line;
}

/** Memory, with its limits. */
function describeMemory(currentBytes: number, limits: Limits | null): string {
  const parts = [formatBytes(currentBytes)];
  if (limits !== null && limits.high !== null) parts.push(`high ${formatBytes(limits.high)}`);
  if (limits !== null && limits.max !== null) parts.push(`max ${formatBytes(limits.max)}`);
  return parts.join(', ');
}
