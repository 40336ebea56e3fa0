import type { Explanation } from './conclusion.js';
import type { SavedEvidence } from './evidence.js';

/**
 * Adds what a log shows of victims that did not end: the memory that they hold is not free, and what waits for it stands
 * still. One that the kernel could not reap was waiting in the kernel itself, with a lock on its memory (Linux,
 * mm/oom_kill.c, oom_reap_task).
 */
export function addStuckVictim(conclusion: Explanation, { log, quiet }: SavedEvidence): Explanation {
  const blocked = quiet?.blocked ?? [];
  const [unreaped] = log.unreaped;
  const stuck = log.kills.find(({ pid }) => blocked.some((task) => task.pid === pid));
  const victim = stuck ?? (blocked.length > 0 ? unreaped : undefined);
  if (victim) {
    const why = `${victim.comm} (PID ${victim.pid}) did not end at once when it was killed: until it does, its memory is not free, and what waits for that stands still.`;
    const outcomes = new Set(['livelocked' as const, ...conclusion.outcomes]);
    return { ...conclusion, outcomes: [...outcomes], reasons: [...conclusion.reasons, why] };
  }
  if (!unreaped) return conclusion;
  const why = `The kernel could not take back the memory of ${unreaped.comm} (PID ${unreaped.pid}) within a second: it may not have ended at once.`;
  return { ...conclusion, reasons: [...conclusion.reasons, why] };
}
