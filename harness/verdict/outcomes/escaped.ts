import { formatBytes } from '../../core/bytes.js';
import { wordsOf } from '../../record/injection.js';
import type { InjectionFate } from '../../study/injected.js';
import { hasEnded } from '../../study/task-state.js';
import { BOUNDS } from '../bounds.js';
import { injectedInWords } from '../injected.js';
import type { OutcomeDefinition } from './definition.js';

/** The memory went where the limit should not have let it. */
export const escaped: OutcomeDefinition = {
  badness: 6,
  zone: 'harmed',
  sentence: (evidence) => `the ${injectedInWords(evidence).kind} grew past the limit that should have stopped it`,
  manual: {
    evidence:
      '`memory.current` rose past `memory.max`; a hog without end that came to the limit was not killed; the session, pane or container of the hog was in no unit that limits it, or the limits of that unit were not in effect; the OOM killer acted for the whole box, or less than 2 % of its memory was left',
    usualCauses: 'a limit that is not in effect where the hog is; limits that add up to more than the RAM',
  },
  reasonsFor: ({ memory, effect, parties, leastAvailableBytes }, header) => {
    const reasons: string[] = [];
    if (effect !== null)
      for (const { what, wanted, found, ok } of effect.checks) {
        if (!ok)
          reasons.push(
            `The limits of ${effect.unit} did not hold where the hog was: ${what} is ${found}, not ${wanted}.`,
          );
      }
    const max = effect?.limits.max ?? null;
    const peak = memory.peakBytes ?? 0;
    if (max !== null && peak > max * (1 + BOUNDS.escapedShare))
      reasons.push(`Memory rose to ${formatBytes(peak)}, past MemoryMax at ${formatBytes(max)}.`);
    if (parties.boxKills > 0)
      reasons.push(
        `The whole guest ran out of memory: the kernel killed ${parties.boxKills} time(s) outside of any limit.`,
      );
    // One that was held up on the way to the limit has not escaped: it is throttled.
    const cameToTheLimit = max === null || peak > max * (1 - BOUNDS.escapedShare);
    const endless = parties.injections.find(growsOn);
    if (cameToTheLimit && endless) {
      const { noun, verb } = wordsOf(endless.injection);
      reasons.push(`A ${noun} that ${verb}s past every limit was not killed.`);
    }
    if (leastAvailableBytes !== null && leastAvailableBytes < header.guestMemoryBytes * BOUNDS.boxAvailableShare)
      reasons.push(`The whole guest was down to ${formatBytes(leastAvailableBytes)} of available memory.`);
    return reasons;
  },
};

/** Whether it grows without end, of memory that the kernel cannot take back, and nothing ended it. */
const growsOn = ({ injection, progress, killed }: InjectionFate): boolean =>
  injection.targetBytes === null &&
  injection.memory !== 'page-cache' &&
  !killed &&
  !(progress !== null && hasEnded(progress));
