import type { Bundle } from '../bundle/bundle.js';
import { parseBytes } from '../core/bytes.js';
import type { Scenario } from '../drill/scenario.js';
import { hog } from '../inject/memory-hog/hog.js';
import type { Target } from '../inject/memory-hog/target.js';
import type { RunRecord } from '../record/reader.js';
import type { Expectation, Watchdog } from '../record/schema.js';
import type { FakeUnit } from './fake-guest.js';

const UNIT = 'web.service';
const PORT = 8080;

/** A short watchdog window, so that a hold is short, but long enough for a busy host. */
export const IMPATIENT: Watchdog = { kind: 'heartbeat', intervalMs: 500, windowMs: 3_000 };

/** Limits of the tests' service, in systemd's notation. */
export interface ServiceLimits {
  readonly high: string;
  readonly max: string;
}

export const UNTHROTTLED: ServiceLimits = { high: 'infinity', max: '3G' };
export const THROTTLED: ServiceLimits = { high: '2G', max: '3G' };

/** A bundle of one service on a host of 4G. */
export function serviceBundle(
  { high, max }: ServiceLimits,
  { unit = UNIT, ...asked }: { unit?: string; probe?: string; sessionPath?: string } = {},
): Bundle {
  return {
    name: 'web',
    manifest: {
      description: 'A service for tests of the flow.',
      host: { memory: '4G', swap: '0', cpus: 2 },
      serving: { unit, port: PORT, path: '/', ...asked },
    },
    files: [
      {
        path: `etc/systemd/system/${unit}`,
        text: `[Service]\nExecStart=/usr/bin/web\nOOMPolicy=continue\nMemoryHigh=${high}\nMemoryMax=${max}\nMemorySwapMax=0\n`,
      },
    ],
  };
}

/** The fake guest's unit with these limits in effect, at scale 1. */
export function serviceUnit({ high, max }: ServiceLimits, unit = UNIT): FakeUnit {
  return {
    name: unit,
    cgroup: `/system.slice/${unit}`,
    port: PORT,
    limits: { high: parseBytes(high), max: parseBytes(max), swapMax: 0 },
  };
}

/** A scenario with one hog, and with phases as short as the window of `IMPATIENT` allows. */
export function serviceScenario(name: string, target: Target, expect: Expectation): Scenario {
  return {
    name,
    hypothesis: 'The flow of a drill is the same on any machine.',
    control: false,
    bundle: { name: 'web', load: async () => serviceBundle(UNTHROTTLED) },
    requires: ['cgroup-v2', 'psi'],
    suite: 'core',
    injections: [hog({ target })],
    phases: { baselineMs: 500, holdMs: 4_000, recoveryMs: 10_000 },
    expect,
  };
}

/** A copy of the record with a quiet host, so that the load of the test host does not matter. */
export function onQuietHost(record: RunRecord): RunRecord {
  const entries = record.entries.map((entry) =>
    entry.type === 'host' ? { ...entry, loopStallMs: 0, stealPercent: 0, clockDriftMs: 0 } : entry,
  );
  return { ...record, entries };
}
