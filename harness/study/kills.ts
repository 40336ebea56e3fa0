import type { Entry } from '../record/schema.js';
import { collectEarlyoomKills } from './earlyoom-kills.js';
import { entriesOfType } from './entries.js';
import { collectKernelKills } from './kernel-kills.js';
import type { Kill } from './kill.js';
import { collectOomdKills, collectStoppedUnits } from './unit-kills.js';

/** Everything that the logs of a drill show as killed, by time. */
export function collectKills(entries: readonly Entry[]): Kill[] {
  const lines = entriesOfType(entries, 'journal');
  return [
    ...collectKernelKills(lines, entriesOfType(entries, 'kill')),
    ...collectEarlyoomKills(lines),
    ...collectOomdKills(lines),
    ...collectStoppedUnits(lines),
  ].sort((a, b) => a.t - b.t);
}

/** Whether a log was read in which a kill would be. */
export const isLogRead = (entries: readonly Entry[]): boolean =>
  entries.some(({ type }) => type === 'journal' || type === 'kill');
