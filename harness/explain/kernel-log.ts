import { findKernelKills, type KernelKills } from './killers/kernel.js';
import { KillList } from './killers/kill-list.js';
import { readStatements } from './killers/readers.js';
import type { Statement } from './killers/statement.js';
import { mayBeOfKernel, readLogLines, type SavedLogLine } from './log-lines.js';

/** What a log, or the output of a tool, shows about kills. */
export interface KillLog extends KernelKills {
  /** What others than the kernel say about kills. */
  readonly statements: readonly Statement[];
}

/** What each line has from which something is read: a log may have millions of others. */
const MAY_MATTER =
  /kill|oom|memory|evict|137|pid|sig(?:nal|kill|term)|dryrun|cpuset=|task in|limit of|: usage|code=|active:|with result:|\.(?:service|scope|slice|socket|mount|swap)\b/i;

/** Reads a log in any form, or what a tool shows of a unit, a container or a pod. */
export function readKillLog(text: string): KillLog {
  // An event of Kubernetes has two lines of the kernel in one message, and JSON writes the break between them as `\\n`.
  const lines: SavedLogLine[] = [];
  for (const line of readLogLines(text.replaceAll('\\nKilled process', '\nKilled process')))
    if (MAY_MATTER.test(line.text)) lines.push(line);
  const kernel = findKernelKills(lines.filter(mayBeOfKernel));
  return { ...kernel, statements: readStatements({ text, lines }, kernel.kills.length > 0) };
}

/** Whether a text says anything about kills, whatever its form and its name. */
export const saysKill = ({ kills, statements }: KillLog): boolean => kills.length > 0 || statements.length > 0;

/** Joins several logs into one. What dmesg and the journal both show is one kill. */
export function joinLogs(logs: readonly KillLog[]): KillLog {
  const kills = new KillList();
  for (const kill of logs.flatMap((log) => log.kills)) {
    kills.beginCall();
    kills.add(kill);
  }
  return {
    kills: kills.list(),
    groups: [...new Set(logs.flatMap(({ groups }) => groups))],
    isHelpless: logs.some(({ isHelpless }) => isHelpless),
    isCut: logs.some(({ isCut }) => isCut),
    panics: [...new Set(logs.flatMap(({ panics }) => panics))],
    unreaped: logs.flatMap(({ unreaped }) => unreaped),
    statements: logs.flatMap(({ statements }) => statements),
  };
}
