import { constants } from 'node:os';
import type { GuestShell } from '../../machine/machine.js';
import { parseShow } from '../../systemd/show.js';
import { type GuestManager, systemctl } from './manager.js';

/** How a unit stands, and how its main process ended. */
export interface UnitEnd {
  /** Whether it has processes, as far as its state says. */
  readonly runs: boolean;
  /** For people: `it is failed (failed), Result=exit-code, exit status 200/CHDIR`. */
  readonly words: string;
  /** Its `Result=`, such as `exit-code` or `timeout` (systemd.exec(5), "$SERVICE_RESULT"). */
  readonly result: string | undefined;
  /** systemd's own name of the exit status, such as `CHDIR` (systemd.exec(5), "Process Exit Codes"). */
  readonly statusName: string | undefined;
}

/** Asks systemd how a unit stands, and how its main process ended. */
export async function readUnitEnd(
  machine: GuestShell,
  unit: string,
  signal: AbortSignal,
  manager: GuestManager = 'system',
): Promise<UnitEnd> {
  const properties = '--property=ActiveState,SubState,Result,ExecMainCode,ExecMainStatus,NRestarts';
  const { stdout } = await machine.exec([...systemctl(manager), 'show', unit, properties], {
    reason: `how ${unit} ended`,
    signal,
  });
  const { ActiveState = 'unknown', SubState = 'unknown', ...shown } = parseShow(stdout);
  const status = Number(shown.ExecMainStatus);
  const exited = shown.ExecMainCode === CLD.exited;
  const statusName = exited && status >= FIRST_OF_SYSTEMD ? await nameStatus(machine, status, signal) : undefined;
  const parts = [`it is ${ActiveState} (${SubState})`, `Result=${shown.Result ?? 'unknown'}`];
  if (exited) parts.push(`exit status ${status}${statusName === undefined ? '' : `/${statusName}`}`);
  else if (shown.ExecMainCode === CLD.killed || shown.ExecMainCode === CLD.dumped)
    parts.push(`killed by ${nameSignal(status)}`);
  const restarts = Number(shown.NRestarts ?? 0);
  if (restarts > 0) parts.push(`${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`);
  const runs = RUNNING.has(ActiveState) && SubState !== 'exited' && SubState !== 'auto-restart';
  return { runs, words: parts.join(', '), result: shown.Result, statusName };
}

/** Why a process is gone, as numbers of waitid(2), which systemd shows. */
const CLD = { exited: '1', killed: '2', dumped: '3' };

/** From here on an exit status is systemd's, before it starts the program. */
const FIRST_OF_SYSTEMD = 200;

const RUNNING: ReadonlySet<string> = new Set(['active', 'reloading', 'refreshing', 'activating']);

/** The name of an exit status where it is one of systemd's own. */
async function nameStatus(machine: GuestShell, status: number, signal: AbortSignal): Promise<string | undefined> {
  const { stdout } = await machine.exec(['systemd-analyze', 'exit-status', String(status)], {
    reason: 'the name of an exit status',
    signal,
  });
  return /^(\w+) +\d+ +systemd$/m.exec(stdout.replaceAll(/[^\S\n]+$/gm, ''))?.[1];
}

const nameSignal = (number: number): string =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
