import { resolve } from 'node:path';
import type { DrillContext } from '../campaign/context.js';
import { watchdogNamed } from '../drill/watchdogs.js';

/** Options of every command that drills, as `drillFlags` declares them. */
interface DrillFlags {
  readonly scale: string;
  readonly watchdog: string;
  readonly out: string;
}

/** What they say of the context of a drill, but for guest and machine. @throws OomdrillError `WATCHDOG_UNKNOWN` */
export function readDrillFlags({ scale, watchdog, out }: DrillFlags) {
  return { scale, watchdog: watchdogNamed(watchdog), outDir: resolve(out) } satisfies Partial<DrillContext>;
}
