/** A signal by which earlyoom ended a process. */
type EndingSignal = 'SIGTERM' | 'SIGKILL';

/** A process to which earlyoom sent a signal to terminate. */
export interface EarlyoomKill {
  readonly pid: number;
  readonly comm: string;
  readonly signal: EndingSignal;
}

/**
 * Reads the line that earlyoom logs for a kill (earlyoom, kill.c, kill_process):
 * `sending SIGTERM to process 733 uid 1000 "ugrep": ...`, before 1.3 without the user. Undefined for any other line.
 */
export function parseEarlyoomKill(line: string): EarlyoomKill | undefined {
  const match = /^sending (SIGTERM|SIGKILL) to process (\d+)(?: uid \d+)? "(.*?)": /.exec(line);
  if (!match) return undefined;
  return { pid: Number(match[2]), comm: match[3] ?? '', signal: match[1] as EndingSignal };
}

/** Shares of memory and of swap, percent, at or below which earlyoom acts. */
export interface EarlyoomLimits {
  readonly memoryPercent: number;
  readonly swapPercent: number;
}

/**
 * Reads the line that earlyoom logs before it looks for a victim (earlyoom, main.c, poll_loop):
 * `low memory! at or below SIGTERM limits: mem  5.00%, swap 100.00%`. Undefined for any other line.
 */
export function parseEarlyoomLimits(line: string): EarlyoomLimits | undefined {
  const match = /^low memory! at or below SIG(?:TERM|KILL) limits: mem +([\d.]{1,9})%, swap +([\d.]{1,9})%/.exec(line);
  const [memoryPercent, swapPercent] = [Number(match?.[1]), Number(match?.[2])];
  return isPercent(memoryPercent) && isPercent(swapPercent) ? { memoryPercent, swapPercent } : undefined;
}

const isPercent = (value: number): boolean => value >= 0 && value <= 100;

/** Why systemd-oomd killed: the pressure of a cgroup with `ManagedOOMMemoryPressure=kill`, or the swap of the host. */
export type OomdReason =
  | { readonly kind: 'pressure'; readonly cgroup: string; readonly percent: number; readonly limitPercent: number }
  | { readonly kind: 'swap'; readonly limitPercent: number };

/** A cgroup that systemd-oomd killed, with all of its processes. */
export interface OomdKill {
  /** Its path below the root of the hierarchy. */
  readonly cgroup: string;
  /** Null where the line says another one. */
  readonly reason: OomdReason | null;
  /** The same in its words. */
  readonly why: string;
}

/**
 * Reads the line that systemd-oomd logs when it kills a whole cgroup, `Killed /a.slice/b.service due to memory pressure
 * for /a.slice being 61.32% > 20.00% for > 20s ...` or `... due to memory used (N) / total (N) and swap used ... being
 * more than 90.00%`; since systemd 259 it begins with `Marked ... for killing` (systemd, src/oom/oomd-manager.c).
 * Undefined for any other line.
 */
export function parseOomdKill(line: string): OomdKill | undefined {
  const [, cgroup, why] = /^(?:Killed|Marked) (\/\S+) (?:for killing )?due to (.+)$/.exec(line) ?? [];
  if (cgroup === undefined || why === undefined) return undefined;
  return { cgroup, why, reason: parseSwapReason(why) ?? parsePressureReason(why) ?? null };
}

function parsePressureReason(text: string): OomdReason | undefined {
  const [, cgroup, seen, limit] = /^memory pressure for (\/\S+) being ([\d.]{1,9})% > ([\d.]{1,9})%/.exec(text) ?? [];
  const [percent, limitPercent] = [Number(seen), Number(limit)];
  if (cgroup === undefined || !isPercent(percent) || !isPercent(limitPercent)) return undefined;
  return { kind: 'pressure', cgroup, percent, limitPercent };
}

function parseSwapReason(text: string): OomdReason | undefined {
  if (!text.startsWith('memory used')) return undefined;
  const limitPercent = Number(/ being more than ([\d.]{1,9})%/.exec(text)?.[1]);
  return isPercent(limitPercent) ? { kind: 'swap', limitPercent } : undefined;
}
