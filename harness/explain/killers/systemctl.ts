import { withoutUndefined } from '../../core/defined.js';
import { parseShow } from '../../systemd/show.js';
import type { Statement, StatementReader } from './statement.js';

/** Properties by which the output of `systemctl show` is known, and which say how a unit fares. */
const PROPERTIES = ['ActiveState', 'Result', 'NRestarts', 'OOMPolicy', 'ExecMainStatus', 'ExecMainCode', 'MainPID'];

/** `systemctl show UNIT`, of one unit or, with blank lines between them, of several. */
export const readSystemctlShow: StatementReader = ({ text }) => {
  if (!/^(?:ActiveState|Result|NRestarts|OOMPolicy|ExecMainStatus|MainPID)=/m.test(text.slice(0, MAX_TEXT))) return [];
  const blocks = text.slice(0, MAX_TEXT).split(/\n\s*\n/);
  // Any other line, and it is something else: a unit file, an environment file, a log.
  if (!blocks.every((block) => block.split('\n').every((line) => line === '' || /^\w+=/.test(line)))) return [];
  return blocks.flatMap((block) => {
    const shown = parseShow(block);
    return PROPERTIES.some((name) => name in shown) ? [describeUnit(shown)] : [];
  });
};

/** `systemctl show` of a unit has some 30 KiB. */
const MAX_TEXT = 4 * 1024 * 1024;

function describeUnit(shown: Readonly<Record<string, string>>): Statement {
  const { Id, ActiveState, Result, OOMPolicy, NRestarts, MainPID } = shown;
  const unit = Id || 'the unit';
  const facts = ['ActiveState', 'Result', 'OOMPolicy', 'NRestarts']
    .filter((name) => shown[name])
    .map((name) => `${name}=${shown[name]}`)
    .join(', ');
  const about = Id ? { subject: Id } : {};
  if (Result === 'oom-kill')
    return {
      shows: 'stopped',
      ...about,
      text: `systemctl show: systemd ended ${unit} because of an OOM kill (${facts}).`,
    };
  // CLD_KILLED (waitid(2)) is 2; SIGKILL is 9.
  if (shown.ExecMainCode === '2' && shown.ExecMainStatus === '9')
    return {
      shows: 'sigkill',
      ...about,
      text: `systemctl show: the main process of ${unit} was killed by SIGKILL (${facts}).`,
    };
  const state: Statement = { shows: 'alive', ...about, text: `systemctl show: ${unit} is running (${facts}).` };
  if (ActiveState !== 'active')
    return { shows: 'note', ...about, text: `systemctl show: ${unit} has no result oom-kill (${facts}).` };
  return {
    ...state,
    ...(MainPID && MainPID !== '0' && { mainPid: Number(MainPID) }),
    ...(OOMPolicy && { oomPolicy: OOMPolicy }),
    ...(NRestarts && { restarts: Number(NRestarts) }),
  };
}

/** `systemctl status UNIT`; the lines of the journal at its end are read as a log. */
export const readSystemctlStatus: StatementReader = ({ lines }) => {
  const statements: Statement[] = [];
  let unit: string | undefined;
  for (const { text } of lines) {
    unit = /^\S{1,3} (\S{1,255}\.(?:service|scope|slice|socket|mount|swap))(?: - .*)?$/.exec(text)?.[1] ?? unit;
    if (unit === undefined) continue;
    const memory = parseMemory(text);
    if (memory !== undefined)
      statements.push({ shows: 'note', subject: unit, text: `systemctl status: ${unit} uses ${memory}.` });
    const [facts, state] = /^Active: (\w+) \([^)]{1,60}\)(?: \(Result: [\w-]{1,30}\))?/.exec(text) ?? [];
    if (facts !== undefined) statements.push(describeActive(unit, text, facts, state === 'active'));
    const [, pid, end] = /^Main PID: (\d+) \((code=killed, (?:signal=KILL|status=9\/KILL)\))?/.exec(text) ?? [];
    const last = statements.at(-1);
    if (end !== undefined)
      statements.push({
        shows: 'sigkill',
        subject: unit,
        text: `systemctl status: the main process of ${unit} (PID ${pid}) was killed by SIGKILL.`,
      });
    else if (pid !== undefined && last?.shows === 'alive')
      statements[statements.length - 1] = { ...last, mainPid: Number(pid) };
  }
  return statements;
};

/** `Memory: 1.9G (high: 2.0G max: 4.0G available: 12.1M peak: 2.0G)`: of a unit with limits (systemd, systemctl-show.c). */
const parseMemory = (text: string): string | undefined =>
  /^Memory: (\S{1,20} \((?:[a-z][a-z_ ]{0,30}: [^\s)]{1,20}(?: |(?=\)))){1,12}\))$/.exec(text)?.[1];

function describeActive(unit: string, line: string, facts: string, isActive: boolean): Statement {
  const since = / since (\S.{0,60}?);/.exec(line)?.[1];
  if (facts.includes('(Result: oom-kill)'))
    return {
      shows: 'stopped',
      subject: unit,
      text: `systemctl status: systemd ended ${unit} because of an OOM kill (${facts}).`,
    };
  if (isActive) {
    const about = withoutUndefined({ subject: unit, at: since });
    return { shows: 'alive', ...about, text: `systemctl status: ${unit} is running (${facts}).` };
  }
  return { shows: 'note', subject: unit, text: `systemctl status: ${unit} has no result oom-kill (${facts}).` };
}
