import { parseDuration } from '../core/duration.js';
import type { Pace } from './pace.js';

/** What a server has until its first answer where its bundle says nothing. */
const DEFAULT_READY_WITHIN = '60s';

/** A server starts so many times as slowly where each of its instructions is translated: 100 s were seen of one of 3.3 s of CPU. */
const EMULATED = 5;

/**
 * How long a unit may take until it answers, milliseconds: what bundle.json says of its host, and more on a guest that is
 * slower.
 *
 * @param readyWithin of bundle.json, where it is written
 * @param accelerator of the machine
 */
export function readyWithinMs(readyWithin: string | undefined, accelerator: string, pace: Pace): number {
  const onItsHost = parseDuration(readyWithin ?? DEFAULT_READY_WITHIN);
  return pace.stretch(onItsHost * (accelerator === 'tcg' ? EMULATED : 1));
}
