import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { listenOnUnix } from '../testing/unix-server.js';
import { connectUnix } from './unix-socket.js';

const never = new AbortController().signal;

t.test('a peer that goes away in the middle ends the socket, and nothing else', async (t) => {
  const cases: Record<string, { unread: string; expected: RegExp }> = {
    'after all was read': { unread: '', expected: /^none$/ },
    'with something unread': { unread: 'hello', expected: /^ECONNRESET$/ },
  };
  for (const [when, { unread, expected }] of Object.entries(cases)) {
    // A server that does not read: the bytes wait in its socket until it is closed.
    await using server = await listenOnUnix('s', (peer) => void sleep(50).then(() => peer.destroy()));
    const socket = await connectUnix(server.path, 'the test', never);
    if (unread) socket.write(unread);
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    t.match((socket.errored as NodeJS.ErrnoException | null)?.code ?? 'none', expected, when);
  }
});

t.test('a socket that is not there yet is waited for, and one that never comes is an error', async (t) => {
  await using server = await listenOnUnix('s', () => {});
  const socket = await connectUnix(server.path, 'the test', never);
  socket.destroy();
  await once(socket, 'close');
  await t.rejects(connectUnix(`${server.dir}/none`, 'the test', never, 50), {
    code: 'TIMEOUT',
    message: /waiting for the test/,
  });
});
