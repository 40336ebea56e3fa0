import { connect, type Socket } from 'node:net';
import { pollUntil } from '../core/deadline.js';

/** Connects to a UNIX socket that is about to appear. */
export async function connectUnix(
  path: string,
  reason: string,
  signal: AbortSignal,
  timeoutMs = 10_000,
): Promise<Socket> {
  return pollUntil(
    () =>
      new Promise<Socket | undefined>((resolve) => {
        const socket = connect(path);
        socket.once('connect', () => {
          socket.removeAllListeners('error');
          resolve(socket);
        });
        socket.once('error', () => resolve(undefined));
      }),
    { reason, timeoutMs, signal },
    20,
  );
}
