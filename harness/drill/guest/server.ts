import { machineError, type OomdrillError } from '../../core/errors.js';
import type { GuestShell } from '../../machine/machine.js';
import type { Workload } from '../../workload/workload.js';
import { lookAtUnit } from './evidence.js';
import { verifyWorkload } from './install.js';

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
    throw await startError(machine, unit, start.stderr, signal);
  }
  return Number(start.stdout);
}

/** Starts a sidecar. @throws OomdrillError `SIDECAR_START` with its last words */
export async function startUnit(machine: GuestShell, unit: string, signal: AbortSignal): Promise<void> {
  const started = await machine.exec(['systemctl', 'start', unit], { reason: `${unit} to start`, signal });
  if (started.exitCode === 0) return;
  const { message } = await startError(machine, unit, started.stderr, signal);
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
  const { activeState, subState, result, listening } = await lookAtUnit(machine, unit, port, signal);
  if (activeState !== 'active') return startError(machine, unit, `it is ${activeState} (Result=${result})`, signal);
  return machineError(
    'SERVER_SILENT',
    `${unit} is ${activeState} (${subState}), ${listening ? 'listens' : 'does not listen'} on port ${port}, and gives no valid answer to ${path}.`,
    'Does bundle.json name the right port and path? --keep-machine lets you look.',
  );
}

/** The error of a unit that did not start, with its last words. */
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
