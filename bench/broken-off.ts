import { type Breaking, breakOff } from '../faults/broken-off.js';
import { chooseMoments, type Phase } from '../faults/phases.js';
import type { BenchContext } from './context.js';
import { atMost, type Figure } from './figure.js';

/** How often each breaking is tried, and in which phases: at random moments of all of them where nothing else is said. */
const TRIALS: Readonly<Record<Breaking, { readonly count: number; readonly in?: (phase: Phase) => boolean }>> = {
  'QEMU is killed': { count: 20, in: ({ cache }) => cache !== 'nothing' },
  'oomdrill is killed': { count: 11 },
  'oomdrill is interrupted': { count: 11 },
  'the disk of TMPDIR is full': { count: 3, in: isOfDrill },
  'the disk of --out is full': { count: 3, in: isOfDrill },
  'the disk of the ledger is full': { count: 3 },
  // Of a run that fills its cache.
  'the disk of the cache is full': { count: 2, in: ({ cache }) => cache === 'an image' },
};

function isOfDrill({ cache }: Phase): boolean {
  return cache === undefined;
}

/** Breaks runs off at random moments, which a seed decides, and counts those that say or leave behind what they must not. */
export async function measureBrokenOff({ progress, signal }: BenchContext, seed: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, { count, in: isChosen }] of Object.entries(TRIALS)) {
    let off = 0;
    for (const moment of chooseMoments(seed, count, isChosen)) {
      signal.throwIfAborted();
      const { faults, end } = await breakOff(moment, name as Breaking);
      if (faults.length > 0) off++;
      const what = `${name} ${moment.afterMs} ms into ${moment.phase}`;
      progress([`${what}: ${end}`, ...faults.map((fault) => `NOT AS IT MUST BE: ${fault}`)].join('; '));
    }
    figures.push(atMost(`${name}: ends that are not as they must be`, off, 0, `of ${count}`, `seed ${seed}`));
  }
  return figures;
}
