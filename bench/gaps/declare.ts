import { formatBytes, MIB, parseBytes } from '../../harness/core/bytes.js';
import { beyondMax, defineScenario, hog, type Scenario, total } from '../../harness/index.js';
import type { Gap, Motion } from './cells.js';

const MAX_BYTES = 1024 * MIB;

/** A hog settles so far above MemoryHigh, or in the middle of a gap that is smaller than twice that. */
const OVER_BYTES = 16 * MIB;

/** The hog grows fast up to so much below MemoryHigh. */
const APPROACH_BYTES = 10 * MIB;

/** As the benchmarks of KEP-2570 held on, milliseconds. */
const LONG_MS = 600_000;

/** The scenario of a cell. @param url of its file, which is its `import.meta.url` */
export function declareGap(url: string, gap: Gap, motion: Motion): Promise<Scenario> {
  const gapBytes = parseBytes(gap);
  const high = MAX_BYTES - gapBytes;
  const rests = total(formatBytes(high + Math.min(OVER_BYTES, gapBytes / 2)));
  const creep = { belowMax: formatBytes(gapBytes + APPROACH_BYTES), perSecond: '10M' };
  return defineScenario(
    { url },
    {
      hypothesis:
        motion === 'rests'
          ? `With MemoryHigh ${gap} below MemoryMax, a hog that settles between them silences the server.`
          : `With MemoryHigh ${gap} below MemoryMax, a hog that grows by 10 MiB a second is throttled, and the server with it, until the hog is killed: how long is what is measured.`,
      control: true,
      bundle: { from: '../band', set: { MemoryHigh: formatBytes(high) } },
      injections: [motion === 'rests' ? hog({ target: rests }) : hog({ target: beyondMax, creep })],
      phases: { holdMs: motion === 'rests' ? 60_000 : LONG_MS },
      // A hog that is soon killed harms as well, for a shorter time, or for less than is called harm.
      expect: { outcomes: motion === 'rests' ? ['livelocked', 'degraded'] : ['livelocked', 'degraded', 'contained'] },
    },
  );
}
