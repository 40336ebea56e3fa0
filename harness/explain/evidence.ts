import { parseFlatKeyed } from '../cgroup/flat-keyed.js';
import { type Pressure, parsePressure } from '../cgroup/pressure.js';
import { type OomdrillError, usageError } from '../core/errors.js';
import { joinLogs, type KillLog, looksLikeLog, readKillLog, saysKill } from './kernel-log.js';
import { baseName, isOther, type Saved, splitFiles, VALUE_FILES } from './parts.js';

/** The content of saved files of one cgroup. Lists are readings, in the order of the files. */
export interface SavedEvidence {
  readonly events: readonly Readonly<Record<string, number>>[];
  readonly pressure: readonly Pressure[];
  readonly stat: readonly Readonly<Record<string, number>>[];
  /** Bytes, from the last reading; undefined if it was not saved. */
  readonly current: number | undefined;
  /** Bytes; infinite for `max`. */
  readonly high: number | undefined;
  readonly max: number | undefined;
  readonly log: KillLog;
  /** Known files that the diagnosis does not use. */
  readonly ignoredFiles: readonly string[];
}

/** What was read of saved files, and those that could not be recognized. */
interface ReadEvidence extends SavedEvidence {
  readonly unknown: readonly { readonly path: string; readonly error: OomdrillError }[];
}

/**
 * Reads saved files and sorts them by content. A file is one cgroup file, a log with lines of the kernel, or the output
 * of `grep '' memory.*` for many files.
 *
 * @throws OomdrillError `EVIDENCE_UNKNOWN` if no file is one of these, `EVIDENCE_READINGS` for more than two readings of one
 *   file, `EVIDENCE_ORDER` for a counter that falls from the first to the second, `EVIDENCE_CGROUPS` for several cgroups
 */
export function readEvidence(files: readonly Saved[]): ReadEvidence {
  const events: Record<string, number>[] = [];
  const pressure: Pressure[] = [];
  const stat: Record<string, number>[] = [];
  const limits: Partial<Record<(typeof VALUE_FILES)[number], number>> = {};
  const logs: KillLog[] = [];
  const ignoredFiles: string[] = [];
  const unknownFiles: string[] = [];
  for (const file of splitFiles(files)) {
    const { name, text } = file;
    const valueFile = VALUE_FILES.find((limit) => name.endsWith(limit));
    const keyed = parseFlatKeyed(text);
    const psi = parsePressure(text);
    const log = readKillLog(text);
    if (isOther(file)) ignoredFiles.push(baseName(name));
    else if ('oom_kill' in keyed && 'high' in keyed) events.push(keyed);
    else if ('anon' in keyed && 'file' in keyed) stat.push(keyed);
    else if (psi) pressure.push(psi);
    else if (valueFile && /^(?:max|\d+)\s*$/.test(text))
      limits[valueFile] = text.trim() === 'max' ? Infinity : Number(text);
    else if (saysKill(log) || looksLikeLog(name, text)) logs.push(log);
    else unknownFiles.push(name);
  }
  if ([events, pressure, stat, logs, Object.keys(limits)].every(({ length }) => length === 0))
    throw unknownFile([...ignoredFiles, ...unknownFiles].join(', '));
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
  const unknown = unknownFiles.map((path) => ({ path, error: unknownFile(path) }));
  return { events, pressure, stat, current, high, max, log: joinLogs(logs), ignoredFiles, unknown };
}

/** Checks that counters do not fall: they only grow while a cgroup exists. */
function checkReadings(file: string, readings: readonly Readonly<Record<string, number>>[]): void {
  if (readings.length > 2)
    throw usageError(
      'EVIDENCE_READINGS',
      `There must be at most two readings of ${file} (got ${readings.length} readings).`,
      'Give the first and the last reading, or one pair at a time.',
    );
  const [before, after] = readings;
  const fallen = before && after && Object.keys(before).find((key) => (after[key] ?? 0) < (before[key] ?? 0));
  if (fallen !== undefined)
    throw usageError(
      'EVIDENCE_ORDER',
      `${file}: ${fallen} falls from ${before?.[fallen]} to ${after?.[fallen] ?? 0} between the two readings.`,
      'Give the earlier one first. If it was first, the cgroup was created again in between: give only the later one.',
    );
}

const unknownFile = (name: string) =>
  usageError(
    'EVIDENCE_UNKNOWN',
    `Could not recognize ${name} by its content.`,
    "Is it empty, or cut off? Give the unchanged memory.events, memory.pressure, memory.stat, memory.current, memory.high or memory.max of a cgroup, its directory, the output of `grep '' memory.*` in it, or a kernel log.",
  );
