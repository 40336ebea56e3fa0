import type { Bundle } from '../bundle/bundle.js';
import { parseBytes } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import { own } from '../inject/target.js';
import type { GuestName } from '../machine/machine.js';
import { windowMs } from '../record/watchdog.js';
import { type Band, type BandMap, findBand, type Look, zoneOf } from '../verdict/band.js';
import { drillTwice, type MachineOptions, makeRunDir, onOneMachine, specOf } from './on-machine.js';
import { planner } from './planner.js';
import { type Scenario, USUAL_PHASES } from './scenario.js';

export interface MapOptions extends MachineOptions {
  readonly bundle: Bundle;
  readonly guest: GuestName;
  /** To which each edge is found, in the guest, as systemd writes sizes. */
  readonly precision: string;
  /** Told of each drill as it comes. */
  readonly onLook?: (look: Look) => void;
}

/** Beyond the clients' patience, so that a silence of all of the hold is seen as one. */
const HOLD_WINDOWS = 1.1;

/**
 * Finds by bisection where a hog at rest begins to harm the server, and where it begins to be killed.
 *
 * @throws OomdrillError `MAP_UNLIMITED`, `PRECISION_INVALID`, `MAP_INCONCLUSIVE` with the drill's reasons
 */
export async function mapBand(options: MapOptions): Promise<BandMap> {
  const { bundle, guest, progress } = options;
  const precision = parseBytes(options.precision);
  if (!(precision >= 1024 ** 2 && Number.isFinite(precision)))
    throw usageError('PRECISION_INVALID', `"${options.precision}" is finer than a hog is held.`, 'Write 1M or more.');
  const plan = await planner(options);
  const scenarioAt = (size: string): Scenario => ({
    name: `map-${bundle.name}`,
    hypothesis: 'Where a hog at rest harms the server, it is killed.',
    control: false,
    bundle: bundle.name,
    requires: ['cgroup-v2', 'psi'],
    suite: 'nightly',
    hogs: [{ name: 'hog', comm: 'hog', target: own(size) }],
    phases: { ...USUAL_PHASES, holdMs: HOLD_WINDOWS * windowMs(options.watchdog) },
    expect: { outcomes: ['contained'] },
  });
  const first = await plan(scenarioAt('1G'), bundle);
  const { scale } = first;
  const { limits } = first.serving;
  if (!Number.isFinite(limits.max))
    throw usageError(
      'MAP_UNLIMITED',
      `${first.serving.unit.name} has no MemoryMax: there is no place where a hog is killed.`,
    );
  const runDir = await makeRunDir(options.outDir, 'map');
  const looks: Look[] = [];
  let band: Band | undefined;
  await onOneMachine(options, specOf(guest, first), runDir, async (drillOne) => {
    band = await findBand(limits.max, precision, async (place) => {
      const run = await drillTwice(
        drillOne,
        await plan(scenarioAt(String(place * scale)), bundle),
        `-${Math.round(place / 1024 ** 2)}M`,
        progress,
      );
      const look = { place, zone: zoneOf(run), run };
      looks.push(look);
      options.onLook?.(look);
      progress(`at ${Math.round(place / 1024 ** 2)}M: ${look.zone}`);
      return look.zone;
    });
  });
  if (!band) throw new Error('the band was not looked for');
  return { bundle: bundle.name, scale, limits, precision, band, looks };
}
