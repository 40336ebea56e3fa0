import type { Watchdog } from './schema.js';

/** How long a client of this model waits without an answer before it gives its connection up, milliseconds. */
export function windowMs(watchdog: Watchdog): number {
  return watchdog.kind === 'heartbeat' ? watchdog.windowMs : watchdog.intervalMs * watchdog.missed;
}
