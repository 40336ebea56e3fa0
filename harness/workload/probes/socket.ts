import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { CLOSED, type ProbeTarget } from '../probe.js';
import type { Tls } from './tls.js';

/** Opens a connection, with TLS where it is given. Rejects when `signal` is aborted, with nothing left open. */
export function openSocket({ host, port }: ProbeTarget, tls: Tls | undefined, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = tls ? connectTls({ host, port, ...tls }) : connectTcp({ host, port });
    const end = () => socket.destroy();
    signal.addEventListener('abort', end);
    const done = () => signal.removeEventListener('abort', end);
    socket.setNoDelay(true);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      done();
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('close', () => {
      done();
      reject(new Error(CLOSED));
    });
  });
}

/** Logs in over an open socket, which is closed if that fails, or when `signal` is aborted meanwhile. */
export async function logInOver(socket: Socket, signal: AbortSignal, logIn: () => Promise<unknown>): Promise<void> {
  const end = () => socket.destroy();
  signal.addEventListener('abort', end);
  try {
    await logIn();
  } catch (thrown) {
    end();
    throw thrown;
  } finally {
    signal.removeEventListener('abort', end);
  }
}
