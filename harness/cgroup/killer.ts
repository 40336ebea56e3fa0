/** A process to which earlyoom sent a signal to terminate. */
export interface EarlyoomKill {
  readonly pid: number;
  readonly comm: string;
}

/**
 * Reads the line that earlyoom logs for a kill (earlyoom, kill.c, kill_process):
 * `sending SIGTERM to process 733 uid 1000 "ugrep": ...`. Undefined for any other line.
 */
export function parseEarlyoomKill(line: string): EarlyoomKill | undefined {
  const match = /^sending SIG(?:TERM|KILL) to process (\d+) uid \d+ "(.*?)": /.exec(line);
  return match ? { pid: Number(match[1]), comm: match[2] ?? '' } : undefined;
}

/**
 * Reads the line that systemd-oomd logs when it kills a whole cgroup (systemd, src/oom/oomd-manager.c), and returns the
 * path of the cgroup below the root of the hierarchy. Undefined for any other line.
 */
export function parseOomdKill(line: string): string | undefined {
  return /^Killed (\/\S+) due to (?:memory pressure for|memory used)/.exec(line)?.[1];
}
