import { randomInt } from 'node:crypto';
import type { Finding } from '../fuzz/batch.js';
import { fuzzNight, type Night } from '../fuzz/night.js';
import { PROPERTIES } from '../fuzz/properties.js';
import { keepSeed } from '../fuzz/seeds.js';
import type { BenchContext } from './context.js';
import { atLeast, atMost, type Figure } from './figure.js';

/** The inputs of a night, and the time that it may take at most, minutes: `FUZZ_INPUTS` and `FUZZ_MINUTES` set others. */
const INPUTS = 1_000_000;
const MINUTES = 120;

/** Progress is shown this often, ms. */
const PROGRESS_MS = 30_000;

/**
 * Gives every reader and every writer generated inputs until there were a million. What it finds is kept in fuzz/seeds/,
 * where the unit tests try it again.
 */
export async function measureFuzz({ progress, signal }: BenchContext): Promise<Figure[]> {
  const inputs = Number(process.env.FUZZ_INPUTS ?? INPUTS);
  const minutes = Number(process.env.FUZZ_MINUTES ?? MINUTES);
  const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31));
  progress(`${inputs} inputs for ${PROPERTIES.length} readers and writers, FUZZ_SEED=${seed}`);
  let shownAt = performance.now();
  const onBatch = ({ tried, findings }: Night) => {
    if (performance.now() - shownAt < PROGRESS_MS) return;
    shownAt = performance.now();
    progress(`${tried} inputs, ${findings.length} findings`);
  };
  const onFinding = (finding: Finding) => {
    progress(
      `${finding.property}: ${finding.why}; kept in ${keepSeed(finding)} (seed ${finding.seed}, path ${finding.path})`,
    );
  };
  const start = performance.now();
  const night = await fuzzNight({
    properties: PROPERTIES,
    inputs,
    limitMs: minutes * 60_000,
    seed,
    onFinding,
    onBatch,
    signal,
  });
  const took = `in ${((performance.now() - start) / 60_000).toFixed(0)} minutes`;
  const counts = [...night.byProperty.values()].map(({ tried }) => tried);
  return [
    atLeast(
      'fuzzed inputs in one night',
      night.tried,
      inputs,
      'inputs',
      `${took}, at least ${Math.min(...counts)} of each kind`,
    ),
    atMost('findings in them', night.findings.length, 0, 'findings', `FUZZ_SEED=${seed}`),
  ];
}
