import { findScenarios } from '../harness/campaign/catalogue.js';
import { runSuite } from '../harness/campaign/suite.js';
import type { RunSummary } from '../harness/verdict/summary.js';
import type { BenchContext } from './context.js';
import { THREE } from './drills.js';
import { atLeast, atMost, type Figure, middle } from './figure.js';

/** Scenarios of the nightly suite that differ in what takes their time. */
const SAMPLE = [
  ...THREE,
  'brim',
  'runaway-in-session',
  'aggregate-of-many',
  'page-cache',
  'lxd-13147-live-repair',
] as const;

const OFF = { fullHold: true, fromNothing: true } as const;
const ON = { fullHold: false, fromNothing: false } as const;

/**
 * Drills a sample of the nightly suite with snapshots of settled servers and early ends, and without, in turns: their ratio counts,
 * because hosts differ twofold.
 */
export async function measureCourse(context: BenchContext, repeats: number): Promise<Figure[]> {
  const { progress } = context;
  const drills: { off: RunSummary; on: RunSummary }[] = [];
  for (const scenario of await findScenarios(SAMPLE)) {
    const drillOnce = async (how: typeof OFF | typeof ON, times = 1) => {
      const settings = { ...(await context.drillContext()), ...how };
      const runs = await runSuite(settings, { scenarios: [scenario], guests: ['trixie'], repeats: times });
      const last = runs.at(-1);
      if (!last) throw new Error(`${scenario.name} was not drilled`);
      return last;
    };
    for (let round = 1; round <= repeats; round++) {
      const off = await drillOnce(OFF);
      // The first drill of all makes the snapshot, because the run knows of the second.
      const on = await drillOnce(ON, round === 1 ? 2 : 1);
      drills.push({ off, on });
      progress(`${scenario.name}: ${sayTimes(off)} without, ${sayTimes(on)} with; ${off.outcome}, ${on.outcome}`);
    }
  }
  const overheads = drills.map(({ on }) => (on.timings?.overheadMs ?? Number.POSITIVE_INFINITY) / 1000);
  const sum = (which: 'off' | 'on', of = drills) =>
    of.reduce((total, drill) => total + (drill[which].timings?.totalMs ?? Number.POSITIVE_INFINITY), 0);
  const three: readonly string[] = THREE;
  const core = drills.filter(({ on }) => three.includes(on.scenario));
  const equal = drills.filter(({ off, on }) => off.outcome === on.outcome && off.verdict === on.verdict).length;
  const growth = drills.reduce((total, { on }) => total + (on.timings?.rampMs ?? 0), 0);
  return [
    atMost('overhead of a drill, warm', middle(overheads), 3, 's', `median of ${overheads.length}`),
    atMost('overhead of a drill, warm, worst', Math.max(...overheads), 6, 's'),
    atMost('a round of the core suite, warm', sum('on', core) / repeats / 1000, 120, 's'),
    atMost('core suite against one without', sum('on', core) / sum('off', core), 0.55, ''),
    atMost('a sample of the nightly against one without', sum('on') / sum('off'), 0.55, ''),
    atMost("growth's share of the sample", (100 * growth) / sum('on'), 15, '%'),
    atLeast('the same outcome and verdict', equal, drills.length, `of ${drills.length}`),
  ];
}

const sayTimes = ({ timings }: RunSummary): string =>
  timings
    ? `${(timings.totalMs / 1000).toFixed(1)} s, ${(timings.overheadMs / 1000).toFixed(1)} s of it overhead`
    : 'no time';
