import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import t from 'tap';
import { startClock } from '../../core/clock.js';
import { pollUntil } from '../../core/deadline.js';
import type { Load } from '../../record/load.js';
import type { Entry, EntryOf } from '../../record/schema.js';
import { HelperProcesses } from '../helper-processes.js';
import { type LoadGenerator, startLoadGenerator } from './generator.js';

/** Hosts are busy. Milliseconds. */
const PATIENT_MS = 60_000;

class Helpers extends HelperProcesses {
  readonly pids: number[] = [];

  override add(pid: number): void {
    this.pids.push(pid);
    super.add(pid);
  }
}

interface Loaded {
  readonly generator: LoadGenerator;
  readonly entries: readonly Entry[];
  readonly helpers: Helpers;
  readonly pid: number;
}

const loadsOf = (entries: readonly Entry[]): EntryOf<'load'>[] =>
  entries.filter((entry): entry is EntryOf<'load'> => entry.type === 'load');
const sum = (entries: readonly Entry[], key: 'due' | 'sent' | 'answered' | 'failed'): number =>
  loadsOf(entries).reduce((total, entry) => total + entry[key], 0);
const until = (isSo: () => boolean) =>
  pollUntil(async () => isSo() || undefined, { reason: 'the load', timeoutMs: PATIENT_MS }, 50);
const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** A generator that is ready. */
async function startFor(port: number, load: Load, spec = {}, timeoutMs = PATIENT_MS): Promise<Loaded> {
  const entries: Entry[] = [];
  const helpers = new Helpers();
  const generator = await startLoadGenerator(
    {
      request: { spec: { kind: 'http', ...spec }, tls: undefined },
      target: { host: '127.0.0.1', port, path: '/x' },
      load,
      timeoutMs,
    },
    { clock: startClock(), write: (entry) => void entries.push(entry) },
    helpers,
    new AbortController().signal,
  );
  t.teardown(() => generator.stop());
  return { generator, entries, helpers, pid: helpers.pids[0] ?? 0 };
}

const STEADY = { from: 50, to: 50, rampMs: 0 };

t.test('it sends nothing before it begins, then what is asked for, and nothing once it was stopped', async (t) => {
  const requests: IncomingMessage[] = [];
  const port = await listen(createServer((request, response) => response.end(String(requests.push(request)))));
  const { generator, entries, helpers, pid } = await startFor(port, STEADY, {
    headers: { authorization: 'secret-word' },
  });
  t.ok(isAlive(pid), 'a process of its own');
  t.equal(requests.length, 0);
  generator.begin();
  await until(() => sum(entries, 'answered') >= 100);
  t.match(requests[0], { url: '/x', method: 'GET', headers: { authorization: 'secret-word' } });
  for (const file of ['cmdline', 'environ'])
    t.notMatch(readFileSync(`/proc/${pid}/${file}`, 'utf8'), /secret-word/, `no secret in its ${file}`);
  t.ok((await helpers.readCpuMs()) > 0, 'its CPU time is counted');
  const before = await helpers.readCpuMs();
  await generator.stop();
  const sent = requests.length;
  t.notOk(isAlive(pid));
  t.ok((await helpers.readCpuMs()) >= before, 'also when it is gone');
  t.notOk(
    entries.some(({ type }) => type === 'note'),
    'an end that was asked for is not noted',
  );
  const reports = loadsOf(entries);
  t.ok(reports.every(({ t, cpuMs }, index) => t >= (reports[index - 1]?.t ?? 0) && cpuMs >= 0));
  t.ok(sum(entries, 'sent') >= sum(entries, 'answered'));
  await generator.stop();
  t.equal(requests.length, sent, 'stopping twice is harmless');
});

t.test('a rate rises once the injection begins', async (t) => {
  const port = await listen(createServer((_, response) => response.end('x')));
  const { generator, entries } = await startFor(port, { from: 2, to: 100, rampMs: 500 });
  generator.begin();
  await until(() => loadsOf(entries).length >= 3);
  t.ok(sum(entries, 'due') <= 2 * (loadsOf(entries).length + 2), 'not before');
  generator.rise();
  await until(() => sum(entries, 'answered') >= 100);
  await generator.stop();
});

t.test('a server that refuses is asked no more often than one that answers', async (t) => {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  const { generator, entries } = await startFor(port, STEADY);
  generator.begin();
  await until(() => sum(entries, 'failed') >= 100);
  await generator.stop();
  const seconds = (loadsOf(entries).at(-1)?.t ?? 0) / 1e3;
  t.ok(sum(entries, 'sent') <= 50 * (seconds + 1), `${sum(entries, 'sent')} in ${seconds} s`);
  t.equal(sum(entries, 'answered'), 0);
  t.notOk(
    loadsOf(entries).some((entry) => 'p50Ms' in entry && entry.p50Ms !== undefined),
    'no answer has no time',
  );
});

t.test(
  'a server that says nothing has as many of its requests waiting as may, and one with a wrong status gave none',
  async (t) => {
    let open = 0;
    let most = 0;
    const silent = createServer(() => {}).on('connection', (socket) => {
      most = Math.max(most, ++open);
      socket.on('close', () => open--);
    });
    const { generator, entries } = await startFor(await listen(silent), STEADY);
    generator.begin();
    await until(() => sum(entries, 'due') >= 150);
    await generator.stop();
    t.ok(most <= 50, `${most} at once`);
    t.ok(sum(entries, 'sent') < sum(entries, 'due'));
    const degraded = createServer((_, response) => response.writeHead(503).end('x'));
    const failing = await startFor(await listen(degraded), STEADY);
    failing.generator.begin();
    await until(() => sum(failing.entries, 'failed') >= 20);
    t.equal(sum(failing.entries, 'answered'), 0);
  },
);

t.test('one that ends by itself is noted, and one that does not react is ended', async (t) => {
  const port = await listen(createServer((_, response) => response.end('x')));
  const killed = await startFor(port, STEADY);
  killed.generator.begin();
  process.kill(killed.pid, 'SIGKILL');
  await until(() => killed.entries.some(({ type }) => type === 'note'));
  t.match(killed.entries.at(-1), { type: 'note', message: 'the generator of the load ended early, with SIGKILL' });
  await killed.generator.stop();
  const stopped = await startFor(port, STEADY);
  process.kill(stopped.pid, 'SIGSTOP');
  await stopped.generator.stop();
  t.notOk(isAlive(stopped.pid));
});

t.test('a start that is given up leaves nothing behind', async (t) => {
  const helpers = new Helpers();
  const reason = new Error('given up');
  const options = {
    request: { spec: { kind: 'http' as const }, tls: undefined },
    target: { host: '127.0.0.1', port: 9, path: '/' },
    load: STEADY,
    timeoutMs: 1_000,
  };
  const context = { clock: startClock(), write: () => {} };
  await t.rejects(startLoadGenerator(options, context, helpers, AbortSignal.abort(reason)), reason);
  t.notOk(helpers.pids.some(isAlive));
});
