import { baseName } from './cgroup-file.js';
import { mayBeOfKernel, readLogLines, type SavedLogLine } from './log-lines.js';

/** A task that the kernel saw standing still. */
export interface BlockedTask {
  readonly comm: string;
  readonly pid: number;
  /** For more than so long. */
  readonly seconds: number;
  /** A function of the kernel in which it, or another one that was shown next to it, waited for memory. */
  readonly waitsIn: string | undefined;
}

/** What a log shows besides kills. A log without a kill is evidence too: that of a livelock is quiet. */
export interface QuietLog {
  /** Whether it has lines of the kernel's: only those could show a kill by the kernel. Undefined if a kill in it is described elsewhere. */
  readonly hasKernelLines: boolean | undefined;
  /** Whether no line names its sender, as with `journalctl -o cat`: then any may be of the kernel. */
  readonly isUnsigned: boolean;
  /** Each task once, with the longest time. */
  readonly blocked: readonly BlockedTask[];
}

/** Reads what a log shows besides kills. */
export function readQuietLog(text: string): QuietLog {
  const blocked = new Map<string, BlockedTask>();
  let last: string | undefined;
  const senders = new Set<string | undefined>();
  for (const line of readLogLines(text)) {
    senders.add(line.from);
    if (!mayBeOfKernel(line)) continue;
    const { text: message } = line;
    const task = parseBlocked(message);
    const key = task && `${task.pid} ${task.comm}`;
    if (task && key !== undefined) {
      const known = blocked.get(key);
      blocked.set(key, known && known.seconds > task.seconds ? known : { ...task, waitsIn: known?.waitsIn });
      last = key;
    }
    const waitsIn = MEMORY_WAIT.exec(message)?.[1];
    const shown = last === undefined ? undefined : blocked.get(last);
    if (waitsIn !== undefined && shown && last !== undefined)
      blocked.set(last, { ...shown, waitsIn: shown.waitsIn ?? waitsIn });
  }
  const isUnsigned = senders.size === 1 && senders.has(undefined);
  return { hasKernelLines: senders.has('kernel'), isUnsigned, blocked: [...blocked.values()] };
}

/** `INFO: task hhvm:1577 blocked for more than 120 seconds.` (Linux 6.12, kernel/hung_task.c, check_hung_task). */
function parseBlocked(message: string): Omit<BlockedTask, 'waitsIn'> | undefined {
  const match = /^(?:INFO: )?task (.{1,64}):(\d{1,10}) blocked for more than (\d{1,9}) seconds/.exec(message);
  return match ? { comm: match[1] ?? '', pid: Number(match[2]), seconds: Number(match[3]) } : undefined;
}

/** In the call trace of a task that waits for memory: its cgroup's limit, reclaim, or the OOM killer (Linux, mm/). */
const MEMORY_WAIT =
  /\b(mem_cgroup_handle_over_high|__mem_cgroup_handle_over_high|mem_cgroup_oom_synchronize|mem_cgroup_out_of_memory|try_to_free_mem_cgroup_pages|try_charge_memcg|try_charge|shrink_lruvec|shrink_node|do_try_to_free_pages|throttle_direct_reclaim|__alloc_pages_slowpath)\b/;

/** Joins what several logs show; undefined without a log. */
export function joinQuietLogs(logs: readonly QuietLog[]): QuietLog | undefined {
  if (logs.length === 0) return undefined;
  return {
    hasKernelLines: logs.some(({ hasKernelLines }) => hasKernelLines),
    isUnsigned: logs.some(({ isUnsigned }) => isUnsigned),
    blocked: logs.flatMap(({ blocked }) => blocked),
  };
}

const LOG_NAME = /(?:log|journal|dmesg|messages|kmsg|kern|console)/i;
/** What journalctl writes between entries, and dmesg for an empty buffer. */
const OF_JOURNALCTL = /^-- (?:No entries|Logs begin|Journal begins|Boot |Reboot)/m;

/** More lines are not needed to tell what a text is. */
const ENOUGH_LINES = 2_000;

/** Whether a text is a log: by its name, by the form of its lines, or by their words if only the messages were kept. */
export function looksLikeLog(name: string, text: string): boolean {
  if (text.trim() === '') return name === '-' || LOG_NAME.test(baseName(name));
  if (LOG_NAME.test(baseName(name)) || OF_JOURNALCTL.test(text)) return true;
  if (hasLogLines(text)) return true;
  const lines = firstLines(text);
  return lines.filter(({ text }) => isMessage(text)).length * 2 > lines.length;
}

/** Whether some lines of a text have the form of a log's. */
export const hasLogLines = (text: string): boolean =>
  firstLines(text).some(({ at, from }) => at !== undefined || from !== undefined);

function firstLines(text: string): SavedLogLine[] {
  const lines: SavedLogLine[] = [];
  for (const line of readLogLines(text)) if (lines.push(line) >= ENOUGH_LINES) break;
  return lines;
}

/**
 * A message as `journalctl -o cat` has it: `SUBSYSTEM: some words`, where a file of settings has `key: value`; a line of a
 * call trace; what systemd says of units.
 */
const isMessage = (line: string): boolean =>
  /^[A-Za-z][\w./:@() -]{0,80}: \S+ \S+ \S+/.test(line) ||
  /^(?:Linux version |Call Trace:|CPU: \d|Modules linked in:|RIP: )/.test(line) ||
  /^(?:Starting|Started|Stopping|Stopped|Reached target|Finished|Mounted|Created slice) \S.*\.$/.test(line);
