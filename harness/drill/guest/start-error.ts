import { machineError, type OomdrillError } from '../../core/errors.js';
import type { GuestShell } from '../../machine/machine.js';
import { parseShow } from '../../systemd/show.js';
import type { Supervisor } from '../../workload/workload.js';
import type { GuestManager } from './manager.js';
import { readUnitEnd } from './unit-end.js';

/**
 * The error of a unit that did not start, or did not keep running: its state, how its main process ended, and its last
 * words.
 *
 * @param options.why words of systemctl(1), where it said why
 * @param options.manager whose unit it is, where that is not the system's
 */
export async function startError(
  machine: GuestShell,
  unit: string,
  signal: AbortSignal,
  { why = '', manager }: { readonly why?: string; readonly manager?: GuestManager } = {},
): Promise<OomdrillError> {
  const { words, statusName, result } = await readUnitEnd(machine, unit, signal, manager);
  const said = why.trim() === '' ? '' : ` systemctl said: ${joinLines(why).replace(/\.?$/, '.')}`;
  const journal = await lastWords(machine, unit, signal);
  const setting = SETTING_OF_STATUS[statusName ?? ''];
  const lookAt = setting === undefined ? 'the journal in this message' : `${setting} of the unit`;
  return machineError(
    'SERVER_START',
    `${unit} does not run: ${words}.${said} ${journal}`,
    result === 'timeout'
      ? TOO_SLOW_FOR_SYSTEMD
      : `Look at ${lookAt}: the guest may lack what it names, which a bundle brings below root/ or by packages; --keep-machine lets you look.`,
  );
}

/** The same of a server that another than systemd supervises. @param why words of the command that started it */
export async function supervisedStartError(
  machine: GuestShell,
  unit: string,
  { name, show, lastWords }: Supervisor,
  signal: AbortSignal,
  why = '',
): Promise<OomdrillError> {
  const shown = parseShow((await machine.exec(show, { reason: `how ${unit} ended`, signal })).stdout);
  const said = await machine.exec(lastWords, { reason: `the last words of ${unit}`, signal });
  const words = `${said.stdout}\n${said.stderr}`.trim();
  const parts = [
    `${unit} does not run: ${shown.SubState === undefined ? `${name} does not know it` : `it is ${shown.SubState}`}.`,
    why.trim() === '' ? '' : `${name} said: ${joinLines(why).replace(/\.?$/, '.')}`,
    words === '' || shown.SubState === undefined ? '' : `Its log ends with: ${joinLines(words)}`,
  ];
  return machineError(
    'SERVER_START',
    parts.filter(Boolean).join(' '),
    'Look at its image and command in bundle.json; --keep-machine lets you look.',
  );
}

/** The guest may be slower than the host that the unit was written for. */
const TOO_SLOW_FOR_SYSTEMD =
  'Its TimeoutStartSec= was over (DefaultTimeoutStartSec= where it has none): a guest starts it more slowly than its host, so give it more in the bundle.';

/** The error of a start that still goes on when its time is up. @param waited how long it was waited for, in words */
export async function lateStartError(
  machine: GuestShell,
  unit: string,
  waited: string,
  signal: AbortSignal,
): Promise<OomdrillError> {
  const { words } = await readUnitEnd(machine, unit, signal);
  return machineError(
    'SERVER_START',
    `${unit} did not start within ${waited}: ${words}. ${await lastWords(machine, unit, signal)}`,
    'A unit that needs longer has its time in readyWithin of bundle.json; --keep-machine lets you look.',
  );
}

/** The same of a container. */
export const lateContainerError = (name: string, waited: string): OomdrillError =>
  machineError(
    'SERVER_START',
    `The container ${name} did not start within ${waited}.`,
    'One that needs longer has its time in readyWithin of bundle.json; --keep-machine lets you look.',
  );

/** The end of a unit's journal, as a sentence. */
async function lastWords(machine: GuestShell, unit: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await machine.exec(['journalctl', '--no-pager', '--output=cat', '--lines=5', `--unit=${unit}`], {
    reason: 'why the unit failed',
    signal,
  });
  return stdout.trim() === '' ? 'Its journal is empty.' : `Its journal ends with: ${joinLines(stdout)}`;
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
