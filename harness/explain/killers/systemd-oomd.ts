import { parseOomdKill } from '../../cgroup/killer.js';
import type { Statement, StatementReader } from './statement.js';

/** Where its message begins, if something of the log stands before it. */
const startOf = (text: string): number => Math.max(0, text.search(/(?<=^|: )(?:Killed|Marked) \//));

/** It would have killed with `--dry-run`, or found no cgroup all of whose processes it could kill. */
const NOT_KILLED = /(?:^|: )(?:oomd dry-run: Would have tried to kill|Failed to kill any cgroup)/;

/** Each process before it is killed (systemd, src/oom/oomd-util.c, log_kill), at the level debug. */
const ATTEMPT = /(?:^|: )oomd attempting to kill (\d+) with KILL/;

/** Its own reasons are shorter. */
const MAX_WHY = 400;

/** Kills of systemd-oomd: all processes of a cgroup. */
export const readOomdLog: StatementReader = ({ lines }) => {
  const statements: Statement[] = [];
  const attempts: Statement[] = [];
  for (const { text } of lines) {
    const killed = parseOomdKill(text.slice(startOf(text)));
    if (killed)
      statements.push({
        shows: 'killed-all',
        subject: killed.cgroup,
        killer: 'systemd-oomd',
        text: `systemd-oomd killed all of ${killed.cgroup} due to ${killed.why.slice(0, MAX_WHY)}.`,
      });
    else if (NOT_KILLED.test(text))
      statements.push({ shows: 'note', text: `systemd-oomd killed no whole cgroup: ${text.slice(0, 200)}` });
    const pid = ATTEMPT.exec(text)?.[1];
    if (pid !== undefined) attempts.push({ shows: 'killed-one', text: `systemd-oomd sent SIGKILL to PID ${pid}.` });
  }
  return statements.some(({ shows }) => shows === 'killed-all') ? statements : [...attempts, ...statements];
};
