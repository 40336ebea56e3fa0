import type { CgroupSample, Entry, EntryOf, SampledPressure } from '../record/schema.js';
import { entriesOfType, isIn, middleValue, type Span } from './entries.js';
import { type Phases, stressWindow } from './phases.js';

/** What the squeezed cgroup's own files say. Null where the record holds too few samples to say it. */
export interface Memory {
  /** Events between the last sample before the injection and the last before the release (memory.events). */
  readonly highEvents: number | null;
  readonly maxEvents: number | null;
  readonly oomKills: number | null;
  /** Share of the hold in which all, or some, tasks of the cgroup stalled on memory: by PSI's totals, percent. */
  readonly fullStallPercent: number | null;
  readonly someStallPercent: number | null;
  /** Median of memory.current over the part of the hold in which the injection held. */
  readonly plateauBytes: number | null;
  /** The largest distance of memory.current from the target over that part, percent of the target. */
  readonly plateauErrorPercent: number | null;
  /** memory.current right before the injection: the server, at rest. */
  readonly restingBytes: number | null;
  /** Largest memory.current seen. */
  readonly peakBytes: number | null;
  /** Largest memory.swap.current seen. */
  readonly peakSwapBytes: number | null;
  /** Page cache of the cgroup at its lowest in the hold, and pages of it that were faulted back in. */
  readonly minFileBytes: number | null;
  readonly fileRefaults: number | null;
}

/** @param role of the cgroup whose limits are drilled */
export function studyMemory(entries: readonly Entry[], phases: Phases, role: string): Memory {
  const samples = entriesOfType(entries, 'sample').flatMap((sample) => {
    const cgroup = sample.cgroups[role];
    return cgroup ? [{ ...sample, cgroup }] : [];
  });
  // The cgroup comes to rest where the last one wants it.
  const injection = entriesOfType(entries, 'injection').at(-1);
  const span = stressWindow(phases);
  const before = span && samples.findLast(({ t }) => t < span.from);
  const last = span && samples.findLast(({ t }) => t < span.to);
  const held = phases.hold ? samples.filter(isIn(phases.hold)) : [];
  const plateau = injection ? held.filter((sample) => sample.progress[injection.name]?.state === 'holding') : [];
  const currents = plateau.map(currentOf);
  const target = injection?.own ? null : (injection?.targetBytes ?? null);
  return {
    highEvents: delta(before, last, (sample) => sample.cgroup.events.high),
    maxEvents: delta(before, last, (sample) => sample.cgroup.events.max),
    oomKills: delta(before, last, (sample) => sample.cgroup.events.oom_kill),
    fullStallPercent: stall(held, 'full'),
    someStallPercent: stall(held, 'some'),
    plateauBytes: middleValue(currents),
    plateauErrorPercent:
      target === null || currents.length === 0
        ? null
        : (100 * Math.max(...currents.map((current) => Math.abs(current - target)))) / target,
    restingBytes: before ? currentOf(before) : null,
    peakBytes: largest(samples.map(currentOf)),
    peakSwapBytes: largest(samples.flatMap(({ cgroup }) => cgroup.swap ?? [])),
    minFileBytes: held.length === 0 ? null : Math.min(...held.map((sample) => sample.cgroup.stat.file ?? 0)),
    fileRefaults: delta(held[0], held.at(-1), (sample) => sample.cgroup.stat.workingset_refault_file),
  };
}

/** A sample, and what it says of the cgroup that is drilled. */
type LimitedSample = EntryOf<'sample'> & { readonly cgroup: CgroupSample };

const currentOf = (sample: LimitedSample): number => sample.cgroup.current;

const largest = (numbers: readonly number[]): number | null =>
  numbers.reduce<number | null>((most, number) => Math.max(most ?? number, number), null);

/**
 * How far a counter rose. A cgroup that was made anew (a restarted unit) starts from zero: then what it counts since is all
 * that can be said.
 */
function delta<S>(before: S | undefined, after: S | undefined, read: (sample: S) => number | undefined): number | null {
  const from = before && read(before);
  const to = after && read(after);
  if (from === undefined || to === undefined) return null;
  return to >= from ? to - from : to;
}

/** Share of the guest's own time between the first and the last sample that was stalled. PSI's totals, because its averages lag. */
function stall(held: readonly LimitedSample[], kind: keyof SampledPressure): number | null {
  const [first, last] = [held[0], held.at(-1)];
  const stalledUs = delta(first, last, (sample) => sample.cgroup.pressure?.[kind].totalUs);
  const passedMs = first && last ? last.guestMonotonicMs - first.guestMonotonicMs : 0;
  return stalledUs === null || passedMs <= 0 ? null : Math.min(100, (stalledUs / 1e3 / passedMs) * 100);
}

/** How well the sampler saw. */
export interface Sampling {
  /** Ticks of the ordeal without a sample, percent. */
  readonly missingPercent: number | null;
  /** CPU time of the sampler over all its life, percent of one CPU. */
  readonly cpuPercent: number | null;
}

/**
 * Counts ticks by their numbers, from the last sample before the span to the first one after it, so that a late arrival is no loss.
 * Where the stream broke off, the silence up to the span's end is counted in ticks too.
 */
export function studySampling(entries: readonly Entry[], span: Span | undefined, intervalMs: number): Sampling {
  const samples = entriesOfType(entries, 'sample');
  const before = span && samples.findLast(({ t }) => t < span.from);
  const after = span && samples.find(({ t }) => t >= span.to);
  const within = span ? samples.filter(isIn(span)) : [];
  const seen = [before, ...within, after].filter((sample) => sample !== undefined);
  const [first, last] = [seen[0], seen.at(-1)];
  const silentMs = span && last && !after ? span.to - last.t : 0;
  const ticks = first && last ? last.seq - first.seq + 1 + Math.floor(silentMs / intervalMs) : 0;
  const [start, end] = [samples[0], samples.at(-1)];
  const livedMs = start && end ? end.guestMonotonicMs - start.guestMonotonicMs : 0;
  return {
    missingPercent: ticks === 0 ? null : (100 * (ticks - seen.length)) / ticks,
    cpuPercent: start && end && livedMs > 0 ? (100 * (end.samplerCpuMs - start.samplerCpuMs)) / livedMs : null,
  };
}
