import type { LimitValues } from '../harness/bundle/candidate.js';

/** A set of values whose word is known. */
export interface KnownSet {
  readonly name: string;
  readonly word: 'SAFE' | 'UNSAFE';
  /** The bundle that the values are for. */
  readonly bundle: string;
  readonly values: LimitValues;
}

/** Six that incidents came from, which show it quickly, and six that held on the devvm or are of the same make. */
export const KNOWN_SETS: readonly KnownSet[] = [
  { name: 'the soft band of 2026-07-02', word: 'UNSAFE', bundle: 'devvm', values: { memoryHigh: '12G' } },
  {
    name: 'a soft band on the larger host',
    word: 'UNSAFE',
    bundle: 'devvm',
    values: { memoryHigh: '18G', memoryMax: '24G', hostMemory: '32G' },
  },
  { name: 'a soft limit alone', word: 'UNSAFE', bundle: 'devvm', values: { memoryHigh: '12G', memoryMax: 'infinity' } },
  { name: 'OOMPolicy=stop, as of 2026-06-10', word: 'UNSAFE', bundle: 'devvm', values: { oomPolicy: 'stop' } },
  { name: 'OOMPolicy=kill', word: 'UNSAFE', bundle: 'devvm', values: { oomPolicy: 'kill' } },
  { name: 'no cap and no backstop', word: 'UNSAFE', bundle: 'vm0-34175', values: { memoryMax: 'infinity' } },
  { name: 'the repair of 2026-07-02', word: 'SAFE', bundle: 'devvm', values: {} },
  { name: 'a host of 32G, Max=24G', word: 'SAFE', bundle: 'devvm', values: { memoryMax: '24G', hostMemory: '32G' } },
  { name: 'a host of 32G, Max as before', word: 'SAFE', bundle: 'devvm', values: { hostMemory: '32G' } },
  { name: 'half of the host', word: 'SAFE', bundle: 'devvm', values: { memoryMax: '50%' } },
  { name: 'Max=8G', word: 'SAFE', bundle: 'devvm', values: { memoryMax: '8G' } },
  { name: 'a large host', word: 'SAFE', bundle: 'devvm', values: { memoryMax: '48G', hostMemory: '64G' } },
];
