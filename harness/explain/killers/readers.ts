import { readContainerEvents, readContainerInspect } from './docker.js';
import { readEarlyoomLog } from './earlyoom.js';
import { readKubernetesLog, readPodStates } from './kubernetes.js';
import { readMetaOomdLog } from './meta-oomd.js';
import { readNohangLog } from './nohang.js';
import type { SavedText, Statement, StatementReader } from './statement.js';
import { readSystemctlShow, readSystemctlStatus } from './systemctl.js';
import { readSystemdLog } from './systemd.js';
import { readOomdLog } from './systemd-oomd.js';
import { readTalosLog } from './talos.js';
import { readUnknownKiller } from './unknown.js';

/** Whoever kills for memory, or reports that somebody did. */
const READERS: readonly StatementReader[] = [
  readSystemdLog,
  readSystemctlShow,
  readSystemctlStatus,
  readOomdLog,
  readEarlyoomLog,
  readNohangLog,
  readMetaOomdLog,
  readTalosLog,
  readPodStates,
  readKubernetesLog,
  readContainerInspect,
  readContainerEvents,
];

/** What shows a kill. */
export const KILLS: ReadonlySet<Statement['shows']> = new Set(['stopped', 'killed-all', 'killed-one', 'oom-kill']);

/** What a text says about kills, other than in the kernel's lines. Unknown killers count only where no other is named. */
export function readStatements(saved: SavedText, hasKernelKills: boolean): Statement[] {
  const all = READERS.flatMap((read) => read(saved));
  const statements = all.filter((statement) => !isToldTwice(statement, all));
  const isExplained = hasKernelKills || statements.length > 0;
  return isExplained ? statements : readUnknownKiller(saved);
}

/** systemd says of a unit what systemd-oomd says of its cgroup, with the reason. */
function isToldTwice({ shows, subject }: Statement, all: readonly Statement[]): boolean {
  if (shows !== 'killed-all' || subject === undefined) return false;
  return all.some((other) => other.shows === 'killed-all' && other.subject?.endsWith(`/${subject}`));
}
