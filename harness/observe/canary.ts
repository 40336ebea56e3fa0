import { machineError, type OomdrillError } from '../core/errors.js';
import { CANARY_PROGRAM } from '../machine/guest-paths.js';
import type { GuestShell } from '../machine/machine.js';
import { asProtectedUnit } from '../machine/protected-unit.js';
import { run } from '../machine/run.js';

const CANARY_UNIT = 'oomdrill-canary.service';

/** Its cgroup, below the root of the hierarchy. */
export const CANARY_CGROUP = `/oomdrill.slice/${CANARY_UNIT}`;

/** Starts it, and says in its own words why it did not start: systemd-run(1) only says that it did not. */
const START = `"$@" && exit; journalctl --no-pager --output=cat --lines=3 --unit=${CANARY_UNIT} >&2; exit 1`;

/**
 * Starts the canary in the guest, the drill's control group (guest/canary.c), and returns when it listens.
 *
 * @param port the port of the guest that it is to have for itself
 * @throws OomdrillError `CANARY_START`
 */
export async function startCanary(machine: GuestShell, port: number, signal: AbortSignal): Promise<void> {
  await run(machine, ['sh', '-c', START, 'sh', ...startCommand(port)], {
    reason: 'the canary to start',
    signal,
    orThrow: (words) => canaryError(`could not be started on port ${port} of the guest: ${words}`),
  });
}

/** The error of a canary that is of no use. @param what completes "The canary ..." */
export const canaryError = (what: string): OomdrillError =>
  machineError(
    'CANARY_START',
    `The canary ${what}.`,
    'It is a small server of oomdrill in the guest: its port must be free there, and let through by any firewall.',
  );

/**
 * Protected where memory is concerned, and there alone. Its share of CPU and disk is that of any service: where the guest has no
 * CPU for an ordinary server, it must not have one either, or a silence of both would look like one of the server. (Its slice,
 * too, weighs as much as that of the services. So it shares the fate of the guest as a whole, but not what the services in
 * system.slice or the cgroup of the server do to each other.)
 */
const PROPERTIES = ['Type=notify', 'OOMScoreAdjust=-1000', 'MemoryMin=4M', 'CPUWeight=100'];

const startCommand = (port: number): readonly string[] => [
  ...asProtectedUnit(CANARY_UNIT, PROPERTIES),
  CANARY_PROGRAM,
  '--port',
  String(port),
];
