import { formatBytes } from '../core/bytes.js';
import type { Entry, Limits, PhaseName } from '../record/schema.js';

/** What is seen of a drill while it runs. Times are milliseconds of one clock, whichever it is. */
export interface DrillStatus {
  readonly scenario: string;
  readonly startedMs: number;
  /** How long it is expected to take. */
  readonly expectedMs: number;
  readonly phase: PhaseName | null;
  readonly phaseStartedMs: number;
  readonly limits: Limits | null;
  /** memory.current of the serving unit, bytes. */
  readonly currentBytes: number | null;
  readonly answeredMs: number | null;
}

/** A drill of which nothing was seen yet. */
export function newStatus(scenario: string, startedMs: number, expectedMs: number): DrillStatus {
  const nothing = { phase: null, limits: null, currentBytes: null, answeredMs: null };
  return { scenario, startedMs, expectedMs, phaseStartedMs: startedMs, ...nothing };
}

/** The status when an entry of the record was seen as well, at `nowMs`. */
export function sawEntry(status: DrillStatus, entry: Entry, nowMs: number): DrillStatus {
  if (entry.type === 'phase') return { ...status, phase: entry.name, phaseStartedMs: nowMs };
  if (entry.type === 'effect' && (entry.role ?? 'server') === 'server') return { ...status, limits: entry.limits };
  if (entry.type === 'probe' && entry.ok) return { ...status, answeredMs: nowMs };
  if (entry.type === 'sample') return { ...status, currentBytes: entry.cgroups.server?.current ?? status.currentBytes };
  return status;
}

/**
 * The status in one line of at most `columns` characters: what it lacks room for at its end is left out, the least telling
 * last: phase, last answer's age, memory against its limits, time against the expected.
 */
export function renderStatus(status: DrillStatus, nowMs: number, columns: number): string {
  const { scenario, startedMs, expectedMs, phase, phaseStartedMs, limits, currentBytes, answeredMs } = status;
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
  const parts = [scenario, phase === null ? 'machine' : `${phase} ${seconds(nowMs - phaseStartedMs)}`];
  if (answeredMs !== null) parts.push(`last answer ${((nowMs - answeredMs) / 1000).toFixed(1)} s ago`);
  if (currentBytes !== null) parts.push(memoryInWords(currentBytes, limits));
  parts.push(`${seconds(nowMs - startedMs)} of about ${seconds(expectedMs)}`);
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line} | ${part}`;
    if (longer.length > columns) break;
    line = longer;
  }
  return line === '' ? scenario.slice(0, Math.max(0, columns)) : line;
}

/** Memory against its limits. */
function memoryInWords(currentBytes: number, limits: Limits | null): string {
  const words = [formatBytes(currentBytes)];
  if (limits !== null && limits.high !== null) words.push(`high ${formatBytes(limits.high)}`);
  if (limits !== null && limits.max !== null) words.push(`max ${formatBytes(limits.max)}`);
  return words.join(', ');
}
