import type { RunRecord } from '../../harness/record/reader.js';
import { entriesOfType } from '../../harness/study/entries.js';
import type { RunSummary } from '../../harness/verdict/summary.js';

/** How long a hog was there above MemoryHigh, milliseconds; null where it never was. */
interface Above {
  /** Until it was killed; null where it was not. */
  readonly killedAfterMs: number | null;
  readonly heldMs: number | null;
}

/**
 * From the first sample in which the cgroup of the server was at its MemoryHigh to the kill of the hog, and to its end.
 *
 * @param kills of the same drill
 */
export function measureAbove({ entries }: RunRecord, kills: NonNullable<RunSummary['evidence']>['kills']): Above {
  const high = entriesOfType(entries, 'effect').find(({ role }) => role === undefined)?.limits.high ?? Infinity;
  const phases = entriesOfType(entries, 'phase');
  const from = phases.find(({ name }) => name === 'injection')?.t ?? Infinity;
  const released = phases.find(({ name }) => name === 'release')?.t;
  const over = entriesOfType(entries, 'sample').find(
    ({ t, cgroups }) => t >= from && (cgroups.server?.current ?? 0) >= high,
  );
  if (!over) return { killedAfterMs: null, heldMs: null };
  // The guest's log may be a little off.
  const since = (t: number) => Math.max(0, t - over.t);
  const kill = (kills ?? []).find(({ role }) => role === 'injection');
  if (kill) return { killedAfterMs: since(kill.t), heldMs: since(kill.t) };
  return { killedAfterMs: null, heldMs: released === undefined ? null : since(released) };
}
