import { basename } from 'node:path';
import { splitVariable } from '../systemd/environment-file.js';
import { splitCommandLine } from './commands.js';
import type { Subject } from './subject.js';

/** The score with which the kernel never kills a process (mm/oom_kill.c, OOM_SCORE_ADJ_MIN). */
export const NEVER_KILLED = -1000;

/** How a program gives its children, or itself, another oom_score_adj than that of its unit. */
interface ScoreReset {
  /** The score that they get; undefined if the unit does not say. */
  find(subject: Subject): number | undefined;
  /** The documentation or the source of it. */
  readonly source: string;
}

/**
 * Known ways of having another score than `OOMScoreAdjust=` sets. sshd is none: it gives its children the score with
 * which it was started (OpenSSH, port-linux.c, oom_adjust_restore()). dbus-daemon and systemd-oomd do not change it.
 */
const SCORE_RESETS: readonly ScoreReset[] = [
  {
    // The postmaster's children write the value, or 0, into the file that the variable names.
    source: 'PostgreSQL, "Linux Memory Overcommit"; src/backend/postmaster/fork_process.c, fork_process()',
    find: (subject) => {
      if (!mayRunPostgres(subject)) return undefined;
      const file = findVariable(subject, 'PG_OOM_ADJUST_FILE');
      const value = Number(findVariable(subject, 'PG_OOM_ADJUST_VALUE') ?? 0);
      if (file === undefined || Number.isNaN(value)) return undefined;
      if (/^\/proc\/self\/oom_score_adj$/.test(file)) return value;
      // The scale of older kernels: -17 is never (proc_pid_oom_adj(5)).
      return /^\/proc\/self\/oom_adj$/.test(file) ? Math.round((value * NEVER_KILLED) / -17) : undefined;
    },
  },
  {
    // Debian's wrapper sets that variable itself since PostgreSQL 9.5.
    source: 'Debian, postgresql-common 248, pg_ctlcluster, start()',
    find: (subject) => (runs(subject, 'pg_ctlcluster') ? 0 : undefined),
  },
  {
    source: 'systemd 252, src/udev/udevd.c, worker_main() ("we only protect the main daemon")',
    find: (subject) => (runs(subject, 'systemd-udevd') || runs(subject, 'udevd') ? 0 : undefined),
  },
  {
    source: 'Slurm, src/slurmd/slurmstepd/mgr.c ("the tasks may be killed by OOM")',
    find: (subject) => (runs(subject, 'slurmd') ? 0 : undefined),
  },
  {
    source: 'choom(1), -n (util-linux)',
    find: (subject) => findOption(subject, 'choom', /^(?:-n|--adjust=?)(.*)$/),
  },
  {
    source: 'systemd-nspawn(1), --oom-score-adjust=',
    find: (subject) => findOption(subject, 'systemd-nspawn', /^--oom-score-adjust=?(.*)$/),
  },
  {
    source: 'podman-run(1), --oom-score-adj',
    find: (subject) => findOption(subject, 'podman', /^--oom-score-adj=?(.*)$/),
  },
  {
    // With `absolute` the three values are written as they are; the server itself gets the first (redis.conf).
    source: 'Redis and Valkey, redis.conf, oom-score-adj, oom-score-adj-values',
    find: findRedisScore,
  },
  {
    // A shell, or a command after the start, writes into /proc.
    source: 'proc_pid_oom_score_adj(5)',
    find: findWrittenScore,
  },
];

/** The score that the processes of a unit have in the end, if a known way gives them another than the unit's. */
export function findScoreReset(subject: Subject, ways: readonly ScoreReset[] = SCORE_RESETS): number | undefined {
  for (const way of ways) {
    const score = way.find(subject);
    if (score !== undefined) return score;
  }
  return undefined;
}

/** Environment files of a unit, which may set any variable, and are seldom among the files of a tree. */
export function listEnvironmentFiles({ unit }: Subject): readonly string[] {
  return unit.values('Service', 'EnvironmentFile');
}

/** Whether a unit runs PostgreSQL, whose environment decides about the score of its children. */
export const isPostgres = (subject: Subject): boolean =>
  ['postgres', 'postmaster', 'pg_ctl', 'patroni', 'edb-postgres'].some((program) => runs(subject, program));

/**
 * Names in a command that are of PostgreSQL: of its programs, its folders, and those that start it (postgres, pg_ctl,
 * postgresql-ctl, patroni, pg_autoctl, stolon-keeper, repmgrd).
 */
const OF_POSTGRES = /pg|postg|psql|patroni|stolon|repmgr|timescale|greenplum|edb/i;

/** Scripts and variables, of which the command does not tell what they start. */
const UNTOLD = /^(?:sh|bash|dash|ash|ksh|zsh)$|\.sh$|start|launch|wrap|entrypoint|database|(?:^|[-_])db(?:$|[-_])|[$%]/;

/** Whether a unit may run PostgreSQL, also by a script: the variable means nothing to any other program. */
function mayRunPostgres(subject: Subject): boolean {
  const commands = commandsOf(subject, 'ExecStart');
  const isPossible = ([program = '', ...args]: readonly string[]) =>
    UNTOLD.test(basename(program)) || [program, ...args].some((word) => OF_POSTGRES.test(word));
  return commands.length === 0 || commands.some(isPossible);
}

/** The last value of a variable, from `Environment=` or from `env` in the command. */
function findVariable({ unit }: Subject, name: string): string | undefined {
  const set = [...unit.values('Service', 'Environment'), ...unit.values('Service', 'ExecStart')].flatMap(splitVariable);
  const unset = unit.values('Service', 'UnsetEnvironment').flatMap(splitVariable);
  if (unset.includes(name)) return undefined;
  return set.findLast((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

const commandsOf = ({ unit }: Subject, ...keys: readonly string[]): readonly (readonly string[])[] =>
  keys.flatMap((key) => unit.values('Service', key)).flatMap(splitCommandLine);

const runs = (subject: Subject, program: string): boolean =>
  commandsOf(subject, 'ExecStart').some((words) => words.some((word) => basename(word) === program));

/** The number that an option of a program in `ExecStart=` has. */
function findOption(subject: Subject, program: string, option: RegExp): number | undefined {
  for (const words of commandsOf(subject, 'ExecStart')) {
    const start = words.findIndex((word) => basename(word) === program);
    const index = start < 0 ? -1 : words.findIndex((word, at) => at > start && option.test(word));
    if (index < 0) continue;
    const inside = option.exec(words[index] ?? '')?.[1];
    const score = Number(inside || words[index + 1] || Number.NaN);
    if (Number.isInteger(score)) return score;
  }
  return undefined;
}

function findRedisScore(subject: Subject): number | undefined {
  for (const words of commandsOf(subject, 'ExecStart')) {
    const mode = words.indexOf('--oom-score-adj');
    const values = words.indexOf('--oom-score-adj-values');
    if (mode < 0 || words[mode + 1] !== 'absolute') continue;
    return values < 0 ? 0 : Number(words[values + 1]);
  }
  return undefined;
}

const WRITES_SCORE = /(-?\d{1,4})["']?\s*(?:>|\|\s*tee)\s*["']?\/proc\/[^/\s]{1,20}\/oom_score_adj/;

/** `echo 0 > /proc/self/oom_score_adj`, also after the start for `$MAINPID`. */
function findWrittenScore({ unit }: Subject): number | undefined {
  const commands = ['ExecStart', 'ExecStartPost'].flatMap((key) => unit.values('Service', key));
  const written = commands.flatMap((command) => WRITES_SCORE.exec(command)?.[1] ?? []);
  return written.length > 0 ? Number(written.at(-1)) : undefined;
}
