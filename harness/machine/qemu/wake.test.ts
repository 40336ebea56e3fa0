import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { listenOnUnix } from '../../testing/unix-server.js';
import { wake } from './wake.js';

const never = new AbortController().signal;

t.test('returns when the guest says that it is awake', async (t) => {
  let said = '';
  await using guest = await listenOnUnix('wake.sock', (socket) => {
    socket
      .setEncoding('utf8')
      .resume()
      .on('data', (text) => {
        said += text;
        // Whatever a guest says before, it is not awake.
        for (const part of ['noise\n', 'awa', 'ke\n']) socket.write(part);
      });
  });
  await wake(guest.dir, 'ssh-ed25519 AAAA', 10_000, never);
  t.match(said, /^wake \d+\.\d{3} ssh-ed25519 AAAA\n$/);
});

t.test('a QEMU that is killed meanwhile is an error at once, and no unhandled event', async (t) => {
  // One that has not read what was written to it: ECONNRESET.
  await using killed = await listenOnUnix('wake.sock', (socket) => void sleep(50).then(() => socket.destroy()));
  await t.rejects(wake(killed.dir, 'key', 60_000, never), { code: 'QEMU_GONE', message: /ECONNRESET/ });
  await using closed = await listenOnUnix('wake.sock', (socket) => void socket.resume().end());
  await t.rejects(wake(closed.dir, 'key', 60_000, never), { code: 'QEMU_GONE', message: /port of QEMU is closed/ });
});

t.test('a guest that says nothing, or only noise, is not waited for for ever', async (t) => {
  await using guest = await listenOnUnix('wake.sock', (socket) => void socket.write('noise'));
  await t.rejects(wake(guest.dir, 'key', 50, never), { code: 'GUEST_SILENT' });
});
