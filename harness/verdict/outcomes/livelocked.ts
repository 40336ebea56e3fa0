import { formatBytes } from '../../core/bytes.js';
import { formatSeconds } from '../../core/clock.js';
import { formatCount } from '../../core/count.js';
import { orUnknown } from '../../core/unknown.js';
import { windowMs } from '../../record/watchdog.js';
import type { Study } from '../../study/study.js';
import { isStuck } from '../end-state.js';
import { nameInjected, nameLastInjection } from '../injected.js';
import { findWatchdogSilence } from '../silences.js';
import type { Evidence } from '../summary.js';
import type { OutcomeDefinition } from './definition.js';
import { formatWait } from './wait.js';

/** Results of earlier versions know only what the kernel counted. */
function describeNoKill({ kills, oomKills }: Evidence): string {
  if (kills === null || oomKills === null) return 'whether anything was killed to end that is not known';
  return kills === undefined ? 'the kernel killed nothing to end that' : 'nothing was killed to end that';
}

/** Server and hog are alive, no client gets an answer, and nothing ends it. */
export const livelocked: OutcomeDefinition = {
  badness: 4,
  zone: 'harmed',
  sentence: (evidence) => {
    const end =
      evidence.repairMs === null
        ? describeNoKill(evidence)
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
    const { memory } = study;
    const found = findWatchdogSilence(study, header);
    if (!found?.isSure || !isStuck(study)) return [];
    const window = windowMs(header.watchdog);
    const killed =
      memory.oomKills === null ? 'whether the kernel killed anything is not known' : 'the kernel killed nothing';
    return [
      `No client got an answer for ${formatSeconds(found.silence.span.ms)}, longer than the watchdog window of ${formatSeconds(window)}, and ${killed}.`,
      describeMemory(study),
      describeParties(study),
    ];
  },
};

function describeMemory({ memory: { fullStallPercent, highEvents, maxEvents, minFileBytes } }: Study): string {
  const stall =
    fullStallPercent === null
      ? 'How long all tasks of the cgroup were stalled on memory is not known'
      : `All tasks of the cgroup were stalled on memory for ${fullStallPercent.toFixed(0)} % of the hold (PSI full)`;
  const [high, max] = [orUnknown(highEvents, formatCount), orUnknown(maxEvents, formatCount)];
  const file = minFileBytes === null ? 'was not measured' : `fell to ${formatBytes(minFileBytes)}`;
  return `${stall}; memory.events counted ${high} high and ${max} max; page cache in the cgroup ${file}.`;
}

function describeParties({ memory: { plateauBytes }, parties }: Study): string {
  const noun = nameLastInjection(parties);
  const alive =
    parties.serverAlive === null
      ? `The ${noun} was alive, whether the server was is not known`
      : `The server and the ${noun} were both alive`;
  return plateauBytes === null
    ? `${alive}, and no sample shows memory on a plateau.`
    : `${alive}, and memory was on a plateau of ${formatBytes(plateauBytes)}.`;
}
