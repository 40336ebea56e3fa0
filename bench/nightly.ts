import { loadSuite } from '../harness/campaign/catalogue.js';
import { runSuite } from '../harness/campaign/suite.js';
import { measureTime } from '../harness/core/clock.js';
import type { BenchContext } from './context.js';
import { atLeast, atMost, type Figure, middle } from './figure.js';

/** Drills the nightly suite several times. */
export async function measureNightly(context: BenchContext, repeats: number): Promise<Figure[]> {
  const { progress } = context;
  const scenarios = await loadSuite('nightly');
  const minutes: number[] = [];
  let asExpected = 0;
  for (let round = 1; round <= repeats; round++) {
    const { value: runs, ms } = await measureTime(async () =>
      runSuite(await context.drillContext(), { scenarios, guests: ['trixie'] }),
    );
    minutes.push(ms / 60_000);
    asExpected += runs.filter(({ verdict }) => verdict === 'pass').length;
    for (const { scenario, verdict, outcome } of runs) progress(`${verdict}: ${scenario} was ${outcome}`);
  }
  const all = scenarios.length * repeats;
  return [
    // The first round may have to create snapshots.
    atMost('suite nightly, one guest, warm', middle(minutes), 25, 'min', `median of ${repeats}`),
    atLeast('suite nightly, outcomes as expected', asExpected, all, `of ${all}`),
  ];
}
