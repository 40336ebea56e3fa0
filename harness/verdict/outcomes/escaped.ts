import { formatBytes } from '../../core/bytes.js';
import { wordsOf } from '../../record/injection.js';
import type { Header } from '../../record/schema.js';
import type { InjectionFate } from '../../study/injected.js';
import type { Study } from '../../study/study.js';
import { hasEnded } from '../../study/task-state.js';
import { BOUNDS } from '../bounds.js';
import { findLateHold } from '../hold-median.js';
import { nameInjected } from '../injected.js';
import { describeSilence } from '../silence-sentence.js';
import { sortServerSilences } from '../silences.js';
import type { OutcomeDefinition } from './definition.js';

/** Memory grew past a limit that should have stopped it. */
export const escaped: OutcomeDefinition = {
  badness: 7,
  zone: 'harmed',
  sentence: (evidence) => `the ${nameInjected(evidence).kind} grew past the limit that should have stopped it`,
  manual: {
    meaning: 'the limits did not hold: memory rose past them, or the whole VM ran out of memory',

    evidence:
      '`memory.current` rose past `memory.max`; a hog without a target size reached the limit, would have grown on, and was not killed; the session, pane or container of the hog was not in the unit that should limit it, or the limits of that unit were not in effect; the OOM killer acted for the whole guest, or less than 2 % of its memory was available; or the server was silent for longer than allowed while the whole guest waited for memory and no limit acted',
    usualCauses: 'a limit that is not in effect where the hog is; limits that add up to more than the RAM',
  },
  reasonsFor: (study, header) => [
    ...findBrokenLimits(study, header),
    ...findEndless(study),
    ...sortServerSilences(study, header)
      .box.slice(0, 1)
      .map((silence) => describeSilence(silence, header)),
    ...findLateHold(study, header, 'box-memory'),
  ],
};

/** The state of limits, memory and killers that proves it by itself, as sentences. */
export function findBrokenLimits({ memory, effect, parties, minAvailableBytes }: Study, header: Header): string[] {
  const reasons: string[] = [];
  if (effect !== null)
    for (const { what, wanted, found, ok } of effect.checks) {
      if (!ok)
        reasons.push(
          `The limits of ${effect.unit} were not in effect for the hog: ${what} is ${found}, not ${wanted}.`,
        );
    }
  const max = effect?.limits.max ?? null;
  const peak = memory.peakBytes ?? 0;
  if (max !== null && peak > max * (1 + BOUNDS.escapedShare))
    reasons.push(`Memory rose to ${formatBytes(peak)}, past MemoryMax=${formatBytes(max)}.`);
  if (parties.boxKills > 0)
    reasons.push(
      `The whole guest ran out of memory: the kernel made ${parties.boxKills} OOM kill${parties.boxKills === 1 ? '' : 's'} outside of any cgroup limit.`,
    );
  if (minAvailableBytes !== null && minAvailableBytes < header.guestMemoryBytes * BOUNDS.boxAvailableShare)
    reasons.push(`Only ${formatBytes(minAvailableBytes)} of memory was available in the whole guest.`);
  return reasons;
}

/** A hog that was still growing when its time was over. */
function findEndless({ memory, effect, parties }: Study): string[] {
  const max = effect?.limits.max ?? null;
  // A hog that is slowed down on its way to the limit has not escaped: it is throttled.
  const reachedLimit = max === null || (memory.peakBytes ?? 0) > max * (1 - BOUNDS.escapedShare);
  const endless = parties.injections.find(isStillGrowing);
  if (!reachedLimit || !endless) return [];
  const { noun, verb } = wordsOf(endless.injection);
  return [`A ${noun} that ${verb}s past every limit was not killed.`];
}

/** Whether it grows without end, in memory that the kernel cannot reclaim, and nothing ended it. */
const isStillGrowing = ({ injection, progress, killed }: InjectionFate): boolean =>
  injection.targetBytes === null &&
  injection.memory !== 'page-cache' &&
  !killed &&
  !(progress !== null && hasEnded(progress));
