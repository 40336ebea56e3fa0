import { withDeadline } from '../../core/deadline.js';
import { connectUnix } from '../unix-socket.js';
import { socketIn } from './args.js';

/** Sets the guest's clock and hands it the run's public key; returns when the guest says that it is awake. */
export async function wake(workDir: string, publicKey: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const socket = await connectUnix(socketIn(workDir, 'wake'), "QEMU's wake-up port", signal);
  try {
    await withDeadline(
      () =>
        new Promise<void>((resolve) => {
          socket.once('data', () => resolve());
          socket.write(`wake ${(Date.now() / 1000).toFixed(3)} ${publicKey}\n`);
        }),
      {
        reason: 'the guest to wake up',
        timeoutMs,
        signal,
        code: 'GUEST_SILENT',
        hint: 'Its console is in console.log next to the record; `oomdrill image rm` forgets a guest that boots badly.',
      },
    );
  } finally {
    socket.destroy();
  }
}
