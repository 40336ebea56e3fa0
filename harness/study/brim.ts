import type { Bytes } from '../core/bytes.js';
import type { Entry } from '../record/schema.js';
import { entriesOfType } from './entries.js';
import { collectKills } from './kills.js';

/**
 * A server that gives no answer for longer is harmed: a claim of `contained` at a plateau allows as much. Milliseconds.
 */
const HARMED_GAP_MS = 2_000;

/**
 * The range below a limit in which a creeping hog harmed the server and lived, as the hog's own size. Bytes of the
 * guest.
 */
export interface Brim {
  /** The size at the start of the first gap that harmed; the size at the kill, if no gap did. */
  readonly from: Bytes;
  /** The size at the kill. */
  readonly to: Bytes;
}

/** The brim that a hog showed by creeping up to its limit; null if none creeps, if it was not killed, or if its sizes are not known. */
export function studyBrim(entries: readonly Entry[]): Brim | null {
  const injection = entriesOfType(entries, 'injection').find(
    ({ creepBytesPerSecond }) => creepBytesPerSecond !== undefined,
  );
  if (!injection) return null;
  const sizes = entriesOfType(entries, 'sample').flatMap(({ t, progress }) => {
    const hog = progress[injection.name];
    return hog ? [{ t, pid: hog.pid, bytes: hog.value }] : [];
  });
  const pids = new Set<number | null | undefined>(sizes.map(({ pid }) => pid));
  const killedT = collectKills(entries).find(({ pid }) => pid !== null && pids.has(pid))?.t;
  if (killedT === undefined) return null;
  const sizeAt = (time: number) => sizes.findLast(({ t }) => t <= time)?.bytes;
  const answered = entriesOfType(entries, 'probe').flatMap(({ t, ok }) =>
    ok && t >= injection.t && t < killedT ? [t] : [],
  );
  // Gaps after the kill belong to the recovery.
  const moments = [injection.t, ...answered.sort((a, b) => a - b), killedT];
  const harmedT = moments.find((t, index) => (moments[index + 1] ?? t) - t > HARMED_GAP_MS);
  const [from, to] = [sizeAt(harmedT ?? killedT), sizeAt(killedT)];
  return from === undefined || to === undefined ? null : { from, to };
}
