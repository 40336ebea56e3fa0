import type { BenchContext } from '../context.js';
import { atLeast, type Figure } from '../figure.js';
import type { Cell } from '../trust/cells.js';
import { runDrilled } from '../trust/drill-cell.js';
import { REAL_TIME_LOOPS, stopped } from '../trust/noises.js';

/** A silence whose cause is known, because it was made. */
interface Injected {
  /** What was made. */
  readonly what: string;
  /** The first cause that its verdict must name. */
  readonly cause: string;
  readonly drilled: Omit<Cell, 'truth'>;
}

const TRIXIE = { guest: 'trixie', scale: 'auto' } as const;
const ours = (name: string) => ({ ...TRIXIE, scenario: `bench/causes/scenarios/${name}.ts` });

const INJECTED: readonly Injected[] = [
  {
    what: 'a hog in the band of a cgroup',
    cause: 'memory',
    drilled: { ...TRIXIE, scenario: '2026-07-02-throttle-livelock' },
  },
  { what: 'a hog at the brim', cause: 'memory', drilled: { ...TRIXIE, scenario: 'brim' } },
  {
    what: 'a box that runs out of memory',
    cause: 'box-memory',
    drilled: { ...TRIXIE, scenario: 'vm0-34175-box-runs-out' },
  },
  { what: 'busy loops in the cgroup', cause: 'cpu', drilled: ours('cpu-in-the-cgroup') },
  { what: 'busy loops in the guest', cause: 'guest-cpu', drilled: ours('cpu-in-the-guest') },
  { what: 'writers in the guest', cause: 'disk', drilled: ours('disk-in-the-guest') },
  {
    what: 'real-time loops on the host',
    cause: 'host',
    drilled: { ...ours('host-kept-busy'), noise: REAL_TIME_LOOPS },
  },
  {
    what: 'QEMU stopped for 8 s',
    cause: 'stopped',
    drilled: { ...TRIXIE, scenario: '2026-07-02-fixed', noise: stopped(8) },
  },
];

/** Makes silences of every cause, and counts those that are given theirs. */
export async function measureCauses({ progress, signal }: BenchContext, repeats: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { what, cause, drilled } of INJECTED) {
    let hits = 0;
    for (let round = 1; round <= repeats; round++) {
      const { run } = await runDrilled(drilled, signal);
      const causes = run.evidence?.gapCauses ?? [];
      if (causes[0] === cause) hits++;
      progress(`${what}: ${causes.join(', ') || 'no cause'}; ${run.outcome ?? 'no outcome'}: ${run.reasons[0]}`);
    }
    figures.push(atLeast(`cause of a silence: ${what}`, hits, repeats, `of ${repeats}`, cause));
  }
  return figures;
}
