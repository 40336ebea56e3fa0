import { machineError, type OomdrillError } from '../../core/errors.js';
import type { GuestShell } from '../../machine/machine.js';
import { lookAtUnit } from './evidence.js';
import { verifyUnit } from './install.js';

/**
 * Starts the serving unit with cold caches, and gives its main PID. Page cache belongs to the cgroup that read it first, and the
 * server's text must be charged to the server.
 *
 * @throws OomdrillError `SERVER_START`, or `UNIT_REJECTED` where systemd finds fault with its files
 */
export async function startServer(machine: GuestShell, unit: string, signal: AbortSignal): Promise<number> {
  // A package may have started it at boot.
  const script =
    'systemctl stop "$1" 2>/dev/null; sync; echo 3 >/proc/sys/vm/drop_caches; systemctl start "$1" && systemctl show --property=MainPID --value "$1"';
  const start = await machine.exec(['sh', '-c', script, 'sh', unit], { reason: `${unit} to start`, signal });
  if (start.exitCode !== 0) {
    // A file that systemd finds fault with is the better reason.
    await verifyUnit(machine, unit, signal);
    throw await startError(machine, unit, start.stderr, signal);
  }
  return Number(start.stdout);
}

/** Starts a unit beside the serving one. @throws OomdrillError `BESIDE_START` with its last words */
export async function startUnit(machine: GuestShell, unit: string, signal: AbortSignal): Promise<void> {
  const started = await machine.exec(['systemctl', 'start', unit], { reason: `${unit} to start`, signal });
  if (started.exitCode === 0) return;
  const { message } = await startError(machine, unit, started.stderr, signal);
  throw machineError('BESIDE_START', message, 'bundle.json names it under "beside": is it in the bundle or the guest?');
}

/** Why a unit that was started does not answer: it failed, or it is up and silent. */
export async function whyNotAnswering(
  machine: GuestShell,
  serving: { unit: string; port: number; path: string },
  signal: AbortSignal,
): Promise<OomdrillError> {
  const { unit, port, path } = serving;
  const { activeState, subState, result, listening } = await lookAtUnit(machine, unit, port, signal);
  if (activeState !== 'active') return startError(machine, unit, `it is ${activeState} (Result=${result})`, signal);
  return machineError(
    'SERVER_SILENT',
    `${unit} is ${activeState} (${subState}), ${listening ? 'listens' : 'does not listen'} on port ${port}, and does not answer ${path} well.`,
    'Does bundle.json name the right port and path? --keep-machine lets you look.',
  );
}

async function startError(machine: GuestShell, unit: string, why: string, signal: AbortSignal): Promise<OomdrillError> {
  const { stdout } = await machine.exec(['journalctl', '--no-pager', '--output=cat', '--lines=5', `--unit=${unit}`], {
    reason: 'why the unit failed',
    signal,
  });
  return machineError(
    'SERVER_START',
    `${unit} did not start: ${why.trim()}: ${stdout.trim().split('\n').join(' | ')}.`,
    'The unit starts in the guest as it would on the host; --keep-machine lets you look.',
  );
}
