import type { Bytes } from '../core/bytes.js';
import type { Entry } from '../record/schema.js';
import { entriesOfType } from './entries.js';
import { killsOf } from './kills.js';

/** A server that left its clients without an answer for so long is harmed: it is what a claim of `contained` allows at a plateau. Milliseconds. */
const HARMED_GAP_MS = 2_000;

/** The stretch below a limit in which a creeping hog harmed the server and lived, by the hog's own size. Bytes of the guest. */
export interface Brim {
  /** Where the first gap began that harmed; where it was killed, when none did. */
  readonly from: Bytes;
  /** Where it was killed. */
  readonly to: Bytes;
}

/** The brim that a hog which creeps up to its limit has shown; null where none creeps, or where it was not killed. */
export function studyBrim(entries: readonly Entry[]): Brim | null {
  const injection = entriesOfType(entries, 'injection').find(
    ({ creepBytesPerSecond }) => creepBytesPerSecond !== undefined,
  );
  if (!injection) return null;
  const sizes = entriesOfType(entries, 'sample').flatMap(({ t, progress }) => {
    const hog = progress[injection.name];
    return hog ? [{ t, pid: hog.pid, bytes: hog.value }] : [];
  });
  const pids = new Set(sizes.map(({ pid }) => pid));
  const killedT = killsOf(entries).find(({ pid }) => pids.has(pid))?.t;
  if (killedT === undefined) return null;
  const sizeAt = (time: number) => sizes.findLast(({ t }) => t <= time)?.bytes ?? 0;
  const answered = entriesOfType(entries, 'probe').flatMap(({ t, ok }) =>
    ok && t >= injection.t && t < killedT ? [t] : [],
  );
  // What follows the kill is the recovery's.
  const moments = [injection.t, ...answered.sort((a, b) => a - b), killedT];
  const harmedT = moments.find((t, index) => (moments[index + 1] ?? t) - t > HARMED_GAP_MS);
  return { from: sizeAt(harmedT ?? killedT), to: sizeAt(killedT) };
}
