import { errorLines } from '../core/report-error.js';
import type { Machine, Progress } from '../machine/machine.js';
import type { Interrupts } from './interrupt.js';

/**
 * Keeps the machine of a drill for a look, until Ctrl-C: says what broke the drill off, where something did, and the
 * command that logs in, on a line of its own so that it can be copied whole. A guest that died is not kept.
 *
 * @param say also heard where progress is not
 */
export function keepMachine(
  { signal, hold }: Interrupts,
  say: Progress,
): (machine: Pick<Machine, 'login' | 'died'>, thrown: unknown) => Promise<void> {
  return async ({ login, died }, thrown) => {
    if (signal.aborted || died.aborted) return;
    if (thrown !== undefined) {
      const [first, ...hint] = errorLines(thrown);
      say(`the drill failed: ${first}`, ...hint);
    }
    say('the guest is kept until Ctrl-C; log in with:', login);
    await hold();
  };
}
