import { formatBytes } from '../../core/bytes.js';
import { formatSeconds } from '../../core/clock.js';
import { orUnknown } from '../../core/unknown.js';
import { windowMs } from '../../record/watchdog.js';
import { injectedInWords, nounOf } from '../injected.js';
import type { OutcomeDefinition } from './definition.js';
import { waitInWords } from './wait.js';

/** Everybody lives, nobody is served, and nothing ends it. */
export const livelocked: OutcomeDefinition = {
  badness: 3,
  zone: 'harmed',
  sentence: (evidence) => {
    const end =
      evidence.repairMs === null
        ? 'nothing was killed to help it'
        : `was well ${formatSeconds(evidence.repairMs)} after its limits were repaired, with the ${injectedInWords(evidence).kind} still there`;
    return `the server answered nobody for ${waitInWords(evidence)} while it looked alive, and ${end}`;
  },
  manual: {
    evidence: "no full answer for longer than the clients' window, `oom_kill` unchanged, server and hog both alive",
    usualCauses: '`MemoryHigh` below `MemoryMax` with swap forbidden: throttled, never killed',
  },
  reasonsFor: ({ availability: { longestGapMs }, memory, parties }, header) => {
    const window = windowMs(header.watchdog);
    if (longestGapMs === null || longestGapMs < window) return [];
    if (parties.firstKillT !== null || (memory.oomKills ?? 0) > 0) return [];
    if (parties.serverAlive === false || !parties.injections.every(({ isAlive }) => isAlive)) return [];
    const noun = nounOf(parties);
    const stall = orUnknown(memory.fullStallPercent, (percent) => `${percent.toFixed(0)} %`);
    const [high, max] = [orUnknown(memory.highEvents), orUnknown(memory.maxEvents)];
    const rest = memory.plateauBytes === null ? 'never at rest' : `at ${formatBytes(memory.plateauBytes)}`;
    const file = orUnknown(memory.minFileBytes, formatBytes);
    return [
      `No client got an answer for ${formatSeconds(longestGapMs)}, longer than the watchdog window of ${formatSeconds(window)}, and the kernel killed nobody.`,
      `All tasks of the cgroup stood still for ${stall} of the hold (PSI full); memory.events counted ${high} high and ${max} max.`,
      `The server and the ${noun} were both alive, the ${noun} ${rest}; page cache in the cgroup fell to ${file}.`,
    ];
  },
};
