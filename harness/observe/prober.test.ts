import { once } from 'node:events';
import { createServer, Server as HttpServer } from 'node:http';
import { connect, type Server, createServer as tcpServer } from 'node:net';
import t from 'tap';
import { startClock } from '../core/clock.js';
import { pollUntil } from '../core/deadline.js';
import type { Probe, ProbeAnswer } from '../workload/probe.js';
import { httpProbe } from '../workload/probes/http.js';
import { type AskedQuestion, maxOpen, startProber } from './prober.js';

type Entries = readonly AskedQuestion[];

/** So patient that a busy host makes no answer late. */
const PATIENT_MS = 20_000;

/** Longer than it takes until so many questions wait that no more are sent. */
const IMPATIENT_MS = 1_500;

const has =
  (count: number) =>
  (entries: Entries): boolean =>
    entries.length >= count;

/** Both things that happen with a server which says nothing: some requests time out, and so many wait that others are not sent. */
const isSilentFor = (entries: Entries): boolean =>
  has(30)(entries) && ['timeout', 'not-sent'].every((word) => entries.some(({ error }) => error === word));

/** Probes a server until enough was written; gives what was written, by number. However long that takes: hosts are busy. */
async function probe(
  server: Server,
  isEnough: (entries: Entries) => boolean,
  timeoutMs: number,
  by: Probe = httpProbe,
) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const entries: AskedQuestion[] = [];
  const write = (entry: AskedQuestion) => void entries.push(entry);
  const prober = startProber(
    { probe: by, target: { host: '127.0.0.1', port, path: '/x' }, intervalMs: 10, timeoutMs },
    { clock: startClock(), write },
  );
  const wait = { reason: 'the server to be probed', timeoutMs: 2 * PATIENT_MS };
  await pollUntil(async () => isEnough(entries) || undefined, wait, 20);
  await prober.stop();
  if (server instanceof HttpServer) server.closeAllConnections();
  server.close();
  return entries.sort((a, b) => a.id - b.id);
}

t.test('a whole answer counts, and each request has its due time', async (t) => {
  const entries = await probe(
    createServer((_, response) => response.end('hello')),
    has(10),
    PATIENT_MS,
  );
  t.ok(entries.length >= 10);
  t.ok(entries.every(({ ok, status, id, scheduledT }) => ok && status === 200 && Math.abs(scheduledT - id * 10) < 20));
});

t.test('no answer: a refusal, an empty one, one that breaks off', async (t) => {
  const empty = await probe(
    createServer((_, response) => response.end()),
    has(1),
    PATIENT_MS,
  );
  t.match(empty[0], { ok: false, error: 'bad-answer' });
  const broken = await probe(
    createServer((_, response) =>
      response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy()),
    ),
    has(1),
    PATIENT_MS,
  );
  t.match(broken[0], { ok: false, error: /closed|reset/ });
});

/** What a server says before it resets the connection. */
const RESETS: Readonly<Record<string, string | undefined>> = {
  'at once': undefined,
  'once it was asked': '',
  'in its headers': 'HTTP/1.1 200 OK\r\nContent-Le',
  'before its body': 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n',
  'in its body': 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello',
  'after a change of protocol': 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
};

t.test('a connection that is reset has no answer, at whatever moment', async (t) => {
  for (const [when, said] of Object.entries(RESETS)) {
    const resetting = tcpServer((socket) => {
      socket.on('error', () => {});
      if (said === undefined) socket.resetAndDestroy();
      else socket.once('data', () => socket.write(said, () => setTimeout(() => socket.resetAndDestroy(), 5)));
    });
    const entries = await probe(resetting, has(3), PATIENT_MS);
    t.notOk(
      entries.some(({ ok }) => ok),
      when,
    );
    t.match(entries[0]?.error, /^(?:reset|closed|bad-answer)$/, when);
  }
});

t.test('as many questions may wait as those of a second, and never fewer than twenty', async (t) => {
  for (const [intervalMs, most] of [
    [1_000, 20],
    [200, 20],
    [50, 20],
    [20, 50],
  ] as const)
    t.equal(maxOpen(intervalMs), most, `one every ${intervalMs} ms`);
});

t.test('a silent server is not buried under our own requests', async (t) => {
  let open = 0;
  let most = 0;
  const silent = createServer(() => {}).on('connection', (socket) => {
    most = Math.max(most, ++open);
    socket.on('close', () => open--);
  });
  const entries = await probe(silent, isSilentFor, IMPATIENT_MS);
  t.ok(most <= maxOpen(10) + 1, `${most} connections at once`);
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

/** A probe that is none of ours: one line there, one line back. */
const lineProbe: Probe = {
  name: 'line',
  ask: ({ host, port, path }, signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, signal }, () => socket.write(`get ${path}\n`));
      let said = '';
      socket.setEncoding('utf8').on('data', (text) => {
        said += text;
        if (said.endsWith('\n')) socket.end();
      });
      socket.on('close', () => resolve({ ok: said === 'value of /x\n', error: said ? undefined : 'closed' }));
      socket.on('error', reject);
    }),
};

/** A server of that protocol, which says nothing while `isSilent` says so. */
function lineServer(isSilent = () => false) {
  return tcpServer((socket) => {
    socket.setEncoding('utf8').on('error', () => {});
    socket.on('data', (line) => {
      if (!isSilent()) socket.write(`value of ${String(line).slice('get '.length)}`);
    });
  });
}

t.test('a probe of another kind is asked on the same schedule, and its answers are entries as any', async (t) => {
  const entries = await probe(lineServer(), has(10), PATIENT_MS, lineProbe);
  t.ok(entries.length >= 10);
  t.ok(entries.every(({ ok, id, scheduledT }) => ok && Math.abs(scheduledT - id * 10) < 20));
  t.notOk(entries.some((entry) => entry.status !== undefined));
});

t.test('a probe of another kind runs out of patience as any', async (t) => {
  const entries = await probe(
    lineServer(() => true),
    isSilentFor,
    IMPATIENT_MS,
    lineProbe,
  );
  t.ok(entries.some(({ error }) => error === 'timeout'));
  t.ok(entries.some(({ error }) => error === 'not-sent'));
  t.notOk(entries.some(({ ok }) => ok));
});

t.test('a probe that breaks has no answer, and the others go on', async (t) => {
  let asked = 0;
  const broken: Probe = {
    name: 'broken',
    ask: () => {
      if (asked++ % 3 === 0) throw new Error('no such thing');
      return Promise.resolve(asked % 3 === 2 ? { ok: true } : (undefined as unknown as ProbeAnswer));
    },
  };
  const entries = await probe(lineServer(), has(3), PATIENT_MS, broken);
  t.match(entries[0], { ok: false, error: 'closed' });
  t.match(entries[1], { ok: true });
  t.match(entries[2], { ok: false, error: 'bad-answer' });
});

t.test('one that is given up says what it has heard', async (t) => {
  const mumbling: Probe = {
    name: 'mumbling',
    ask: (_, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ ok: false, error: 'bad-answer', said: '+OK' }));
      }),
  };
  const late: Probe = {
    name: 'late',
    ask: (_, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ ok: true, said: 'too late' }));
      }),
  };
  const heard = await probe(tcpServer(), has(3), 200, mumbling);
  t.match(heard[0], { ok: false, error: 'timeout', said: '+OK' });
  const none = await probe(tcpServer(), has(3), 200, late);
  t.match(none[0], { ok: false, error: 'timeout', said: undefined }, 'an answer after that is none');
});
