import type { OomdrillError } from '../core/errors.js';
import type { ExecOptions, ExecResult, GuestShell } from './machine.js';

export interface RunOptions extends ExecOptions {
  /**
   * The error of a command that ended with another status than 0.
   *
   * @param words its last lines of standard error in one line, or its status where it said nothing
   */
  readonly orThrow: (words: string, result: ExecResult) => OomdrillError;
}

/** So many of a command's last lines say why it failed. */
const LAST_LINES = 3;

/** Runs a command as root in a guest that must succeed there. @throws OomdrillError what `orThrow` gives */
export async function run(
  machine: GuestShell,
  command: readonly string[],
  { orThrow, ...options }: RunOptions,
): Promise<ExecResult> {
  return requireSuccess(await machine.exec(command, options), orThrow);
}

/** @throws OomdrillError what `orThrow` gives for a command that ended with another status than 0 */
export function requireSuccess(result: ExecResult, orThrow: RunOptions['orThrow']): ExecResult {
  if (result.exitCode === 0) return result;
  const lines = result.stderr.trim().split('\n').filter(Boolean).slice(-LAST_LINES);
  throw orThrow(lines.join(' | ') || `status ${result.exitCode}`, result);
}
