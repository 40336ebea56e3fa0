/** A process that earlyoom told to end. */
export interface EarlyoomKill {
  readonly pid: number;
  readonly comm: string;
}

/**
 * Reads earlyoom's line of a kill (earlyoom, kill.c, kill_process): `sending SIGTERM to process 733 uid 1000 "ugrep": ...`. Undefined
 * for any other line.
 */
export function parseEarlyoomKill(line: string): EarlyoomKill | undefined {
  const match = /^sending SIG(?:TERM|KILL) to process (\d+) uid \d+ "(.*?)": /.exec(line);
  return match ? { pid: Number(match[1]), comm: match[2] ?? '' } : undefined;
}

/**
 * Reads systemd-oomd's line of a kill, which takes a whole cgroup (systemd, src/oom/oomd-manager.c): gives its path below the root of
 * the hierarchy. Undefined for any other line.
 */
export function parseOomdKill(line: string): string | undefined {
  return /^Killed (\/\S+) due to (?:memory pressure for|memory used)/.exec(line)?.[1];
}
