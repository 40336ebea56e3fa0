import { readContainerEvents, readContainerInspect } from './docker.js';
import { readEarlyoomLog } from './earlyoom.js';
import { readKubernetesLog, readPodStates } from './kubernetes.js';
import { readLowMemoryKiller } from './lowmemorykiller.js';
import { readMetaOomdLog } from './meta-oomd.js';
import { readNohangLog } from './nohang.js';
import type { SavedText, Statement, StatementReader } from './statement.js';
import { readSystemctlShow, readSystemctlStatus } from './systemctl.js';
import { readSystemdLog, readSystemdRun } from './systemd.js';
import { readOomdLog } from './systemd-oomd.js';
import { readTalosLog } from './talos.js';
import { readUnknownKiller } from './unknown.js';

/** Each killer for memory, and each tool that reports kills. */
const READERS: readonly StatementReader[] = [
  readSystemdLog,
  readSystemctlShow,
  readSystemctlStatus,
  readSystemdRun,
  readOomdLog,
  readEarlyoomLog,
  readNohangLog,
  readMetaOomdLog,
  readTalosLog,
  readLowMemoryKiller,
  readPodStates,
  readKubernetesLog,
  readContainerInspect,
  readContainerEvents,
];

/** What shows a kill. */
export const KILLS: ReadonlySet<Statement['shows']> = new Set([
  'stopped',
  'killed-all',
  'killed-one',
  'oom-kill',
  'survived',
]);

/** What a text says about kills, other than in the kernel's lines. Unknown killers count only where no other is named. */
export function readStatements(saved: SavedText, hasKernelKills: boolean): Statement[] {
  const all = READERS.flatMap((read) => read(saved));
  // systemd says of a unit what systemd-oomd says of its cgroup, with the reason.
  const cgroups = new Set(
    all.flatMap(({ shows, subject }) =>
      shows === 'killed-all' && subject?.startsWith('/') ? subject.split('/').at(-1) : [],
    ),
  );
  const statements = all.filter(({ shows, subject }) => shows !== 'killed-all' || !cgroups.has(subject));
  const isExplained = hasKernelKills || statements.length > 0;
  return isExplained ? statements : readUnknownKiller(saved);
}
