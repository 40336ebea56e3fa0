import { parseFlatKeyed } from '../cgroup/flat-keyed.js';
import { type Pressure, parsePressure } from '../cgroup/pressure.js';
import { usageError } from '../core/errors.js';
import { joinLogs, type KernelLog, looksLikeLog, readKernelLog } from './kernel-log.js';
import { baseName, isOther, type Saved, takeApart, VALUE_FILES } from './parts.js';

/** What saved files say of one cgroup. Lists are readings in the order in which they were given. */
export interface SavedEvidence {
  readonly events: readonly Readonly<Record<string, number>>[];
  readonly pressure: readonly Pressure[];
  readonly stat: readonly Readonly<Record<string, number>>[];
  /** Bytes, of the last reading; undefined where it was not saved. */
  readonly current: number | undefined;
  /** Bytes; infinite for `max`. */
  readonly high: number | undefined;
  readonly max: number | undefined;
  readonly log: KernelLog;
  /** Known files that say nothing of the question. */
  readonly passedOver: readonly string[];
}

/**
 * Sorts saved files by what they hold. A file is one cgroup file, a log with the kernel's lines, or what `grep '' memory.*` prints
 * of many files at once.
 *
 * @throws OomdrillError `EVIDENCE_UNKNOWN` that names a file which is none of them, `EVIDENCE_READINGS` for more than two of one
 * kind, `EVIDENCE_ORDER` for a counter that falls from the first to the second, `EVIDENCE_CGROUPS`
 */
export function readEvidence(files: readonly Saved[]): SavedEvidence {
  const events: Record<string, number>[] = [];
  const pressure: Pressure[] = [];
  const stat: Record<string, number>[] = [];
  const limits: Partial<Record<(typeof VALUE_FILES)[number], number>> = {};
  const logs: KernelLog[] = [];
  const passedOver: string[] = [];
  for (const file of takeApart(files)) {
    const { name, text } = file;
    const base = VALUE_FILES.find((limit) => name.endsWith(limit));
    const keyed = parseFlatKeyed(text);
    const psi = parsePressure(text);
    const log = readKernelLog(text);
    if (isOther(file)) passedOver.push(baseName(name));
    else if ('oom_kill' in keyed && 'high' in keyed) events.push(keyed);
    else if ('anon' in keyed && 'file' in keyed) stat.push(keyed);
    else if (psi) pressure.push(psi);
    else if (base && /^(?:max|\d+)\s*$/.test(text)) limits[base] = text.trim() === 'max' ? Infinity : Number(text);
    else if (log.kills.length > 0 || looksLikeLog(name, text)) logs.push(log);
    else throw refuseUnknown(name);
  }
  if ([events, pressure, stat, logs, Object.keys(limits)].every(({ length }) => length === 0))
    throw refuseUnknown(passedOver.join(', '));
  checkReadings('memory.events', events);
  checkReadings(
    'memory.stat',
    stat.map(({ workingset_refault_file: refaults = 0 }) => ({ workingset_refault_file: refaults })),
  );
  checkReadings(
    'memory.pressure',
    pressure.map(({ some, full }) => ({ 'some total': some.totalUs, 'full total': full.totalUs })),
  );
  const [current, high, max] = VALUE_FILES.map((limit) => limits[limit]);
  return { events, pressure, stat, current, high, max, log: joinLogs(logs), passedOver };
}

/** Counters only grow while a cgroup lives. */
function checkReadings(file: string, readings: readonly Readonly<Record<string, number>>[]): void {
  if (readings.length > 2)
    throw usageError(
      'EVIDENCE_READINGS',
      `There are ${readings.length} readings of ${file}, and two are compared at most.`,
      'Give the first and the last, or one pair at a time.',
    );
  const [before, after] = readings;
  const fallen = before && after && Object.keys(before).find((key) => (after[key] ?? 0) < (before[key] ?? 0));
  if (fallen !== undefined)
    throw usageError(
      'EVIDENCE_ORDER',
      `${file}: ${fallen} falls from ${before?.[fallen]} to ${after?.[fallen] ?? 0} between the two readings.`,
      'Give the earlier one first. If it is, the cgroup was made anew in between: give the later one alone.',
    );
}

const refuseUnknown = (name: string) =>
  usageError(
    'EVIDENCE_UNKNOWN',
    `${name} holds nothing that is known here.`,
    "Give memory.events, memory.pressure, memory.stat, memory.current, memory.high or memory.max of a cgroup, its folder, the output of `grep '' memory.*` in it, or a kernel log.",
  );
