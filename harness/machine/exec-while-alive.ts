import { sleep } from '../core/deadline.js';
import { OomdrillError } from '../core/errors.js';
import type { ExecOptions, ExecResult } from './machine.js';
import type { Ssh } from './ssh.js';

/** So much later than its connections, at most, a machine itself is seen to have ended. */
const ECHO_MS = 2_000;

/**
 * Runs a command in a machine that may die of it: a connection that breaks may be the first that is heard of its death, which is then
 * the error, and not its echo.
 *
 * @param died aborted with the cause of death
 */
export async function execWhileAlive(
  ssh: Ssh,
  died: AbortSignal,
  command: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  died.throwIfAborted();
  const signal = options.signal ? AbortSignal.any([options.signal, died]) : died;
  try {
    return await ssh.exec(command, { ...options, signal });
  } catch (thrown) {
    if (thrown instanceof OomdrillError && thrown.code === 'SSH_BROKEN') await sleep(ECHO_MS, died).catch(() => {});
    died.throwIfAborted();
    throw thrown;
  }
}
