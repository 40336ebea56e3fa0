import type { CgroupSample, Entry, EntryOf } from '../../record/schema.js';
import { entriesOfType, isIn } from '../../study/entries.js';
import { studyPhases } from '../../study/phases.js';
import { type Column, encodeColumn } from './column.js';
import { computeRates, findIncreases } from './counter.js';
import type { CgroupData, DrillData, ProgressData, Stretch, WantData } from './model.js';

/**
 * The kernel updates the PSI totals of a cgroup every two seconds (Linux, kernel/sched/psi.c, PSI_FREQ): a shorter
 * window shows no more.
 */
const PRESSURE_WINDOW_MS = 2_000;
const REFAULT_WINDOW_MS = 1_000;

const KIB = 1024;

/** A sample, or null in place of samples that are missing. */
interface Row {
  readonly t: number;
  readonly sample: EntryOf<'sample'> | null;
}

export type SampleData = Pick<DrillData, 'sampleT' | 'gaps' | 'cgroups' | 'progress' | 'listenQueue'>;

/** Collects all samples of a record as columns, first those of the cgroup whose role is drilled. */
export function collectSamples(entries: readonly Entry[], drilledRole: string, intervalMs: number): SampleData {
  const samples = entriesOfType(entries, 'sample').sort((a, b) => a.t - b.t);
  const { rows, gaps } = findGaps(samples, intervalMs);
  const roles = new Set([drilledRole, ...samples.flatMap(({ cgroups }) => Object.keys(cgroups))]);
  return {
    sampleT: encodeColumn(times(rows), 1),
    gaps,
    cgroups: [...roles].map((role) => collectCgroup(rows, role, entries)),
    progress: entriesOfType(entries, 'injection').flatMap(({ name }) => collectProgress(rows, name) ?? []),
    listenQueue: encodeColumn(
      rows.map(({ sample }) => sample?.listen?.queue ?? null),
      1,
    ),
  };
}

const times = (rows: readonly Row[]): number[] => rows.map(({ t }) => t);

/** Adds a row for each gap in the numbers of the samples. */
function findGaps(samples: readonly EntryOf<'sample'>[], intervalMs: number): { rows: Row[]; gaps: Stretch[] } {
  const gaps: Stretch[] = [];
  const rows = samples.flatMap((sample, index): Row[] => {
    const before = samples[index - 1];
    const row = { t: sample.t, sample };
    if (!before || sample.seq <= before.seq + 1 + (sample.thinned ?? 0)) return [row];
    gaps.push({ from: before.t, to: sample.t });
    // An empty row at the time of the first missing sample breaks the line.
    return [{ t: Math.min(before.t + intervalMs, (before.t + sample.t) / 2), sample: null }, row];
  });
  return { rows, gaps };
}

/** Collects the progress of an injection; undefined if it was never seen, or counts in bytes. */
function collectProgress(rows: readonly Row[], name: string): ProgressData | undefined {
  const states = rows.map(({ sample }) => sample?.progress?.[name] ?? null);
  const last = states.findLast((progress) => progress !== null);
  if (!last || last.unit === 'bytes') return undefined;
  const value = encodeColumn(
    states.map((progress) => progress?.value ?? null),
    1,
  );
  return { name, unit: last.unit, value, target: last.target ?? null };
}

function collectCgroup(rows: readonly Row[], role: string, entries: readonly Entry[]): CgroupData {
  const effects = entriesOfType(entries, 'effect').filter((effect) => (effect.role ?? 'server') === role);
  const read = (value: (cgroup: CgroupSample) => number | undefined) =>
    rows.map(({ sample }) => {
      const cgroup = sample?.cgroups[role];
      return (cgroup && value(cgroup)) ?? null;
    });
  const kibibytes = (value: (cgroup: CgroupSample) => number | undefined): Column => encodeColumn(read(value), KIB);
  const countEvents = (event: string): Column => encodeColumn(findIncreases(read(({ events }) => events[event])), 1);
  return {
    unit: effects[0]?.unit ?? role,
    current: kibibytes(({ current }) => current),
    anon: kibibytes(({ stat }) => stat.anon),
    file: kibibytes(({ stat }) => stat.file),
    swap: collectSwap(rows, role),
    some: computeStalls(
      rows,
      read(({ pressure }) => pressure?.some.totalUs),
    ),
    full: computeStalls(
      rows,
      read(({ pressure }) => pressure?.full.totalUs),
    ),
    wants: collectWants(rows, role, entries),
    high: countEvents('high'),
    max: countEvents('max'),
    oomKill: countEvents('oom_kill'),
    refaults: encodeColumn(
      computeRates(
        times(rows),
        read(({ stat }) => stat.workingset_refault_file),
        REFAULT_WINDOW_MS,
      ).map((perMs) => (perMs === null ? null : perMs * 1_000)),
      1,
    ),
    limits: effects.map(({ t, limits: { high, max } }) => ({ t, high, max })),
  };
}

/** A value that is not read at every sample: it is used until the next one. */
function readNowAndThen(
  rows: readonly Row[],
  role: string,
  value: (cgroup: CgroupSample) => number | undefined,
): (number | null)[] {
  let last: number | null = null;
  return rows.map(({ sample }) => {
    const cgroup = sample?.cgroups[role];
    last = (cgroup && value(cgroup)) ?? last;
    return sample && last;
  });
}

function collectSwap(rows: readonly Row[], role: string): Column | null {
  const bytes = readNowAndThen(rows, role, ({ swap }) => swap);
  return bytes.some(Boolean) ? encodeColumn(bytes, KIB) : null;
}

/** A cgroup that waits for so much of the hold may be starved, percent. While a hog grows, any waits for a CPU. */
const WANTING = 50;

function collectWants(rows: readonly Row[], role: string, entries: readonly Entry[]): WantData | null {
  const read = (value: (cgroup: CgroupSample) => number | undefined) => readNowAndThen(rows, role, value);
  const cpu = computeStallPercent(
    rows,
    read(({ cpuStall }) => cpuStall?.someUs),
  );
  const disk = computeStallPercent(
    rows,
    read(({ ioStall }) => ioStall?.someUs),
  );
  const refused = findIncreases(read(({ refusedForks }) => refusedForks));
  const { hold } = studyPhases(entries);
  const isHeld = rows.map(hold ? isIn(hold) : () => false);
  const isWaiting = (percents: readonly (number | null)[]) =>
    percents.some((percent, index) => isHeld[index] === true && (percent ?? 0) >= WANTING);
  const isWanting = isWaiting(cpu) || isWaiting(disk) || refused.some(Boolean);
  return isWanting
    ? { cpu: encodeColumn(cpu, 0.1), disk: encodeColumn(disk, 0.1), refused: encodeColumn(refused, 1) }
    : null;
}

/** Time stalled, by the guest's clock, as percent to a tenth. */
const computeStalls = (rows: readonly Row[], totalUs: readonly (number | null)[]): Column =>
  encodeColumn(computeStallPercent(rows, totalUs), 0.1);

function computeStallPercent(rows: readonly Row[], totalUs: readonly (number | null)[]): (number | null)[] {
  let guestMs = 0;
  const guestTimes = rows.map(({ sample }) => {
    guestMs = sample?.guestMonotonicMs ?? guestMs;
    return guestMs;
  });
  return computeRates(guestTimes, totalUs, PRESSURE_WINDOW_MS).map((usPerMs) =>
    usPerMs === null ? null : Math.min(100, usPerMs / 10),
  );
}
