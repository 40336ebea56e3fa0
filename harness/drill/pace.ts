import { messageOf } from '../core/errors.js';
import { HOG_PROGRAM } from '../machine/guest-paths.js';
import type { GuestShell } from '../machine/machine.js';
import { type MeasuredSpeed, speedOf } from '../record/guest-speed.js';
import { speedEntry } from '../record/schema.js';
import type { Recorder } from './recorder.js';

/** What `hog speed` prints (guest/hog.c). */
const measuredSchema = speedEntry.pick({ touchedBytesPerSecond: true, loopMs: true });

/** A guest that is slower still stands rather than works: no deadline is stretched by more. */
const MAX_SLOWNESS = 8;

/** How fast a guest is, and what follows from it for what is waited for in it. */
export interface Pace {
  /** 1 for a guest of usual speed and for any faster one, 2 for one that is half as fast. */
  readonly slowness: number;
  /** The deadline in this guest, of one for a guest of usual speed; milliseconds. What clients feel has no such deadline. */
  stretch(ms: number): number;
}

export const createPace = (slowness: number): Pace => ({ slowness, stretch: (ms) => Math.round(ms * slowness) });

/** How many times as long as a guest of usual speed it takes, as far as deadlines follow that. */
export const slownessOf = (measured: MeasuredSpeed): number =>
  Math.min(MAX_SLOWNESS, Math.max(1, 1 / speedOf(measured)));

/**
 * Measures how fast the guest is, in oomdrill's own slice and within a second, and writes it down. One that cannot be
 * measured is taken for a guest of usual speed, and the record says why.
 *
 * @throws the signal's reason
 */
export async function measurePace(
  machine: GuestShell,
  { clock, write }: Pick<Recorder, 'clock' | 'write'>,
  signal: AbortSignal,
): Promise<Pace> {
  const inSlice = ['systemd-run', '--quiet', '--scope', '--collect', '--slice=oomdrill.slice'];
  try {
    const { stdout, stderr, exitCode } = await machine.exec([...inSlice, HOG_PROGRAM, 'speed'], {
      reason: 'the speed of the guest',
      signal,
    });
    if (exitCode !== 0) throw new Error(stderr.trim() || `status ${exitCode}`);
    const measured = measuredSchema.parse(JSON.parse(stdout));
    const slowness = slownessOf(measured);
    write({ type: 'speed', t: clock.now(), ...measured, slowness });
    return createPace(slowness);
  } catch (thrown) {
    signal.throwIfAborted();
    const message = `the speed of the guest was not measured, and is taken for the usual one: ${messageOf(thrown)}`;
    write({ type: 'note', t: clock.now(), message });
    return createPace(1);
  }
}
