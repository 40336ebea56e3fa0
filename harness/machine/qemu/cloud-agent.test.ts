import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { assets } from '../../core/assets.js';
import { GuestAgent } from './guest-agent.js';

const never = new AbortController().signal;

/** A socket as QEMU's, with a terminal at its other end in place of the guest's virtio port; says its name. */
const PORT = `
import os, pty, select, socket, sys, tty
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
master, slave = pty.openpty()
tty.setraw(slave)
print(os.ttyname(slave), flush=True)
peer, _ = server.accept()
while True:
    for end in select.select([peer, master], [], [])[0]:
        data = os.read(end.fileno() if end is peer else master, 4096)
        if not data: sys.exit()
        if end is peer: os.write(master, data)
        else: peer.sendall(data)
`;

t.test('the agent of images that have none answers as the real one does', async (t) => {
  // A socket's path is short (unix(7)).
  const dir = await mkdtemp(join(tmpdir(), 'oomdrill-agent-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  const port = execa('python3', ['-c', PORT, join(dir, 'agent.sock')], { reject: false });
  const [line] = await once(port.stdout, 'data');
  const guest = execa('python3', [assets.guestSource('cloud', 'agent.py'), String(line).trim()], { reject: false });
  t.teardown(() => {
    port.kill('SIGKILL');
    guest.kill('SIGKILL');
  });
  const agent = await GuestAgent.connect(dir, never);
  await agent.answer(10_000, never);
  const exec = (command: readonly string[], input?: string) => agent.exec(command, { reason: 'a test', input });
  t.same(await exec(['sh', '-c', 'wc -c; echo größer >&2; exit 3'], 'abc'), {
    stdout: '3\n',
    stderr: 'größer\n',
    exitCode: 3,
  });
  t.match(await exec(['sh', '-c', 'kill -9 $$']), { exitCode: 137 });
  t.match(await exec(['nonsense']), { exitCode: 127 });
  t.match(await exec(['sh', '-c', 'echo "$HOME $0"', 'a b']), { stdout: '/root a b\n' });
  const long = await exec(['sh', '-c', 'head -c 1000000 /dev/zero']);
  t.equal(long.stdout.length, 1_000_000);
  const [slow, quick] = await Promise.all([exec(['sh', '-c', 'sleep 0.3; echo slow']), exec(['echo', 'quick'])]);
  t.same([slow.stdout, quick.stdout], ['slow\n', 'quick\n'], 'two at once');
  await agent.write(join(dir, 'key'), 'ssh-ed25519 AAAA\n', never);
  t.equal(await readFile(join(dir, 'key'), 'utf8'), 'ssh-ed25519 AAAA\n');
  agent.close();
});
