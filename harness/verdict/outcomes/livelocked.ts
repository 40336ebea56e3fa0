import { formatBytes } from '../../core/bytes.js';
import { formatSeconds } from '../../core/clock.js';
import { formatCount } from '../../core/count.js';
import { orUnknown } from '../../core/unknown.js';
import { windowMs } from '../../record/watchdog.js';
import { isStuck } from '../end-state.js';
import { nameInjected, nameLastInjection } from '../injected.js';
import { findWatchdogSilence } from '../silences.js';
import type { OutcomeDefinition } from './definition.js';
import { formatWait } from './wait.js';

/** Server and hog are alive, no client gets an answer, and nothing ends it. */
export const livelocked: OutcomeDefinition = {
  badness: 4,
  zone: 'harmed',
  sentence: (evidence) => {
    const end =
      evidence.repairMs === null
        ? 'nothing was killed to end that'
        : `it answered again ${formatSeconds(evidence.repairMs)} after its limits were repaired, with the ${nameInjected(evidence).kind} still there`;
    return `the server gave no client an answer for ${formatWait(evidence)} while it looked alive, and ${end}`;
  },
  manual: {
    meaning: 'the server gave no answer for longer than the watchdog waits, and nothing was killed to end that',

    evidence:
      "no full answer for the watchdog's window or longer (20 s by default), for want of memory of the cgroup; `oom_kill` unchanged, server and hog both alive",
    usualCauses: '`MemoryHigh` below `MemoryMax` with swap forbidden: throttled, never killed',
  },
  reasonsFor: (study, header) => {
    const { memory, parties } = study;
    const found = findWatchdogSilence(study, header);
    if (!found?.isSure || !isStuck(study)) return [];
    const window = windowMs(header.watchdog);
    const noun = nameLastInjection(parties);
    const stall = orUnknown(memory.fullStallPercent, (percent) => `${percent.toFixed(0)} %`);
    const [high, max] = [orUnknown(memory.highEvents, formatCount), orUnknown(memory.maxEvents, formatCount)];
    const plateau =
      memory.plateauBytes === null
        ? 'memory never reached a plateau'
        : `memory was on a plateau of ${formatBytes(memory.plateauBytes)}`;
    const file = orUnknown(memory.minFileBytes, formatBytes);
    return [
      `No client got an answer for ${formatSeconds(found.silence.span.ms)}, longer than the watchdog window of ${formatSeconds(window)}, and the kernel killed nothing.`,
      `All tasks of the cgroup were stalled on memory for ${stall} of the hold (PSI full); memory.events counted ${high} high and ${max} max.`,
      `The server and the ${noun} were both alive, and ${plateau}; page cache in the cgroup fell to ${file}.`,
    ];
  },
};
