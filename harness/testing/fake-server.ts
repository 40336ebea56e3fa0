import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sleep } from '../core/deadline.js';
import type { Endpoint } from '../machine/machine.js';

/** A server that listens, so that the real prober has somebody to ask. */
export interface FakeServer extends AsyncDisposable {
  readonly endpoint: Endpoint;
}

/** How long it takes to see that it may answer again, milliseconds. */
const LOOK_MS = 20;

/** Starts a server in this process that answers everything, but nothing while `isSilent`: its connections are open meanwhile, as a livelocked one's are. */
export async function startFakeServer(isSilent: () => boolean): Promise<FakeServer> {
  const server = createServer(async (_request, response) => {
    while (isSilent() && !response.destroyed) await sleep(LOOK_MS);
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
