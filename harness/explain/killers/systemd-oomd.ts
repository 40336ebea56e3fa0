import type { Statement, StatementReader } from './statement.js';

/** By which systemd-oomd says what it killed, and why (systemd, src/oom/oomd-manager.c); since 259 `Marked ... for killing`. */
const KILLED = /(?:^|: )(?:Killed|Marked) (\/\S+) (?:for killing )?due to (.{1,400})$/;

/** It would have killed with `--dry-run` (systemd, src/oom/oomd-util.c), or found nothing that it may kill. */
const NOT_KILLED = /(?:^|: )(?:oomd dry-run: Would have tried to kill|Failed to kill any cgroup)/;

/** Kills of systemd-oomd: all processes of a cgroup. */
export const readOomdLog: StatementReader = ({ lines }) => {
  const statements: Statement[] = [];
  for (const { text } of lines) {
    const [, cgroup, why] = KILLED.exec(text) ?? [];
    if (cgroup !== undefined)
      statements.push({
        shows: 'killed-all',
        subject: cgroup,
        text: `systemd-oomd killed all of ${cgroup} due to ${why}.`,
      });
    else if (NOT_KILLED.test(text))
      statements.push({ shows: 'note', text: `systemd-oomd killed nothing: ${text.slice(0, 200)}` });
  }
  return statements;
};
