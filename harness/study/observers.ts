import type { Entry, EntryOf } from '../record/schema.js';
import { entriesOfType } from './entries.js';

/** What watching cost the guest, percent of one of its CPUs over the time that was sampled. Null where the record does not tell. */
export interface ObserversCost {
  readonly samplerPercent: number | null;
  readonly canaryPercent: number | null;
  /** Both of them; null where one is not known. */
  readonly bothPercent: number | null;
}

/** Studies the CPU time that sampler and canary used in the guest, by what each sample says of it. */
export function studyObservers(entries: readonly Entry[]): ObserversCost {
  const samples = entriesOfType(entries, 'sample');
  const samplerPercent = computeShare(samples, ({ samplerCpuMs }) => samplerCpuMs);
  const canaryPercent = computeShare(samples, ({ canaryCpuMs }) => canaryCpuMs);
  const bothPercent = samplerPercent === null || canaryPercent === null ? null : samplerPercent + canaryPercent;
  return { samplerPercent, canaryPercent, bothPercent };
}

/** The CPU time between the first and the last sample that know it, percent of the guest's time between these. */
function computeShare(
  samples: readonly EntryOf<'sample'>[],
  cpuMsOf: (sample: EntryOf<'sample'>) => number | undefined,
): number | null {
  const known = samples.flatMap((sample) => {
    const cpuMs = cpuMsOf(sample);
    return cpuMs === undefined ? [] : [{ cpuMs, t: sample.guestMonotonicMs }];
  });
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last || last.t <= first.t) return null;
  return (100 * (last.cpuMs - first.cpuMs)) / (last.t - first.t);
}
