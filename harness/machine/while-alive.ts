import { sleep } from '../core/deadline.js';
import { OomdrillError } from '../core/errors.js';
import type { ExecOptions, ExecResult, GuestShell } from './machine.js';

/** So much later than its connections, at most, a machine itself is seen to have ended. */
const ECHO_MS = 2_000;

/** What is said of a connection that breaks. */
const ECHOES: ReadonlySet<string> = new Set(['SSH_BROKEN', 'QEMU_GONE']);

/**
 * Does something with a machine that may die of it: a connection that breaks may be the first that is heard of its death, which is
 * then the error, and not its echo.
 *
 * @param died aborted with the cause of death
 */
export async function whileAlive<T>(died: AbortSignal, work: () => Promise<T>): Promise<T> {
  died.throwIfAborted();
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof OomdrillError && ECHOES.has(thrown.code)) await sleep(ECHO_MS, died).catch(() => {});
    died.throwIfAborted();
    throw thrown;
  }
}

/** Runs a command in a machine that may die of it. */
export function execWhileAlive(
  shell: GuestShell,
  died: AbortSignal,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  const signal = options.signal ? AbortSignal.any([options.signal, died]) : died;
  return whileAlive(died, () => shell.exec(command, { ...options, signal }));
}
