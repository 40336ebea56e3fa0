import type { Entry, EntryOf } from '../record/schema.js';
import { entriesOfType, isIn, type Span } from './entries.js';

/** How complete the samples are. Null where the record does not show it. */
export interface Sampling {
  /** Ticks of the stress window without a sample, percent: from 0 to 100. */
  readonly missingPercent: number | null;
}

/** Studies the samples of a span: from the last one before it to the first one after it. */
export function studySampling(entries: readonly Entry[], span: Span | undefined, intervalMs: number): Sampling {
  const samples = entriesOfType(entries, 'sample');
  return { missingPercent: span ? computeMissingPercent(samples, span, intervalMs) : null };
}

type Sample = EntryOf<'sample'>;

/** If the samples stop, the time until the end of the span counts as missing ticks. */
function computeMissingPercent(samples: readonly Sample[], span: Span, intervalMs: number): number | null {
  const before = samples.findLast(({ t }) => t < span.from);
  const after = samples.find(({ t }) => t >= span.to);
  const found = [before, ...samples.filter(isIn(span)), after].filter((sample) => sample !== undefined);
  const last = found.at(-1);
  if (!last) return null;
  const runs = splitIntoRuns(found);
  const silentMs = after ? 0 : span.to - last.t;
  const missing = sum(runs.map(countMissing)) + sum(findBreaks(runs, intervalMs)) + Math.floor(silentMs / intervalMs);
  const seen = sum(runs.map((run) => countNumbers(run) + countThinned(run)));
  return (100 * missing) / (missing + seen);
}

/**
 * The samples of one sampler each: its numbers rise, but for a sample that came late. One that was started again begins
 * at zero, far from where it was, and later on the guest's clock.
 */
function splitIntoRuns(samples: readonly Sample[]): Sample[][] {
  const runs: Sample[][] = [];
  for (const sample of samples) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const isNew = !last || (sample.seq < last.seq && sample.guestMonotonicMs > last.guestMonotonicMs);
    if (run && !isNew) run.push(sample);
    else runs.push([sample]);
  }
  return runs;
}

const countNumbers = (run: readonly Sample[]): number => new Set(run.map(({ seq }) => seq)).size;

/** The numbers between the smallest and the largest that no sample has, so that one that is late is not missing. */
function countMissing(run: readonly Sample[]): number {
  const numbers = run.map(({ seq }) => seq);
  const [first, last] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  return Math.max(0, last - first + 1 - countNumbers(run) - countThinned(run));
}

/** Those that were left out between the first and the last, because nothing happened. */
const countThinned = (run: readonly Sample[]): number => sum(run.slice(1).map(({ thinned = 0 }) => thinned));

/** The ticks between two samplers, by the host's clock. */
const findBreaks = (runs: readonly (readonly Sample[])[], intervalMs: number): number[] =>
  runs.slice(1).map((run, index) => {
    const [before, next] = [runs[index]?.at(-1), run[0]];
    return before && next ? Math.max(0, Math.floor((next.t - before.t) / intervalMs) - 1) : 0;
  });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
