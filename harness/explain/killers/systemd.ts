import { withoutUndefined } from '../../core/defined.js';
import type { Statement, StatementReader } from './statement.js';

/** What systemd logs of a unit: its name, and what happened to it (systemd, src/core/unit.c and service.c). */
const ABOUT_UNIT = /(?:^|\s)([^\s:]{1,255}\.(?:service|scope|slice|socket|mount|swap)): (.+)$/;

/** The lines by which systemd says that a unit ended, or lost a process, for memory. A unit says each of them once. */
export const readSystemdLog: StatementReader = ({ lines }) => {
  const statements = new Map<string, Statement>();
  for (const { text, at } of lines) {
    const [, unit, message] = ABOUT_UNIT.exec(text) ?? [];
    const statement = unit === undefined || message === undefined ? undefined : read(unit, message);
    if (statement && !statements.has(statement.text))
      statements.set(statement.text, withoutUndefined({ ...statement, at }));
  }
  return [...statements.values()];
};

function read(unit: string, message: string): Statement | undefined {
  if (/^Failed with result 'oom-kill'\.?$/.test(message))
    return {
      shows: 'stopped',
      subject: unit,
      text: `systemd ended ${unit} because of an OOM kill (Failed with result 'oom-kill').`,
    };
  // The second form is of systemd 258.
  if (
    /^A process of this unit has been killed by the OOM killer\b|^The kernel OOM killer killed some processes/.test(
      message,
    )
  )
    return { shows: 'oom-kill', subject: unit, text: `systemd: a process of ${unit} was killed by the OOM killer.` };
  const count = /^systemd-oomd killed (\d+|some) process\(es\) in this unit/.exec(message)?.[1];
  if (count !== undefined)
    return {
      shows: 'killed-all',
      subject: unit,
      killer: 'systemd-oomd',
      text: `systemd-oomd killed ${unit} (${count} processes).`,
    };
  if (/^main process exited, code=killed, status=9\b/i.test(message))
    return { shows: 'sigkill', subject: unit, text: `systemd: the main process of ${unit} was killed by SIGKILL.` };
  const [, pid, comm] = /^Killing process (\d+) \((.*?)\) with signal SIGKILL/.exec(message) ?? [];
  if (pid !== undefined)
    return {
      shows: 'note',
      subject: unit,
      text: `systemd itself killed ${comm} (PID ${pid}) with SIGKILL while it stopped ${unit}.`,
    };
  const signal = /^Failed with result '(signal|core-dump|timeout|watchdog)'/.exec(message)?.[1];
  if (signal !== undefined)
    return {
      shows: 'note',
      subject: unit,
      text: `systemd: ${unit} failed with result '${signal}', which is not 'oom-kill'.`,
    };
  return undefined;
}

/** What `systemd-run --wait` says of its unit at the end (systemd, src/run/run.c, start_transient_service). */
export const readSystemdRun: StatementReader = ({ lines }) => {
  let unit: string | undefined;
  const statements: Statement[] = [];
  for (const { text } of lines) {
    unit = /^Running as unit: ([^\s;]{1,255})/.exec(text)?.[1] ?? unit;
    const result = /^Finished with result: ([\w-]{1,40})$/.exec(text)?.[1];
    if (result === undefined) continue;
    const about = unit === undefined ? {} : { subject: unit };
    const name = unit ?? 'the unit';
    if (result === 'oom-kill') {
      const words = `systemd ended ${name} because of an OOM kill (systemd-run: ${text}).`;
      statements.push({ shows: 'stopped', ...about, text: words });
    } else {
      const words = `systemd-run: ${name} finished with result ${result}, which is not oom-kill.`;
      statements.push({ shows: 'note', ...about, text: words });
    }
  }
  return statements;
};
