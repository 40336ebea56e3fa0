import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import t from 'tap';
import { httpProbe } from '../../probes/http.js';
import { serve } from './server.js';

const UPGRADE =
  'Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';

/** What a client says before it resets its connection. */
const CLIENTS: Readonly<Record<string, string | Buffer>> = {
  'says nothing': '',
  'asks half a question': 'GET / HTT',
  'asks, and does not wait for the answer': 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
  'asks for an address that is none': 'GET // HTTP/1.1\r\nHost: x\r\n\r\n',
  'wants a session without a ticket': `GET /ws HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n\r\n`,
  'wants a session at an address that is none': `GET // HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n\r\n`,
  'goes away from its session': `GET /ws?ticket=1 HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n\r\n`,
  'breaks the protocol of its session': Buffer.concat([
    Buffer.from(`GET /ws?ticket=1 HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n\r\n`),
    Buffer.from([0xff, 0xff, 0xff, 0xff]),
  ]),
};

t.test('a client that resets its connection, at whatever moment, breaks nothing else', async (t) => {
  const server = serve({ host: '127.0.0.1', port: 0, memory: { work() {} } });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const [what, said] of Object.entries(CLIENTS)) {
    for (const afterMs of [0, 20]) {
      const client = connect({ host: '127.0.0.1', port }).on('error', () => {});
      await once(client, 'connect');
      if (said !== '') client.write(said);
      setTimeout(() => client.resetAndDestroy(), afterMs);
      await once(client, 'close');
    }
    const asked = { host: '127.0.0.1', port, path: '/' };
    t.match(await httpProbe.ask(asked, AbortSignal.timeout(10_000)), { ok: true }, what);
  }
  server.close();
});
