import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { CANARY, ensureGuestProgram } from '../harness/machine/guest-programs.js';
import { freePort } from '../harness/testing/free-port.js';
import { httpProbe } from '../harness/workload/probes/http.js';

const canary = await ensureGuestProgram(CANARY);
const patience = () => AbortSignal.timeout(20_000);

/** A canary that listens on this machine alone, until the test is over. */
async function startCanary(t: Test) {
  const port = await freePort();
  const child = execa(canary, ['--port', String(port), '--address', '127.0.0.1'], { reject: false });
  t.teardown(() => child.kill());
  for (let tries = 0; tries < 200 && !(await ask(port)).ok; tries++) await sleep(20);
  return { port, child };
}

const ask = (port: number, path = '/') =>
  httpProbe.ask({ host: '127.0.0.1', port, path }, patience()).catch(() => ({ ok: false, status: undefined }));

/** Everything that it says to a client, until it ends the connection or `isEnough` says so. */
async function hear(client: Socket, isEnough = (_heard: string) => false): Promise<string> {
  let heard = '';
  client.setEncoding('latin1').on('error', () => {});
  for await (const text of client) {
    heard += text;
    if (isEnough(heard)) break;
  }
  return heard;
}

/** What it says to a client that says one thing. */
async function say(port: number, text: string): Promise<string> {
  const client = connect(port, '127.0.0.1');
  client.write(text);
  return hear(client);
}

const answersIn = (heard: string): number => heard.split('the canary sings\n').length - 1;

t.test('a full answer to any path, as the prober counts it', async (t) => {
  const { port } = await startCanary(t);
  for (const path of ['/', '/api/auth/session?x=1', `/${'a'.repeat(3_000)}`])
    t.match(await ask(port, path), { ok: true, status: 200 }, path.slice(0, 30));
});

t.test('a client that keeps its connection, and one that says all it wants at once', async (t) => {
  const { port } = await startCanary(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  for (const isReused of [false, true, true]) {
    const question = get({ port, host: '127.0.0.1', agent });
    const [response] = await once(question, 'response', { signal: patience() });
    response.resume();
    await once(response, 'end');
    t.equal(question.reusedSocket, isReused);
    // It goes back to the agent in the next turn.
    await sleep(1);
  }
  const last = 'GET /3 HTTP/1.1\r\nConnection: close\r\n\r\n';
  t.equal(answersIn(await say(port, `${'GET /1 HTTP/1.1\r\n\r\n'.repeat(2)}${last}`)), 3);
  t.equal(answersIn(await say(port, 'GET / HTTP/1.0\r\n\r\n')), 1, 'HTTP/1.0 ends with its answer');
  t.equal(answersIn(await say(port, 'GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc')), 1, 'so does one with a body');
});

t.test('a client that says it byte by byte', async (t) => {
  const { port } = await startCanary(t);
  const slow = connect(port, '127.0.0.1').setNoDelay(true);
  const heard = hear(slow);
  for (const byte of 'GET / HTTP/1.1\r\nConnection: Close\r\n\r\n') {
    slow.write(byte);
    await sleep(2);
  }
  t.match(await heard, /^HTTP\/1\.1 200 OK\r\n.*the canary sings\n$/s);
});

t.test('200 clients that say nothing, or only half of it, keep no other from an answer', async (t) => {
  const { port, child } = await startCanary(t);
  const clients = Array.from({ length: 200 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  t.teardown(() => {
    for (const client of clients) client.destroy();
  });
  await Promise.all(clients.map((client) => client.readyState === 'open' || once(client, 'connect')));
  for (const client of clients.slice(100)) client.write('GET / HT');
  for (let asked = 0; asked < 20; asked++) t.match(await ask(port), { ok: true });
  const { stdout } = await execa('ls', [`/proc/${child.pid}/fd`]);
  const open = stdout.split('\n').length;
  t.ok(open > 20 && open < 80, `${open} descriptors: at most 64 connections`);
});

t.test('what is not a request is refused, and the refusal arrives', async (t) => {
  const { port } = await startCanary(t);
  const cases: [string, number][] = [
    ['nonsense\r\n\r\n', 400],
    ['\r\n\r\n', 400],
    ['GET /\r\n\r\n', 400],
    ['GET  HTTP/1.1\r\n\r\n', 400],
    ['GET / HTTP/2.0\r\n\r\n', 400],
    ['GET / x HTTP/1.1\r\n\r\n', 400],
    [' / HTTP/1.1\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nx: \0\r\n\r\n', 400],
    [`\x16\x03\x01\x02\x00${'\xff'.repeat(500)}\r\n\r\n`, 400],
    ['POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx', 405],
    [`GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`, 431],
  ];
  for (const [text, status] of cases) {
    const what = JSON.stringify(text.slice(0, 30));
    t.match(await say(port, text), new RegExp(`^HTTP/1\\.1 ${status} .*Connection: close`, 's'), what);
  }
  t.match(await ask(port), { ok: true });
});

t.test('a client that never reads is given up', async (t) => {
  const { port, child } = await startCanary(t);
  const deaf = connect(port, '127.0.0.1').pause();
  const ended = new Promise((resolve) => deaf.on('error', resolve));
  const many = 'GET / HTTP/1.1\r\n\r\n'.repeat(1_000);
  while (!deaf.destroyed) {
    deaf.write(many);
    await sleep(1);
  }
  t.match(await ended, { code: /ECONNRESET|EPIPE/ });
  t.match(await ask(port), { ok: true });
  t.equal(child.exitCode, null);
});

t.test('it takes no memory afterwards, and ends at SIGTERM', async (t) => {
  const { port, child } = await startCanary(t);
  const pages = async () => (await readFile(`/proc/${child.pid}/statm`, 'utf8')).split(' ').slice(0, 2).join(' ');
  const before = await pages();
  for (let asked = 0; asked < 200; asked++) await ask(port);
  t.equal(await pages(), before);
  if (process.getuid?.() === 0) {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
    const kib = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
    t.ok(kib('VmLck') > 0 && kib('VmSwap') === 0, 'it is locked into memory');
  }
  child.kill('SIGTERM');
  t.match(await child, { signal: 'SIGTERM' });
});

t.test('a port that is taken, a systemd that is not there, and an option that it does not know', async (t) => {
  const { port } = await startCanary(t);
  const NOTIFY_SOCKET = '/no/such/socket';
  const run = (...args: string[]) => execa(canary, args, { reject: false, timeout: 10_000, env: { NOTIFY_SOCKET } });
  const free = String(await freePort());
  t.match(await run('--port', free, '--address', '127.0.0.1'), { exitCode: 1, stderr: `canary: ${NOTIFY_SOCKET}: ` });
  t.match(await run('--port', String(port), '--address', '127.0.0.1'), {
    exitCode: 1,
    stderr: /canary: could not listen: Address already in use/,
  });
  const cases: [string[], RegExp][] = [
    [[], /--port wants a port from 1 to 65535\nusage/],
    [['--port', '65536'], /--port wants/],
    [['--port', '80x'], /--port wants/],
    [['--port'], /canary: --port\nusage/],
    [['--port', '80', '--address', 'here'], /--address wants an address/],
    [['--quick', '1'], /--quick\nusage/],
  ];
  for (const [args, words] of cases) t.match(await run(...args), { exitCode: 64, stderr: words }, args.join(' '));
});
