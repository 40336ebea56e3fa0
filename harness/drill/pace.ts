import type { z } from 'zod';
import { messageOf } from '../core/errors.js';
import { HOG_PROGRAM } from '../machine/guest-paths.js';
import type { GuestShell } from '../machine/machine.js';
import { speedEntry } from '../record/schema.js';
import type { Recorder } from './recorder.js';

/** What `hog speed` prints (guest/hog.c). */
const measuredSchema = speedEntry.pick({ touchedBytesPerSecond: true, loopMs: true });

type Measured = z.infer<typeof measuredSchema>;

/**
 * A guest of usual speed: without KVM, on a quiet host of the kind on which the deadlines of a drill were found, which
 * touched 98 to 148 MB a second, and took 32 ms for the loop.
 */
const USUAL: Measured = { touchedBytesPerSecond: 120e6, loopMs: 35 };

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

/** The slower of both counts: a guest may be short of CPU time, or its host of memory bandwidth. */
export function slownessOf({ touchedBytesPerSecond, loopMs }: Measured): number {
  const slowest = Math.max(USUAL.touchedBytesPerSecond / Math.max(1, touchedBytesPerSecond), loopMs / USUAL.loopMs);
  return Math.min(MAX_SLOWNESS, Math.max(1, slowest));
}

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
