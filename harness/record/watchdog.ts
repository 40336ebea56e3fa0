import type { Watchdog } from './schema.js';

/** How long a client with this watchdog waits for an answer before it drops its connection, milliseconds. */
export function windowMs(watchdog: Watchdog): number {
  return watchdog.kind === 'heartbeat' ? watchdog.windowMs : watchdog.intervalMs * watchdog.missed;
}
