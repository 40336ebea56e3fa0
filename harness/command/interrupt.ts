import { machineError } from '../core/errors.js';
import type { Progress } from '../machine/machine.js';

/** Ctrl-C and its relatives, as an abort signal. */
export interface Interrupts {
  readonly signal: AbortSignal;
  /** Waits for Ctrl-C, which then means "go on" and not "stop". Returns at once when already told to stop. */
  hold(why: string): Promise<void>;
  /** Gives the signals back to Node. */
  release(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * From now on Ctrl-C, SIGTERM and SIGHUP abort the signal, so that machines are released in order. A second one does not wait:
 * the process ends, the kernel kills its QEMU, and `reap` takes the rest away.
 */
export function catchInterrupts(progress: Progress): Interrupts {
  const stop = new AbortController();
  let goOn: (() => void) | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    if (goOn) goOn();
    else if (stop.signal.aborted) process.exit(2);
    else {
      progress(`${name}: releasing the machine; once more to give up at once`);
      stop.abort(machineError('INTERRUPTED', `Interrupted by ${name}.`, 'What was seen so far is in the record.'));
    }
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: stop.signal,
    async hold(why) {
      if (stop.signal.aborted) return;
      progress(`${why}; Ctrl-C lets it go`);
      // The timer keeps the process alive while nothing else does.
      const awake = setInterval(() => {}, 60_000);
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      clearInterval(awake);
      goOn = undefined;
    },
    release() {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
