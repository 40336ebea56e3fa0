import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
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

/** What a server does before it resets the connection. */
const RESETS: Readonly<Record<string, (socket: Socket) => void>> = {
  'at once': (socket) => void socket.resetAndDestroy(),
  'in the handshake': (socket) => void socket.write('HTTP/1.1 101 Swit', () => socket.resetAndDestroy()),
  'with an answer of another kind': (socket) =>
    void socket.write('HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\nno', () => socket.resetAndDestroy()),
};

t.test('a connection that is reset fails, closes, and is tried again, at whatever moment', async (t) => {
  for (const [when, reset] of Object.entries(RESETS)) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      if (when === 'at once') reset(socket);
      else socket.once('data', () => reset(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const entries: Session[] = [];
    const observer = startSession(
      { host: '127.0.0.1', port, path: '/', watchdog: WATCHDOG },
      { clock: startClock(), write: (entry) => entries.push(entry as Session) },
    );
    const isTriedAgain = () => entries.filter(({ event }) => event === 'closed').length >= 2;
    await pollUntil(async () => isTriedAgain() || undefined, { reason: 'the session', timeoutMs: 10_000 }, 10);
    await observer.stop();
    server.close();
    t.same(
      entries.slice(0, 4).map(({ event }) => event),
      ['failed', 'closed', 'failed', 'closed'],
      when,
    );
  }
});

t.test('an open session that is reset, also in a message, is closed and tried again', async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  let opened = 0;
  server.on('connection', (_, { socket }) => {
    // The begin of a message of 100 bytes, and then of one that breaks the protocol.
    if (++opened > 1) socket.write(Buffer.from(opened === 2 ? [0x81, 100, 0x61] : [0xff, 0xff, 0xff]));
    setTimeout(() => socket.resetAndDestroy(), 20);
  });
  const entries: Session[] = [];
  const observer = startSession(
    { host: '127.0.0.1', port: (server.address() as AddressInfo).port, path: '/', watchdog: WATCHDOG },
    { clock: startClock(), write: (entry) => entries.push(entry as Session) },
  );
  await pollUntil(async () => opened > 3 || undefined, { reason: 'the session', timeoutMs: 10_000 }, 10);
  await observer.stop();
  server.close();
  const events = entries.map(({ event }) => event);
  t.ok(events.filter((event) => event === 'closed').length >= 3);
  t.same(
    events.filter((event) => event === 'connected').length,
    events.filter((event) => event === 'closed').length + (events.at(-1) === 'closed' ? 0 : 1),
  );
});
