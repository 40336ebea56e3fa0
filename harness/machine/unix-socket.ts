import { connect, type Socket } from 'node:net';
import { pollUntil } from '../core/deadline.js';

/**
 * Connects to a UNIX socket that is about to appear. The peer may be killed at any moment, which is an `error` event where
 * something was not read yet (ECONNRESET) or is written later (EPIPE): such an error ends the socket and nothing else. Its
 * user sees that by its `close`, and finds the error in `socket.errored`.
 *
 * @throws OomdrillError `TIMEOUT` where nothing listens in time
 */
export async function connectUnix(
  path: string,
  reason: string,
  signal: AbortSignal,
  timeoutMs = 10_000,
): Promise<Socket> {
  const attempt = () =>
    new Promise<Socket | undefined>((resolve) => {
      const socket = connect(path);
      // Never removed: a socket without a listener of its errors ends the process.
      socket.on('error', () => resolve(undefined));
      socket.once('connect', () => resolve(socket));
    });
  return pollUntil(attempt, { reason, timeoutMs, signal }, 20);
}
