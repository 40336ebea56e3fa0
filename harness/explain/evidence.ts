import { parseFlatKeyed } from '../cgroup/flat-keyed.js';
import { type OomKill, parseKilledProcess, parseOomKill } from '../cgroup/oom-kill.js';
import { type Pressure, parsePressure } from '../cgroup/pressure.js';
import { usageError } from '../core/errors.js';

/** A file that somebody saved on the night, by its name and text. */
export interface Saved {
  readonly name: string;
  readonly text: string;
}

/** What saved files say of one cgroup. Lists are readings in the order in which they were given. */
export interface Evidence {
  readonly events: readonly Readonly<Record<string, number>>[];
  readonly pressure: readonly Pressure[];
  readonly stat: readonly Readonly<Record<string, number>>[];
  /** Bytes, of the last reading; undefined where it was not saved. */
  readonly current: number | undefined;
  /** Bytes; infinite for `max`. */
  readonly high: number | undefined;
  readonly max: number | undefined;
  /** By the kernel's log, each victim once. */
  readonly kills: readonly OomKill[];
  /** The log says that the OOM killer was called, and not whom it killed: it was cut off. */
  readonly killMissing: boolean;
}

const LIMITS = ['memory.current', 'memory.high', 'memory.max'] as const;

/**
 * Sorts saved files by what they hold. A file is one cgroup file, a log with the kernel's lines, or what `grep '' memory.*` prints
 * of many files at once.
 *
 * @throws OomdrillError `EVIDENCE_UNKNOWN` that names a file which is none of them, `EVIDENCE_READINGS` for more than two of one
 * kind, `EVIDENCE_ORDER` for a counter that falls from the first to the second
 */
export function readEvidence(files: readonly Saved[]): Evidence {
  const events: Record<string, number>[] = [];
  const pressure: Pressure[] = [];
  const stat: Record<string, number>[] = [];
  const limits: Partial<Record<(typeof LIMITS)[number], number>> = {};
  const kills: OomKill[] = [];
  let killMissing = false;
  for (const { name, text } of files.flatMap(takeApart)) {
    const base = LIMITS.find((limit) => name.endsWith(limit));
    const keyed = parseFlatKeyed(text);
    const psi = parsePressure(text);
    const killed = killsIn(text);
    if ('oom_kill' in keyed && 'high' in keyed) events.push(keyed);
    else if ('anon' in keyed && 'file' in keyed) stat.push(keyed);
    else if (psi) pressure.push(psi);
    else if (base && /^(?:max|\d+)\s*$/.test(text)) limits[base] = text.trim() === 'max' ? Infinity : Number(text);
    else if (killed.length > 0 || looksLikeLog(name, text)) {
      kills.push(...killed);
      killMissing ||= killed.length === 0 && /invoked oom-killer/.test(text);
    } else throw unknown(name);
  }
  checkReadings('memory.events', events);
  checkReadings(
    'memory.stat',
    stat.map(({ workingset_refault_file: refaults = 0 }) => ({ workingset_refault_file: refaults })),
  );
  checkReadings(
    'memory.pressure',
    pressure.map(({ some, full }) => ({ 'some total': some.totalUs, 'full total': full.totalUs })),
  );
  const [current, high, max] = LIMITS.map((limit) => limits[limit]);
  return { events, pressure, stat, current, high, max, kills, killMissing };
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

/** `grep '' memory.*` puts each file's name before each of its lines; files that we have no use for are left out. */
function takeApart({ name, text }: Saved): Saved[] {
  const lines = text.split('\n').filter(Boolean);
  const named = lines.map((line) => /^(?:\S*\/)?(memory\.[a-z_.]+):(.*)$/.exec(line));
  if (lines.length === 0 || !named.every(Boolean)) return [{ name, text }];
  const parts = new Map<string, string>();
  for (const match of named) {
    const [, part = '', line] = match ?? [];
    parts.set(part, `${parts.get(part) ?? ''}${line}\n`);
  }
  return [...parts].filter(([part]) => USED.has(part)).map(([part, said]) => ({ name: `${name}:${part}`, text: said }));
}

const USED: ReadonlySet<string> = new Set(['memory.events', 'memory.stat', 'memory.pressure', ...LIMITS]);

/** Each victim once: a kill has a line of the choice, with the cgroup, and one of the death, which group kills have more of. */
function killsIn(text: string): OomKill[] {
  const byPid = new Map<number, OomKill>();
  for (const line of text.split('\n')) {
    const kill = parseOomKill(line) ?? parseKilledProcess(line);
    if (kill && !byPid.has(kill.pid)) byPid.set(kill.pid, kill);
  }
  return [...byPid.values()];
}

/** A log without a kill in it is evidence too. */
const looksLikeLog = (name: string, text: string): boolean =>
  /(?:log|journal|dmesg)/i.test(name) || /^(?:\[ *\d+\.\d+\]|\w{3} +\d+ [\d:]{8} )/m.test(text);

const unknown = (name: string) =>
  usageError(
    'EVIDENCE_UNKNOWN',
    `${name} holds nothing that is known here.`,
    "Give memory.events, memory.pressure, memory.stat, memory.current, memory.high or memory.max of a cgroup, the output of `grep '' memory.*` in its folder, or a kernel log.",
  );
