import { withDeadline } from '../../core/deadline.js';
import { machineError } from '../../core/errors.js';
import { receiveLines } from '../receive-lines.js';
import { connectUnix } from '../unix-socket.js';
import { socketIn } from './args.js';

/** What the guest's service answers (guest/image/rootfs/usr/lib/oomdrill/wake). */
const AWAKE = 'awake';

const CONSOLE_HINT =
  'Its console is in console.log next to the record; `oomdrill image rm` forgets a guest that boots badly.';

/**
 * Sets the guest's clock and hands it the run's public key; returns when the guest says that it is awake.
 *
 * @throws OomdrillError `GUEST_SILENT` at the deadline, `QEMU_GONE` where QEMU closes the port
 */
export async function wake(workDir: string, publicKey: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const socket = await connectUnix(socketIn(workDir, 'wake'), "QEMU's wake-up port", signal);
  const answer = () =>
    new Promise<void>((resolve, reject) => {
      const gone = (cause: Error | undefined) =>
        reject(
          machineError(
            'QEMU_GONE',
            `The wake-up port of QEMU is closed${cause ? ` (${cause.message})` : ''}.`,
            CONSOLE_HINT,
            cause,
          ),
        );
      receiveLines(socket, { line: (line) => line === AWAKE && resolve(), end: gone });
      socket.write(`wake ${(Date.now() / 1000).toFixed(3)} ${publicKey}\n`);
    });
  try {
    await withDeadline(answer, {
      reason: 'the guest to wake up',
      timeoutMs,
      signal,
      code: 'GUEST_SILENT',
      hint: CONSOLE_HINT,
    });
  } finally {
    socket.destroy();
  }
}
