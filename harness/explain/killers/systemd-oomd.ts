import type { Statement, StatementReader } from './statement.js';

/** By which systemd-oomd says what it killed, and why (systemd, src/oom/oomd-manager.c); since 259 `Marked ... for killing`. */
const KILLED = /(?:^|: )(?:Killed|Marked) (\/\S+) (?:for killing )?due to (.{1,400})$/;

/** It would have killed with `--dry-run`, or found no cgroup all of whose processes it could kill. */
const NOT_KILLED = /(?:^|: )(?:oomd dry-run: Would have tried to kill|Failed to kill any cgroup)/;

/** Each process before it is killed (systemd, src/oom/oomd-util.c, log_kill), at the level debug. */
const ATTEMPT = /(?:^|: )oomd attempting to kill (\d+) with KILL/;

/** Kills of systemd-oomd: all processes of a cgroup. */
export const readOomdLog: StatementReader = ({ lines }) => {
  const statements: Statement[] = [];
  const attempts: Statement[] = [];
  for (const { text } of lines) {
    const [, cgroup, why] = KILLED.exec(text) ?? [];
    if (cgroup !== undefined)
      statements.push({
        shows: 'killed-all',
        subject: cgroup,
        text: `systemd-oomd killed all of ${cgroup} due to ${why}.`,
      });
    else if (NOT_KILLED.test(text))
      statements.push({ shows: 'note', text: `systemd-oomd killed no whole cgroup: ${text.slice(0, 200)}` });
    const pid = ATTEMPT.exec(text)?.[1];
    if (pid !== undefined) attempts.push({ shows: 'killed-one', text: `systemd-oomd sent SIGKILL to PID ${pid}.` });
  }
  return statements.some(({ shows }) => shows === 'killed-all') ? statements : [...attempts, ...statements];
};
