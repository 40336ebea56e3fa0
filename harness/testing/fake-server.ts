import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sleep } from '../core/deadline.js';
import type { Endpoint } from '../machine/machine.js';

/** A listening server for the real prober. */
export interface FakeServer extends AsyncDisposable {
  readonly endpoint: Endpoint;
}

/** How often a silent server checks whether it may answer again, milliseconds. */
const CHECK_MS = 20;

/**
 * Starts a server in this process. While `isSilent`, it accepts connections but does not answer, like a livelocked
 * server.
 */
export async function startFakeServer(isSilent: () => boolean): Promise<FakeServer> {
  const server = createServer(async (_request, response) => {
    while (isSilent() && !response.destroyed) await sleep(CHECK_MS);
    if (!response.destroyed) response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
