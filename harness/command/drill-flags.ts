import { resolve } from 'node:path';
import type { DrillContext } from '../campaign/context.js';
import { loadOf } from '../drill/load.js';
import { intervalAt } from '../drill/probe-rate.js';
import { watchdogNamed } from '../drill/watchdogs.js';
import type { Probe } from '../workload/probe.js';
import { durationOf } from './duration.js';

/** Options of every command that drills, as `drillFlags` declares them. */
interface DrillFlags {
  readonly scale: string;
  readonly watchdog: string;
  readonly rate: string;
  readonly load?: string | undefined;
  readonly waitForQuiet: string;
  readonly fullHold?: boolean | undefined;
  readonly wayIn?: boolean | undefined;
  readonly fromNothing?: boolean | undefined;
  readonly out: string;
  /** Probes of a user's own, which a bundle may name as well as ours. */
  readonly probes: readonly Probe[];
}

/** What they say of the context of a drill, but for guest and machine. @throws OomdrillError `WATCHDOG_UNKNOWN`, `RATE_INVALID`, `LOAD_INVALID`, `DURATION_INVALID` */
export function readDrillFlags({
  scale,
  watchdog,
  rate,
  load,
  waitForQuiet,
  fullHold,
  wayIn,
  fromNothing,
  out,
  probes,
}: DrillFlags) {
  return {
    scale,
    watchdog: watchdogNamed(watchdog),
    probeIntervalMs: intervalAt(rate, '--rate'),
    load: load === undefined ? undefined : loadOf(load, '--load'),
    waitForQuietMs: durationOf(waitForQuiet, '--wait-for-quiet'),
    fullHold: fullHold === true,
    wayIn: wayIn === true,
    fromNothing: fromNothing === true,
    outDir: resolve(out),
    tables: { probes },
  } satisfies Partial<DrillContext>;
}
