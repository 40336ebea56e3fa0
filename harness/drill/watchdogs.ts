import { usageError } from '../core/errors.js';
import type { Watchdog } from '../record/schema.js';

/** Clients' patience by name: what the incident's browser did, and what a newer client does (docs/watchdogs.md). */
const WATCHDOGS: Readonly<Record<string, Watchdog>> = {
  'heartbeat-20s': { kind: 'heartbeat', intervalMs: 10_000, windowMs: 20_000 },
  'ping-15s': { kind: 'ping', intervalMs: 5_000, missed: 3, backoffMs: [3_000, 4_000, 8_000, 16_000] },
};

/** That of the clients where none is named. */
export const DEFAULT_WATCHDOG = 'heartbeat-20s';

/** @throws OomdrillError `WATCHDOG_UNKNOWN` */
export function watchdogNamed(name: string): Watchdog {
  const found = WATCHDOGS[name];
  if (!found)
    throw usageError(
      'WATCHDOG_UNKNOWN',
      `There is no watchdog model "${name}".`,
      `There are: ${Object.keys(WATCHDOGS).join(', ')}.`,
    );
  return found;
}
