import type { LimitValues } from '../harness/bundle/candidate.js';

/** A set of values whose safety is known. */
export interface KnownSet {
  readonly name: string;
  readonly safety: 'SAFE' | 'UNSAFE';
  /** Name of the bundle that gets the values. */
  readonly bundle: string;
  readonly values: LimitValues;
}

/**
 * Six sets that caused incidents, whose validation is quick, and six that held on the devvm or are similar to those.
 */
export const KNOWN_SETS: readonly KnownSet[] = [
  { name: 'the soft band of 2026-07-02', safety: 'UNSAFE', bundle: 'devvm', values: { memoryHigh: '12G' } },
  {
    name: 'a soft band on the larger host',
    safety: 'UNSAFE',
    bundle: 'devvm',
    values: { memoryHigh: '18G', memoryMax: '24G', hostMemory: '32G' },
  },
  {
    name: 'a soft limit alone',
    safety: 'UNSAFE',
    bundle: 'devvm',
    values: { memoryHigh: '12G', memoryMax: 'infinity' },
  },
  { name: 'OOMPolicy=stop, as of 2026-06-10', safety: 'UNSAFE', bundle: 'devvm', values: { oomPolicy: 'stop' } },
  { name: 'OOMPolicy=kill', safety: 'UNSAFE', bundle: 'devvm', values: { oomPolicy: 'kill' } },
  { name: 'no cap and no backstop', safety: 'UNSAFE', bundle: 'vm0-34175', values: { memoryMax: 'infinity' } },
  { name: 'the repair of 2026-07-02', safety: 'SAFE', bundle: 'devvm', values: {} },
  { name: 'a host of 32G, Max=24G', safety: 'SAFE', bundle: 'devvm', values: { memoryMax: '24G', hostMemory: '32G' } },
  { name: 'a host of 32G, Max as before', safety: 'SAFE', bundle: 'devvm', values: { hostMemory: '32G' } },
  { name: 'half of the host', safety: 'SAFE', bundle: 'devvm', values: { memoryMax: '50%' } },
  { name: 'Max=8G', safety: 'SAFE', bundle: 'devvm', values: { memoryMax: '8G' } },
  { name: 'a large host', safety: 'SAFE', bundle: 'devvm', values: { memoryMax: '48G', hostMemory: '64G' } },
];
