import { sleep } from '../../core/deadline.js';
import { formatDuration, parseDuration } from '../../core/duration.js';
import { asKnownError, OomdrillError } from '../../core/errors.js';
import type { ExecResult, GuestShell, Progress } from '../../machine/machine.js';
import { parseShow } from '../../systemd/show.js';
import type { DrillDeadline } from '../drill-deadline.js';
import { saidNowAndThen } from '../said.js';
import { lateContainerError, lateStartError } from './start-error.js';

/** How a start is waited for. */
export interface StartWait {
  /** How long it may take, milliseconds; where the unit itself may take longer, as long as that. */
  readonly readyMs: number;
  readonly progress: Progress;
  /** That of the whole drill, where there is one. */
  readonly deadline?: Pick<DrillDeadline, 'postpone'> | undefined;
  readonly signal: AbortSignal;
}

/** systemd ends a start that is late in two steps: this long after its own time it has said so. Milliseconds. */
const SYSTEMD_ENDS_MS = 30_000;

/** How often a start that goes on is looked at, milliseconds. */
const LOOK_EVERY_MS = 5_000;

/**
 * Carries out a command that waits for a start of a unit, such as a JVM or a database of `Type=notify`, and says how that
 * stands. systemd itself ends it where it fails, or takes longer than its TimeoutStartSec=.
 *
 * @param started.isUnit whether it is a unit of systemd, which can be asked how that stands
 * @throws OomdrillError `SERVER_START` when the time is up
 */
export async function runStart(
  machine: GuestShell,
  command: readonly string[],
  { name, isUnit = true }: { readonly name: string; readonly isUnit?: boolean },
  { readyMs, progress, deadline, signal }: StartWait,
): Promise<ExecResult> {
  const timeoutMs = Math.max(readyMs, isUnit ? await readStartTimeoutMs(machine, name, signal) : 0);
  deadline?.postpone(timeoutMs);
  const over = new AbortController();
  const looks = isUnit && sayHowItStands(machine, name, progress, AbortSignal.any([signal, over.signal]));
  try {
    return await machine.exec(command, { reason: `${name} to start`, signal, timeoutMs });
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof OomdrillError) || thrown.code !== 'EXEC_TIMEOUT') throw thrown;
    const waited = formatDuration(timeoutMs);
    throw await (isUnit ? lateStartError(machine, name, waited, signal) : lateContainerError(name, waited));
  } finally {
    over.abort();
    await looks;
  }
}

/** How long systemd itself gives the start, with what it takes to end it; 0 where that is not limited or not known. */
async function readStartTimeoutMs(machine: GuestShell, unit: string, signal: AbortSignal): Promise<number> {
  const command = ['systemctl', 'show', unit, '--property=TimeoutStartUSec'];
  const { stdout } = await machine.exec(command, { reason: `how long ${unit} may take to start`, signal });
  try {
    // `1min 30s`, or `infinity`.
    return parseDuration(parseShow(stdout).TimeoutStartUSec ?? '') + SYSTEMD_ENDS_MS;
  } catch (thrown) {
    if (asKnownError(thrown)) return 0;
    throw thrown;
  }
}

/** Until the signal. What goes wrong here is not what is waited for. */
async function sayHowItStands(
  machine: GuestShell,
  unit: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  const say = saidNowAndThen(progress, () => performance.now());
  try {
    for (;;) {
      await sleep(LOOK_EVERY_MS, signal);
      const command = ['systemctl', 'show', unit, '--property=ActiveState,SubState'];
      const { stdout } = await machine.exec(command, { reason: `the state of ${unit}`, signal });
      const { ActiveState, SubState } = parseShow(stdout);
      const passed = formatDuration(performance.now() - startedAt);
      say(() => `waiting for ${unit} to start: it is ${ActiveState} (${SubState}), ${passed}`);
    }
  } catch {
    // Over, or the guest does not answer: the start itself tells.
  }
}
