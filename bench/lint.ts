import { execa } from 'execa';
import { assets } from '../harness/core/assets.js';
import { measureTime } from '../harness/core/clock.js';
import type { BenchContext } from './context.js';
import { atMost, type Figure, middle } from './figure.js';

const RUNS = 11;

/** Measures lint as a whole process on the largest bundle. */
export async function measureLint({ progress, signal }: BenchContext): Promise<Figure[]> {
  progress(`lint, ${RUNS} times`);
  const cli = assets.cli;
  const bundle = assets.bundle('devvm');
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { ms } = await measureTime(() =>
      execa('node', [cli, 'lint', bundle], { cancelSignal: signal, reject: true }),
    );
    seconds.push(ms / 1000);
  }
  return [atMost('lint of the devvm, with process start', middle(seconds), 0.7, 's', `median of ${RUNS}`)];
}
