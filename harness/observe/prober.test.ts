import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import t from 'tap';
import { startClock } from '../core/clock.js';
import { sleep } from '../core/deadline.js';
import type { EntryOf } from '../record/schema.js';
import { MOST_OPEN, startProber } from './prober.js';

/** Probes a server for a while; gives what was written, by number. */
async function probe(server: Server, forMs: number, timeoutMs: number) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const entries: EntryOf<'probe'>[] = [];
  const write = (entry: { type: string }) => entries.push(entry as EntryOf<'probe'>);
  const prober = startProber(
    { host: '127.0.0.1', port, path: '/x', intervalMs: 10, timeoutMs },
    { clock: startClock(), write },
  );
  await sleep(forMs);
  await prober.stop();
  server.closeAllConnections();
  server.close();
  return entries.sort((a, b) => a.id - b.id);
}

t.test('a whole answer counts, and each request has its due time', async (t) => {
  const entries = await probe(
    createServer((_, response) => response.end('hello')),
    300,
    1_000,
  );
  t.ok(entries.length >= 10);
  t.ok(entries.every(({ ok, status, id, scheduledT }) => ok && status === 200 && Math.abs(scheduledT - id * 10) < 20));
});

t.test('no answer: a refusal, an empty one, one that breaks off', async (t) => {
  const empty = await probe(
    createServer((_, response) => response.end()),
    100,
    1_000,
  );
  t.match(empty[0], { ok: false, error: 'bad-answer' });
  const broken = await probe(
    createServer((_, response) =>
      response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy()),
    ),
    100,
    1_000,
  );
  t.match(broken[0], { ok: false, error: /closed|reset/ });
});

t.test('a silent server is not buried under our own requests', async (t) => {
  let open = 0;
  let most = 0;
  const silent = createServer(() => {}).on('connection', (socket) => {
    most = Math.max(most, ++open);
    socket.on('close', () => open--);
  });
  const entries = await probe(silent, 600, 400);
  t.ok(most <= MOST_OPEN + 1, `${most} connections at once`);
  t.ok(entries.some(({ error }) => error === 'timeout'));
  t.ok(entries.some(({ error }) => error === 'not-sent'));
  t.same(
    entries
      .slice(0, 30)
      .map(({ id }) => id)
      .sort((a, b) => a - b),
    entries.slice(0, 30).map(({ id }) => id),
    'no number is missing',
  );
  t.notOk(entries.some(({ ok }) => ok));
});
