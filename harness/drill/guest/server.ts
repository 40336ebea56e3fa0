import { machineError, type OomdrillError } from '../../core/errors.js';
import type { GuestShell } from '../../machine/machine.js';
import type { Workload } from '../../workload/workload.js';
import { lookAtUnit } from './evidence.js';
import { verifyWorkload } from './install.js';
import { readUnitEnd } from './unit-end.js';

/**
 * Starts the server with cold caches, and gives its main PID.
 *
 * @throws OomdrillError `SERVER_START`, or `UNIT_REJECTED` where fault is found with its configuration
 */
export async function startServer(machine: GuestShell, workload: Workload, signal: AbortSignal): Promise<number> {
  const unit = workload.serving.unit.name;
  const start = await machine.exec(workload.start, { reason: `${unit} to start`, signal });
  if (start.exitCode !== 0) {
    // A fault in the configuration is the better reason.
    await verifyWorkload(machine, workload, signal);
    throw await startError(machine, unit, signal, start.stderr);
  }
  return Number(start.stdout);
}

/** Starts a sidecar. @throws OomdrillError `SIDECAR_START` with its last words */
export async function startUnit(machine: GuestShell, unit: string, signal: AbortSignal): Promise<void> {
  const started = await machine.exec(['systemctl', 'start', unit], { reason: `${unit} to start`, signal });
  if (started.exitCode === 0) return;
  const { message } = await startError(machine, unit, signal, started.stderr);
  throw machineError(
    'SIDECAR_START',
    message,
    'bundle.json lists it under "sidecars": is it in the bundle or the guest?',
  );
}

/** Why a unit that was started does not answer: it failed, or it is up and silent. */
export async function whyNotAnswering(
  machine: GuestShell,
  serving: { unit: string; port: number; path: string },
  signal: AbortSignal,
): Promise<OomdrillError> {
  const { unit, port, path } = serving;
  const { activeState, subState, listening } = await lookAtUnit(machine, unit, port, signal);
  if (activeState !== 'active' || subState === 'exited') return startError(machine, unit, signal);
  return machineError(
    'SERVER_SILENT',
    `${unit} is ${activeState} (${subState}), ${listening ? 'listens' : 'does not listen'} on port ${port}, and gives no valid answer to ${path}.`,
    'Does bundle.json name the right port and path? --keep-machine lets you look.',
  );
}

/**
 * The error of a unit that did not start, or did not keep running: its state, how its main process ended, and its last
 * words.
 *
 * @param why words of systemctl(1), where it said why
 */
export async function startError(
  machine: GuestShell,
  unit: string,
  signal: AbortSignal,
  why = '',
): Promise<OomdrillError> {
  const { words, statusName } = await readUnitEnd(machine, unit, signal);
  const { stdout } = await machine.exec(['journalctl', '--no-pager', '--output=cat', '--lines=5', `--unit=${unit}`], {
    reason: 'why the unit failed',
    signal,
  });
  const said = why.trim() === '' ? '' : ` systemctl said: ${joinLines(why).replace(/\.?$/, '.')}`;
  const journal = stdout.trim() === '' ? 'Its journal is empty.' : `Its journal ends with: ${joinLines(stdout)}`;
  const setting = SETTING_OF_STATUS[statusName ?? ''];
  const lookAt = setting === undefined ? 'the journal in this message' : `${setting} of the unit`;
  return machineError(
    'SERVER_START',
    `${unit} does not run: ${words}.${said} ${journal}`,
    `Look at ${lookAt}: the guest may lack what it names, which a bundle brings below root/ or by packages; --keep-machine lets you look.`,
  );
}

/** What to look at, by systemd's name of the exit status (systemd.exec(5), "Process Exit Codes"). */
const SETTING_OF_STATUS: Readonly<Record<string, string | undefined>> = {
  CHDIR: 'WorkingDirectory=',
  EXEC: 'ExecStart=',
  USER: 'User=',
  GROUP: 'Group=',
  CREDENTIALS: 'LoadCredential=',
  NAMESPACE: 'ReadWritePaths=, BindPaths= and other directives with paths',
};

const joinLines = (text: string): string => text.trim().split('\n').join(' | ');
