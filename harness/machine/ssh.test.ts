import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { makeKey, Ssh } from './ssh.js';

/**
 * Does something with a client that is connected through a master: that holds the client's standard streams (ssh_config(5),
 * ControlMaster), and lets go of them only when the guest answers, which this one never does.
 */
async function withStuckSsh(t: Test, work: (ssh: Ssh) => Promise<unknown>): Promise<void> {
  const script = `#!/bin/sh
# As the client of a master does.
trap 'exit 255' TERM
echo begun
sleep 600 &
echo $! >"$(dirname "$0")/master"
wait
`;
  const dir = t.testdir({ ssh: script });
  chmodSync(join(dir, 'ssh'), 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${dir}:${PATH}`;
  try {
    await work(new Ssh({ host: '127.0.0.1', port: 1, user: 'root' }, dir));
  } finally {
    process.env.PATH = PATH;
    if (existsSync(masterIn(dir))) process.kill(Number(readFileSync(masterIn(dir), 'utf8')), 'SIGKILL');
  }
}

const masterIn = (dir: string): string => join(dir, 'master');

t.test('a command ends at its deadline, also when the guest stands still', async (t) => {
  await withStuckSsh(t, (ssh) =>
    t.rejects(ssh.exec(['true'], { reason: 'the test', timeoutMs: 2_000 }), { code: 'EXEC_TIMEOUT' }),
  );
});

t.test('a command ends when it is broken off, also when the guest stands still', async (t) => {
  const stop = new AbortController();
  await withStuckSsh(t, (ssh) => {
    const running = ssh.exec(['true'], { reason: 'the test', signal: stop.signal });
    setTimeout(() => stop.abort(new Error('interrupted')), 1_000);
    return t.rejects(running, { message: 'interrupted' });
  });
});

t.test('a key is made anew where there is one, and no question waits for an answer', async (t) => {
  const file = join(t.testdir({}), 'key');
  const first = await makeKey(file);
  t.match(first, /^ssh-ed25519 /);
  t.not(await makeKey(file), first);
});
