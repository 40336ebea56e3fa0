import t from 'tap';
import { GIB } from '../core/bytes.js';
import { watchdogNamed } from '../drill/watchdogs.js';
import { DEVVM_BUNDLES } from '../workload/t3/devvm.js';
import type { DrillContext } from './context.js';
import { mapBand } from './map.js';

const [bundle] = DEVVM_BUNDLES.filter(({ name }) => name === 'devvm');
if (!bundle) throw new Error('there is no bundle devvm');

/** A context whose machine may be planned for, and never starts. */
const context = (outDir: string) =>
  ({
    scale: '16',
    outDir,
    watchdog: watchdogNamed('heartbeat-20s'),
    progress: () => {},
    machine: { capabilities: { sidecars: 'all' }, room: async () => ({ availableBytes: 40 * GIB }) },
  }) as unknown as DrillContext;

t.test('a precision that leaves no size to drill is refused', async (t) => {
  const mapAt = (precision: number) => mapBand(context(t.testdir()), { bundle, guest: 'trixie', precision });
  for (const precision of [GIB, 100 * GIB])
    await t.rejects(mapAt(precision), {
      code: 'PRECISION_INVALID',
      message:
        /^--precision must be smaller than MemoryMax=1G of t3-serve@alice\.service at scale 1\/16 \(got 1?0?0?1?G\)/,
      hint: /smaller --precision/,
    });
  await t.rejects(mapAt(1_000), { code: 'PRECISION_INVALID', message: /at least 1M \(got 1000\)/ });
});
