import { machineError, type OomdrillError } from '../../core/errors.js';
import type { GuestShell } from '../../machine/machine.js';
import type { Workload } from '../../workload/workload.js';
import { lookAtUnit, type ServingPlace } from './evidence.js';
import { verifyWorkload } from './install.js';
import { runStart, type StartWait } from './start.js';
import { startError, supervisedStartError } from './start-error.js';

/**
 * Starts the server with cold caches, and gives its main PID.
 *
 * @throws OomdrillError `SERVER_START`, or `UNIT_REJECTED` where fault is found with its configuration
 */
export async function startServer(machine: GuestShell, workload: Workload, wait: StartWait): Promise<number> {
  const { signal } = wait;
  const { supervisor } = workload;
  const unit = workload.serving.unit.name;
  // The scope of a container comes with it, and a user's own manager is not asked.
  const started = { name: workload.name, isUnit: unit.endsWith('.service') && workload.serving.uid === undefined };
  const start = await runStart(machine, workload.start, started, wait);
  if (start.exitCode !== 0) {
    // A fault in the configuration is the better reason.
    await verifyWorkload(machine, workload, signal);
    throw await (supervisor
      ? supervisedStartError(machine, workload.name, supervisor, signal, start.stderr)
      : startError(machine, unit, signal, { why: start.stderr }));
  }
  return Number(start.stdout);
}

/** Starts a sidecar. @throws OomdrillError `SIDECAR_START` with its last words, `SERVER_START` when the time is up */
export async function startUnit(machine: GuestShell, unit: string, wait: StartWait): Promise<void> {
  const started = await runStart(machine, ['systemctl', 'start', unit], { name: unit }, wait);
  if (started.exitCode === 0) return;
  const { message } = await startError(machine, unit, wait.signal, { why: started.stderr });
  throw machineError(
    'SIDECAR_START',
    message,
    'bundle.json lists it under "sidecars": is it in the bundle or the guest?',
  );
}

/** A unit, and what is asked of it. */
interface Serving extends ServingPlace {
  readonly path: string;
}

/**
 * Why a unit that was started does not answer: it failed, or it is up and silent.
 *
 * @param waited how long it was waited for, and what was last heard of it, to complete the sentence
 */
export async function whyNotAnswering(
  machine: GuestShell,
  serving: Serving,
  waited: string,
  signal: AbortSignal,
): Promise<OomdrillError> {
  const { unit, port, path, supervisor } = serving;
  const { activeState, subState, listening } = await lookAtUnit(machine, serving, signal);
  if (activeState !== 'active' || subState === 'exited')
    return supervisor ? supervisedStartError(machine, unit, supervisor, signal) : startError(machine, unit, signal);
  return machineError(
    'SERVER_SILENT',
    `${unit} is ${activeState} (${subState}), ${listening ? 'listens' : 'does not listen'} on port ${port}, and gave no valid answer to ${path} ${waited}.`,
    'Does bundle.json name the right port and path? A server that needs longer has its time in readyWithin there; --keep-machine lets you look.',
  );
}

/** Why a unit that answers wrongly again and again is not waited for any longer; undefined where it is not active, and may yet become ready. */
export async function whyWrongAnswer(
  machine: GuestShell,
  serving: Serving,
  heard: string,
  signal: AbortSignal,
): Promise<OomdrillError | undefined> {
  const { unit } = serving;
  const { activeState, subState } = await lookAtUnit(machine, serving, signal);
  if (activeState !== 'active') return undefined;
  return machineError(
    'SERVER_WRONG_ANSWER',
    `${unit} is ${activeState} (${subState}), and answers again and again, but not as it should: ${heard}.`,
    'Does bundle.json name the right port, path and probe? Plain HTTP takes status 200 with a body for an answer; --keep-machine lets you look.',
  );
}

/** Services of these types are started when they have said that they are ready (systemd.service(5), `Type=`). */
const SAYS_READY: ReadonlySet<string> = new Set(['notify', 'notify-reload', 'dbus']);

/** Why a port that nothing listens at is not waited for any longer; undefined where the unit may open it yet. */
export async function whyNotListening(
  machine: GuestShell,
  serving: Serving,
  heard: string,
  signal: AbortSignal,
): Promise<OomdrillError | undefined> {
  const { unit, port } = serving;
  const { activeState, subState, listening } = await lookAtUnit(machine, serving, signal);
  if (activeState !== 'active' || listening || serving.supervisor) return undefined;
  const command = ['systemctl', 'show', unit, '--property=Type', '--value'];
  const { stdout } = await machine.exec(command, { reason: 'the type of the service', signal });
  const type = stdout.trim();
  if (!SAYS_READY.has(type)) return undefined;
  return machineError(
    'SERVER_PORT',
    `${unit} is ${activeState} (${subState}) and has said that it is ready (Type=${type}), but nothing listens on port ${port}: ${heard}.`,
    'Does bundle.json name the right port? --keep-machine lets you look.',
  );
}
