import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { WebSocketServer } from 'ws';
import { startClock } from '../core/clock.js';
import { pollUntil } from '../core/deadline.js';
import type { EntryOf, Watchdog } from '../record/schema.js';
import { startSession } from './session.js';

type Session = EntryOf<'session'>;

/** Its window of 1 s bounds the handshake too, which a busy host can take its time for. */
const WATCHDOG: Watchdog = { kind: 'ping', intervalMs: 20, missed: 50, backoffMs: [10, 50] };

/** Holds a session with a server until what was written satisfies `enough`; gives what was written. */
async function session(answers: boolean, enough: (entries: readonly Session[]) => boolean): Promise<Session[]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('message', (text) => {
      const { id } = JSON.parse(String(text)) as { id: number };
      if (answers) socket.send(JSON.stringify({ type: 'heartbeat-ack', id }));
    });
  });
  const { port } = server.address() as AddressInfo;
  const entries: Session[] = [];
  const observer = startSession(
    { host: '127.0.0.1', port, path: '/', watchdog: WATCHDOG },
    { clock: startClock(), write: (entry) => entries.push(entry as Session) },
  );
  await pollUntil(async () => enough(entries) || undefined, { reason: 'the session', timeoutMs: 10_000 }, 10);
  await observer.stop();
  const written = entries.length;
  for (const client of server.clients) client.terminate();
  server.close();
  await once(server, 'close');
  t.equal(entries.length, written, 'nothing is written once it was stopped');
  return entries;
}

t.test('each heartbeat that is answered is written down, with its latency', async (t) => {
  const entries = await session(true, (all) => all.filter(({ event }) => event === 'answered').length >= 5);
  t.equal(entries[0]?.event, 'connected');
  t.ok(entries.slice(1).every(({ event, latencyMs }) => event === 'answered' && (latencyMs ?? -1) >= 0));
});

t.test('a client drops a server that says nothing, and tries again', async (t) => {
  const entries = await session(false, (all) => all.filter(({ event }) => event === 'connected').length >= 2);
  t.same(
    entries.slice(0, 4).map(({ event }) => event),
    ['connected', 'dropped-by-watchdog', 'closed', 'connected'],
  );
  t.match(entries[1], { detail: /^nothing was heard for \d+ ms$/ });
});
