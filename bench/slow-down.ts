import type { RunRecord } from '../harness/record/reader.js';
import type { CgroupSample, Entry } from '../harness/record/schema.js';

/**
 * The same drill with a server that is so many times slower from the injection on: each answer takes so many times as long from when
 * it was due, and so many times as much time is lost to memory. All figures are then measured from the changed record, as of any.
 */
export function slowDown(record: RunRecord, factor: number): RunRecord {
  const injected = record.entries.find((entry) => entry.type === 'injection');
  if (injected?.type !== 'injection') return record;
  const first = new Map<string, CgroupSample>();
  const slow = (entry: Entry): Entry => {
    if (entry.type === 'probe' && entry.ok && entry.scheduledT >= injected.t)
      return { ...entry, t: entry.scheduledT + factor * (entry.t - entry.scheduledT) };
    if (entry.type !== 'sample' || entry.t < injected.t) return entry;
    const cgroups = Object.entries(entry.cgroups).map(([role, sample]) => {
      if (!sample) return [role, sample];
      if (!first.has(role) && sample.pressure) first.set(role, sample);
      return [role, stretch(sample, first.get(role), factor)];
    });
    return { ...entry, cgroups: Object.fromEntries(cgroups) };
  };
  return { ...record, entries: record.entries.map(slow) };
}

function stretch(sample: CgroupSample, from: CgroupSample | undefined, factor: number): CgroupSample {
  const { pressure } = sample;
  if (!pressure || !from?.pressure) return sample;
  const start = from.pressure;
  const line = (kind: 'some' | 'full') => ({
    ...pressure[kind],
    totalUs: start[kind].totalUs + factor * (pressure[kind].totalUs - start[kind].totalUs),
  });
  return { ...sample, pressure: { some: line('some'), full: line('full') } };
}
