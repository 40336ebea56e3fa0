import { machineError } from '../core/errors.js';
import type { Progress } from '../machine/machine.js';
import { reap } from '../machine/reap.js';

/** Ctrl-C and its relatives, as an abort signal. */
export interface Interrupts {
  readonly signal: AbortSignal;
  /** Waits for Ctrl-C, which then means "go on" and not "stop". Returns at once after a signal to stop. */
  hold(): Promise<void>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * While this works, Ctrl-C, SIGTERM and SIGHUP abort its signal, so that machines are released in order. A second one does not
 * wait: the process ends, the kernel kills its QEMU, and `reap` removes the rest.
 *
 * @param hint of the error of an interrupt
 */
export async function withInterrupts<T>(
  progress: Progress,
  work: (interrupts: Interrupts) => Promise<T>,
  hint?: string,
): Promise<T> {
  const stop = new AbortController();
  let goOn: (() => void) | undefined;
  const onSignal = (name: NodeJS.Signals) => {
    if (goOn) goOn();
    else if (stop.signal.aborted) process.exit(2);
    else {
      progress(`${name}: stopping and cleaning up; send it again to quit at once`);
      stop.abort(machineError('INTERRUPTED', `Interrupted by ${name}.`, hint));
    }
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  const hold = async () => {
    if (stop.signal.aborted) return;
    // The timer keeps the process alive while nothing else does.
    const awake = setInterval(() => {}, 60_000);
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    clearInterval(awake);
    goOn = undefined;
  };
  try {
    return await work({ signal: stop.signal, hold });
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}

/** Drills: what interrupted runs left behind is removed first, and an interrupt releases the machines in order. */
export async function withReapedMachines<T>(
  progress: Progress,
  work: (interrupts: Interrupts) => Promise<T>,
): Promise<T> {
  const { removed, failed, leftAlone } = await reap();
  for (const what of removed) progress(`removed what an interrupted run left behind: ${what}`);
  for (const what of failed) progress(`could not remove what an interrupted run left behind: ${what}`);
  if (leftAlone.length > 0)
    progress(
      `left alone what was made on other hosts or in other containers (runs: ${leftAlone.length}): \`oomdrill reap\` names it`,
    );
  return withInterrupts(progress, work, 'Records of the drills that had started are below --out.');
}
