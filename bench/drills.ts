import { findScenarios } from '../harness/campaign/catalogue.js';
import { runSuite } from '../harness/campaign/suite.js';
import { measureTime } from '../harness/core/clock.js';
import { readRecord } from '../harness/record/reader.js';
import { study } from '../harness/study/study.js';
import type { RunSummary } from '../harness/verdict/summary.js';
import type { BenchContext } from './context.js';
import { atLeast, atMost, type Figure, middle } from './figure.js';

export const THREE = ['2026-07-02-throttle-livelock', '2026-07-02-fixed', 'runaway-past-max'];

/** Drills the three scenarios several times, and computes the figures from their records. */
export async function measureDrills(context: BenchContext, repeats: number): Promise<Figure[]> {
  const scenarios = await findScenarios(THREE);
  const rounds: { runs: RunSummary[]; ms: number }[] = [];
  // Creates the image and the snapshot if they are missing, so that all rounds start warm.
  await context.source();
  for (let round = 1; round <= repeats; round++) {
    context.progress(`round ${round} of ${repeats}`);
    const { value: runs, ms } = await measureTime(async () =>
      runSuite(await context.drillContext(), { scenarios, guests: ['trixie'] }),
    );
    rounds.push({ runs, ms });
  }
  const runs = rounds.flatMap((round) => round.runs);
  const studies = await Promise.all(
    runs.flatMap(({ record, scenario }) =>
      record === null ? [] : [readRecord(record).then((read) => ({ scenario, ...study(read) }))],
    ),
  );
  const livelocks = studies.filter(({ scenario }) => scenario === THREE[0]);
  const maxOf = (values: readonly (number | null | undefined)[]) =>
    Math.max(...values.map((value) => value ?? Number.POSITIVE_INFINITY));
  const plateaus = runs.filter(({ scenario }) => scenario !== 'runaway-past-max');
  const overheads = runs.map(({ timings }) => (timings?.overheadMs ?? Number.POSITIVE_INFINITY) / 1000);
  const spread = `of ${runs.length}, ${Math.min(...overheads).toFixed(1)} to ${Math.max(...overheads).toFixed(1)} s`;
  return [
    atMost('harness overhead per drill, warm', middle(overheads), 10, 's', `median ${spread}`),
    atMost('the three scenarios together, warm', middle(rounds.map(({ ms }) => ms / 60_000)), 5, 'min'),
    atMost(
      'plateau error over the hold',
      maxOf(plateaus.map(({ evidence }) => evidence?.plateauErrorPercent)),
      0.5,
      '%',
      'largest',
    ),
    atMost(
      'guest CPU of sampler and canary under emulation',
      maxOf(studies.map(({ observers }) => observers.bothPercent)),
      4,
      '% of one vCPU',
      `largest; the sampler alone ${maxOf(studies.map(({ observers }) => observers.samplerPercent)).toFixed(1)} %`,
    ),
    atMost(
      'samples missing in a livelock',
      maxOf(livelocks.map(({ sampling }) => sampling.missingPercent)),
      1,
      '%',
      'largest',
    ),
    ...THREE.map((name) => {
      const passed = runs.filter(({ scenario, verdict }) => scenario === name && verdict === 'pass').length;
      return atLeast(`same outcome: ${name}`, passed, repeats, `of ${repeats}`);
    }),
  ];
}
