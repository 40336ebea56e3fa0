import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { sleep } from '../core/deadline.js';
import type { Endpoint } from '../machine/machine.js';

/** A listening server for the real prober. */
export interface FakeServer extends AsyncDisposable {
  readonly endpoint: Endpoint;
}

/** How often a silent server checks whether it may answer again, milliseconds. */
const CHECK_MS = 20;

/** How long its first session keeps it from answering, milliseconds: that runs code that never ran before. */
const FIRST_SESSION_MS = 700;

/**
 * Starts a server in this process. While `isSilent`, it accepts connections but does not answer, like a livelocked
 * server. It has sessions, too: it acknowledges heartbeats.
 */
export async function startFakeServer(isSilent: () => boolean): Promise<FakeServer> {
  let busyUntil: number | undefined;
  const isBusy = () => isSilent() || performance.now() < (busyUntil ?? 0);
  const server = createServer(async (_request, response) => {
    while (isBusy() && !response.destroyed) await sleep(CHECK_MS);
    if (!response.destroyed) response.end('ok');
  });
  const sessions = new WebSocketServer({ server });
  sessions.on('connection', (socket) => {
    busyUntil ??= performance.now() + FIRST_SESSION_MS;
    socket.on('message', async (data) => {
      while (isBusy()) await sleep(CHECK_MS);
      const { id } = JSON.parse(String(data)) as { id: number };
      socket.send(JSON.stringify({ type: 'heartbeat-ack', id }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    async [Symbol.asyncDispose]() {
      for (const socket of sessions.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
