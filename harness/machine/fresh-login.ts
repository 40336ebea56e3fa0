import { execa } from 'execa';
import { shellQuote } from '../core/shell.js';
import { dyingWithUs } from './dying-with-us.js';
import { type SshTarget, sshOptions } from './ssh.js';

/** What came of a login. */
export interface FreshLogin {
  /** Standard output of what it ran, as far as it came. */
  readonly output: string;
  /** What ssh(1) said, in one line; empty where it said nothing. */
  readonly said: string;
}

/**
 * Logs in by a connection of its own, runs a command with the rights that the login gives, and logs out again. Never throws: one
 * that was refused, or was broken off by the signal, has no output.
 */
export async function loginAfresh(
  target: SshTarget,
  command: readonly string[],
  signal: AbortSignal,
): Promise<FreshLogin> {
  const alone = ['-T', '-a', '-x', '-o', 'ControlMaster=no', '-o', 'ControlPath=none', '-o', 'ClearAllForwardings=yes'];
  const address = `${target.user}@${target.host}`;
  const args = [...sshOptions(target), ...alone, address, command.map(shellQuote).join(' ')];
  const { stdout, stderr } = await execa(...dyingWithUs('ssh', args), {
    reject: false,
    stdin: 'ignore',
    cancelSignal: signal,
    // It has nothing to clean up, and a guest that stands still must not hold it up.
    killSignal: 'SIGKILL',
  });
  return {
    output: stdout,
    said: stderr
      .trim()
      .split(/\s*\n\s*/)
      .join('; '),
  };
}
