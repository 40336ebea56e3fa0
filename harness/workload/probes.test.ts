import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type Server as HttpServer, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import t, { type Test } from 'tap';
import type { ProbeSpec } from '../bundle/probe.js';
import type { Probe } from './probe.js';
import { toProbeAnswer } from './probe.js';
import { createProbe } from './probes.js';

const BUNDLE = { name: 'web', files: [] };

const make = (
  spec: ProbeSpec | string | undefined,
  env: Record<string, string> = {},
  files = BUNDLE.files as { path: string; text: string }[],
): Probe => createProbe(spec, { bundle: { ...BUNDLE, files }, env });

/** Asks once, as the prober does: what rejects counts as no answer. */
const ask = (probe: Probe, port: number, ms = 10_000, path = '/') =>
  probe.ask({ host: '127.0.0.1', port, path }, AbortSignal.timeout(ms)).catch(toProbeAnswer);

async function listen(t: Test, server: Server | HttpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => open.add(socket));
  t.teardown(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return (server.address() as { port: number }).port;
}

const web = (t: Test, answer: RequestListener) => listen(t, createHttp(answer));

t.test('HTTP: the method, the headers, the status and the text', async (t) => {
  const port = await web(t, ({ method, headers, url }, response) => {
    response.statusCode = url === '/made' ? 201 : 200;
    response.end(`${method} ${headers['x-key']} degraded`);
  });
  t.match(await ask(make(undefined), port), { ok: true, status: 200 });
  t.match(await ask(make('http'), port), { ok: true });
  const spec = { kind: 'http', method: 'POST', headersFrom: { 'X-Key': 'KEY' } } as const;
  t.match(await ask(make({ ...spec, text: 'POST s3cret' }, { KEY: 's3cret' }), port), { ok: true });
  t.match(await ask(make({ kind: 'http', status: 201 }), port, 10_000, '/made'), { ok: true, status: 201 });
  t.match(await ask(make({ kind: 'http', status: [201, 204] }), port), { ok: false, status: 200, error: 'bad-answer' });
  t.match(await ask(make({ kind: 'http', text: 'all healthy' }), port), {
    ok: false,
    said: '200 without the expected text',
  });
});

t.test('HTTP: a page from a cache does not count', async (t) => {
  const port = await web(t, (_, response) => response.setHeader('age', '31').end('all healthy'));
  t.match(await ask(make(undefined), port), { ok: false, said: '200 from a cache, 31 s old' });
});

t.test('kept connections: one is used again, and none that had no answer', async (t) => {
  const clients = new Set<Socket>();
  let answers = true;
  const port = await web(t, ({ socket }, response) => {
    clients.add(socket);
    if (answers) response.end('x');
  });
  const probe = make({ kind: 'http', connection: 'kept' });
  t.teardown(() => probe.close?.());
  for (let count = 0; count < 3; count++) t.match(await ask(probe, port), { ok: true });
  t.equal(clients.size, 1);
  answers = false;
  t.match(await ask(probe, port, 200), { ok: false });
  answers = true;
  t.match(await ask(probe, port), { ok: true });
  t.equal(clients.size, 2);
});

/** A certificate for localhost with its key, signed by itself. */
function certify(dir: string, days: number): { cert: string; key: string } {
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const made = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=localhost',
  ];
  const named = ['-addext', 'subjectAltName=DNS:localhost', '-days', String(days), '-keyout', key, '-out', cert];
  execFileSync('openssl', [...made, ...named], { stdio: 'ignore' });
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

t.test('HTTPS: the authority of the bundle, and what is wrong with a certificate', async (t) => {
  const good = certify(t.testdir(), 2);
  const port = await listen(
    t,
    createHttps(good, (_, response) => response.end('x')),
  );
  const files = [{ path: 'etc/ssl/web.pem', text: good.cert }];
  const spec = { kind: 'https', ca: '/etc/ssl/web.pem' } as const;
  for (const connection of ['fresh', 'kept'] as const) {
    const probe = make({ ...spec, connection }, {}, files);
    t.match(await ask(probe, port), { ok: true, status: 200 });
    probe.close?.();
  }
  t.match(await ask(make({ kind: 'https' }), port), { ok: false, said: /self-signed certificate/ });
  t.match(await ask(make({ ...spec, serverName: 'other.example' }, {}, files), port), {
    ok: false,
    said: /does not match certificate's altnames/,
  });
  t.throws(() => make(spec), { code: 'PROBE_CA', message: /web: .*\/etc\/ssl\/web\.pem/ });
  t.match(await ask(make({ kind: 'http' }), port), { ok: false });
});

/** A line protocol: answers each line by `reply`. */
const lines = (t: Test, reply: (line: string, socket: Socket) => void) =>
  listen(
    t,
    createTcp((socket) => socket.on('error', () => {}).on('data', (chunk) => reply(chunk.toString(), socket))),
  );

t.test('TCP: what is sent and what is expected', async (t) => {
  const port = await lines(t, (line, socket) => {
    if (line === 'PING\r\n') socket.write('+PO');
    if (line === 'PING\r\n') setTimeout(() => socket.write('NG\r\n'), 20);
    if (line === 'QUIT\r\n') socket.end('-ERR no such command\r\n');
  });
  for (const connection of ['fresh', 'kept'] as const) {
    const probe = make({ kind: 'tcp', send: 'PING\r\n', expect: '+PONG', connection });
    t.match(await ask(probe, port), { ok: true });
    t.match(await ask(probe, port), { ok: true });
    probe.close?.();
  }
  t.match(await ask(make({ kind: 'tcp', send: 'QUIT\r\n', expect: '+OK' }), port), {
    ok: false,
    error: 'bad-answer',
    said: '-ERR no such command',
  });
  t.match(await ask(make({ kind: 'tcp', send: 'NOTHING\r\n', expect: '+OK' }), port, 200), { ok: false });
});

t.test('a kept connection that the server closed is not used again', async (t) => {
  let opened = 0;
  const server = createTcp((socket) => {
    opened++;
    socket.on('error', () => {});
    socket.on('data', () => socket.end('+OK\r\n'));
  });
  const port = await listen(t, server);
  const probe = make({ kind: 'tcp', send: 'x', expect: '+OK', connection: 'kept' });
  t.match(await ask(probe, port), { ok: true });
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.match(await ask(probe, port), { ok: true });
  t.equal(opened, 2);
});

t.test('gRPC: only SERVING is an answer', async (t) => {
  const server = new GrpcServer();
  const text = (value: unknown) => Buffer.from(value as Uint8Array);
  // A request is read and a response is written as bytes: field 1 is the service, or the status.
  const check = { path: '/grpc.health.v1.Health/Check', requestStream: false, responseStream: false };
  const code = { requestSerialize: text, requestDeserialize: text, responseSerialize: text, responseDeserialize: text };
  server.addService(
    { Check: { ...check, ...code } },
    {
      Check: ({ request }: { request: Buffer }, reply: (error: null, response: Buffer) => void) =>
        reply(null, Buffer.from([8, request.toString().includes('down') ? 2 : 1])),
    },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  t.teardown(() => server.forceShutdown());
  for (const connection of ['fresh', 'kept'] as const) {
    const probe = make({ kind: 'grpc', connection });
    t.match(await ask(probe, port), { ok: true });
    t.match(await ask(probe, port), { ok: true });
    probe.close?.();
  }
  t.match(await ask(make({ kind: 'grpc', service: 'down' }), port), { ok: false, said: 'NOT_SERVING' });
  const other = await web(t, (_, response) => response.end('x'));
  t.match(await ask(make('grpc'), other), { ok: false });
});

t.test('a command: its status is the answer, and HOST and PORT say which server is asked', async (t) => {
  const run = (...command: [string, ...string[]]) => ask(make({ kind: 'exec', command }), 8080);
  t.match(await run('sh', '-c', 'test "$HOST:$PORT" = 127.0.0.1:8080'), { ok: true, status: 0 });
  t.match(await run('sh', '-c', 'echo no >&2; exit 3'), { ok: false, status: 3, said: 'sh exited with status 3' });
  t.match(await run('sh', '-c', 'kill -9 $$'), { ok: false, error: 'closed', said: /SIGKILL/ });
  t.match(await run('/no/such/client'), {
    ok: false,
    error: 'ENOENT',
    said: '/no/such/client is not installed on this host',
  });
});

for (const [kind, spec] of Object.entries<ProbeSpec>({
  http: { kind: 'http' },
  tcp: { kind: 'tcp', expect: 'x' },
  postgres: { kind: 'postgres', user: 'app' },
  redis: { kind: 'redis' },
  grpc: { kind: 'grpc' },
})) {
  t.test(`${kind}: a listener that accepts and says nothing, and a port without a listener`, async (t) => {
    const open = new Set<Socket>();
    const server = createTcp((socket) => open.add(socket.on('error', () => {}).resume()));
    const port = await listen(t, server);
    const probe = make(spec);
    const answer = await ask(probe, port, 300);
    t.match(answer, { ok: false });
    await new Promise((resolve) => setTimeout(resolve, 100));
    t.ok(
      [...open].every(({ destroyed, readableEnded }) => destroyed || readableEnded),
      `nothing is left open: ${JSON.stringify([...open].map(({ destroyed, readableEnded, bytesRead }) => [destroyed, readableEnded, bytesRead]))}`,
    );
    server.close();
    for (const socket of open) socket.destroy();
    await once(server, 'close');
    t.match(await ask(make(spec), port), { ok: false, error: 'refused' });
  });

  t.test(`${kind}: a server that speaks another language`, async (t) => {
    const port = await lines(t, (_, socket) => void socket.end('-ERR what?\r\n'));
    t.match(await ask(make(spec), port), { ok: false });
  });
}

/** Only says what PostgreSQL says to one who logs in while it starts: an ErrorResponse (protocol 3.0). */
const postgresStarts = (_: string, socket: Socket) => {
  const fields = 'SFATAL\0C57P03\0Mthe database system is starting up\0\0';
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + fields.length);
  socket.end(Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)]));
};

t.test('what looks like an answer and is none', async (t) => {
  const page = (t: Test, body: string, headers: Readonly<Record<string, string>> = {}) =>
    web(t, (_, response) => response.writeHead(200, headers).end(body));
  const http = { kind: 'http', text: 'all healthy' } as const;
  const gateway = '<html><head><title>502 Bad Gateway</title></head></html>';
  const cases: readonly [string, ProbeSpec, Promise<number>][] = [
    ["a proxy's page of an error with status 200", http, page(t, gateway)],
    ['a page that says degraded with status 200', http, page(t, '{"status":"degraded"}')],
    ['a page without a body', { kind: 'http' }, page(t, '')],
    ['a page that a cache still had', http, page(t, 'all healthy', { age: '31' })],
    [
      'a page that breaks off',
      http,
      web(t, ({ socket }, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('all healthy', () => setTimeout(() => socket.destroy(), 20));
      }),
    ],
    ['a listener that takes a connection and no handshake', { kind: 'https' }, lines(t, () => {})],
    [
      'Redis that loads its data',
      { kind: 'redis' },
      lines(t, (_, socket) => socket.write('-LOADING Redis is loading\r\n')),
    ],
    ['PostgreSQL that starts', { kind: 'postgres', user: 'app' }, lines(t, postgresStarts)],
    [
      'the first half of a line',
      { kind: 'tcp', send: 'PING\r\n', expect: '+PONG' },
      lines(t, (_, socket) => socket.write('+PO')),
    ],
    [
      'an answer to another request',
      { kind: 'tcp', send: 'SET a 1\r\n', expect: '+OK' },
      lines(t, (_, socket) => socket.write('-ERR unknown command\r\n')),
    ],
  ];
  for (const [what, spec, port] of cases)
    for (const connection of spec.kind === 'exec' ? [] : (['fresh', 'kept'] as const)) {
      const probe = make({ ...spec, connection } as ProbeSpec);
      t.match(await ask(probe, await port, 400), { ok: false }, `${what}, on a ${connection} connection`);
      probe.close?.();
    }
});

t.test('options that are missing, unknown, or name what is not there', async (t) => {
  t.throws(() => make('gopher'), { code: 'PROBE_UNKNOWN', message: /"gopher"/ });
  t.throws(() => make('postgres'), { code: 'PROBE_OPTIONS', message: /"postgres" needs options: user/ });
  t.throws(() => make({ kind: 'redis', passwordFrom: 'NOT_SET' }), { code: 'PROBE_ENVIRONMENT', message: /NOT_SET/ });
  const own: Probe = { name: 'own', ask: async () => ({ ok: true }) };
  t.equal(createProbe('own', { bundle: BUNDLE, own: [own] }), own);
});
