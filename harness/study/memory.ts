import type { CgroupSample, Entry, EntryOf, SampledPressure } from '../record/schema.js';
import { counterOf } from './counter.js';
import { entriesOfType, isIn, largest, middleValue, smallest } from './entries.js';
import { type Phases, stressWindow } from './phases.js';

/** What the files of the limited cgroup show. Null where the record has too few samples. */
export interface Memory {
  /** Events between the last sample before the injection and the last before the release (memory.events). */
  readonly highEvents: number | null;
  readonly maxEvents: number | null;
  readonly oomKills: number | null;
  /** Share of the hold in which all, or some, tasks of the cgroup stalled on memory: by PSI's totals, percent. */
  readonly fullStallPercent: number | null;
  readonly someStallPercent: number | null;
  /** Median of memory.current over the part of the hold in which the injection was holding. */
  readonly plateauBytes: number | null;
  /** The largest distance of memory.current from the target in that part, percent of the target. */
  readonly plateauErrorPercent: number | null;
  /** memory.current right before the injection: the server alone. */
  readonly restingBytes: number | null;
  /** The largest memory.current in any sample. */
  readonly peakBytes: number | null;
  /** The largest memory.swap.current in any sample. */
  readonly peakSwapBytes: number | null;
  /**
   * The least page cache of the cgroup during the hold, and the number of its pages that were read in again (refaults).
   */
  readonly minFileBytes: number | null;
  readonly fileRefaults: number | null;
}

/**
 * Studies the memory of a cgroup.
 *
 * @param role of the cgroup whose limits are drilled
 */
export function studyMemory(entries: readonly Entry[], phases: Phases, role: string): Memory {
  const samples = entriesOfType(entries, 'sample').flatMap((sample) => {
    const cgroup = sample.cgroups[role];
    return cgroup ? [{ ...sample, cgroup }] : [];
  });
  // The cgroup settles at the target of the last injection.
  const injection = entriesOfType(entries, 'injection').at(-1);
  const span = stressWindow(phases);
  const before = span && samples.findLast(({ t }) => t < span.from);
  const since = span ? samples.filter(({ t }) => t >= span.from && t < span.to) : [];
  // Without a sample since then, nothing was counted.
  const counted = before && since.length > 0 ? [before, ...since] : [];
  const held = phases.hold ? samples.filter(isIn(phases.hold)) : [];
  const plateau = injection ? held.filter((sample) => sample.progress[injection.name]?.state === 'holding') : [];
  const currents = plateau.map(currentOf);
  const target = injection?.own ? null : (injection?.targetBytes ?? null);
  return {
    highEvents: computeRise(counted, (sample) => sample.cgroup.events.high),
    maxEvents: computeRise(counted, (sample) => sample.cgroup.events.max),
    oomKills: computeRise(counted, (sample) => sample.cgroup.events.oom_kill),
    fullStallPercent: computeStall(held, 'full'),
    someStallPercent: computeStall(held, 'some'),
    plateauBytes: middleValue(currents),
    plateauErrorPercent: computeError(currents, target),
    restingBytes: before ? currentOf(before) : null,
    peakBytes: largest(samples.map(currentOf)),
    peakSwapBytes: largest(samples.flatMap(({ cgroup }) => cgroup.swap ?? [])),
    minFileBytes: smallest(held.flatMap((sample) => sample.cgroup.stat.file ?? [])),
    fileRefaults: computeRise(held, (sample) => sample.cgroup.stat.workingset_refault_file),
  };
}

/** A sample, with what it shows of the cgroup whose limits are drilled. */
type LimitedSample = EntryOf<'sample'> & { readonly cgroup: CgroupSample };

const currentOf = (sample: LimitedSample): number => sample.cgroup.current;

/** The largest distance from the target, percent of it. */
function computeError(currents: readonly number[], target: number | null): number | null {
  const distance = target === null ? null : largest(currents.map((current) => Math.abs(current - target)));
  return target === null || distance === null ? null : (100 * distance) / target;
}

/** How far a counter rose from the first of the samples to the last; null where one of the two has not got it. */
function computeRise(
  samples: readonly LimitedSample[],
  read: (sample: LimitedSample) => number | undefined,
): number | null {
  const ends = [samples[0], samples.at(-1)];
  if (ends.some((sample) => sample === undefined || read(sample) === undefined)) return null;
  const { values } = counterOf(samples, read);
  return (values.at(-1) ?? 0) - (values[0] ?? 0);
}

/**
 * Share of the guest's time between the first and the last sample that was stalled. From PSI's totals, because its
 * averages lag.
 */
function computeStall(held: readonly LimitedSample[], kind: keyof SampledPressure): number | null {
  const [first, last] = [held[0], held.at(-1)];
  const stalledUs = computeRise(held, (sample) => sample.cgroup.pressure?.[kind].totalUs);
  const passedMs = first && last ? last.guestMonotonicMs - first.guestMonotonicMs : 0;
  return stalledUs === null || passedMs <= 0 ? null : Math.min(100, (stalledUs / 1e3 / passedMs) * 100);
}
