import { startClock } from '../core/clock.js';
import type { Progress } from '../machine/machine.js';

/** Progress as lines on standard error, each with the seconds since the start: `[  12.3 s] baseline: 5.0 s`. */
export function progressOnStderr(): Progress {
  const clock = startClock();
  return (line) => process.stderr.write(`[${(clock.now() / 1000).toFixed(1).padStart(6)} s] ${line}\n`);
}
