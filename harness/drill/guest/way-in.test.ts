import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ExecResult } from '../../machine/machine.js';
import { openWayIn, readLoginOutput, tryWayIn } from './way-in.js';

const never = new AbortController().signal;
const TARGET = { host: '127.0.0.1', port: 2, user: 'root', keyFile: '/nowhere/key' };

/** Puts another ssh first in the path, which writes down its arguments next to itself. */
function fakeSsh(t: Test, script: string): string {
  const dir = t.testdir({ ssh: `#!/bin/sh\nprintf '%s\\n' "$@" >"$(dirname "$0")/args"\n${script}` });
  chmodSync(join(dir, 'ssh'), 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${dir}:${PATH}`;
  t.teardown(() => {
    process.env.PATH = PATH;
  });
  return dir;
}

/** A machine whose commands end so. */
function guest(result: Partial<ExecResult> = {}) {
  const commands: (readonly string[])[] = [];
  const machine = {
    exec: async (command: readonly string[]) => {
      commands.push(command);
      return { stdout: '', stderr: '', exitCode: 0, ...result };
    },
    endpoint: async (port: number) => ({ host: '127.0.0.1', port: port + 10_000 }),
  };
  return { machine, commands };
}

t.test('what a login prints: whatever systemctl said, then what logins cost, then the end', async (t) => {
  const whole =
    'oomdrill: a line of a journal\noomdrill sshd 12\noomdrill sessions 34\noomdrill logind 5\noomdrill done\n';
  t.same(readLoginOutput(whole), { cpuUs: { sshd: 12, sessions: 34, logind: 5 } });
  t.same(readLoginOutput('Unit web.service could not be found.\noomdrill done\n'), {}, 'a unit that is not known');
  t.equal(readLoginOutput('oomdrill sshd 12\noomdrill sessions 34\n'), undefined, 'one that was cut off');
  t.equal(readLoginOutput(''), undefined);
});

t.test('a login is by a connection of its own', async (t) => {
  const dir = fakeSsh(t, 'echo "oomdrill sshd 12"; echo "oomdrill done"');
  t.same(await tryWayIn(TARGET, 'web.service', never), {
    ok: true,
    cpuUs: { sshd: 12, sessions: undefined, logind: undefined },
  });
  const args = readFileSync(join(dir, 'args'), 'utf8').split('\n');
  for (const word of ['ControlMaster=no', 'ControlPath=none', 'BatchMode=yes', 'UserKnownHostsFile=/dev/null', '-a'])
    t.ok(args.includes(word), word);
});

t.test('one that was refused says what ssh said', async (t) => {
  fakeSsh(t, 'echo "root@127.0.0.1: Permission denied (publickey)." >&2; exit 255');
  const found = await tryWayIn(TARGET, 'web.service', never);
  t.same(found, { ok: false, said: 'root@127.0.0.1: Permission denied (publickey).' });
});

t.test('an output that is not whole does not count as a login', async (t) => {
  fakeSsh(t, 'echo "oomdrill sshd 12"');
  t.same(await tryWayIn(TARGET, 'web.service', never), { ok: false, said: undefined });
});

t.test('one that is stuck is killed, and leaves nothing', async (t) => {
  const dir = fakeSsh(t, `trap '' TERM INT; echo $$ >"$(dirname "$0")/pid"; while :; do sleep 1; done`);
  const stop = new AbortController();
  const tried = tryWayIn(TARGET, 'web.service', stop.signal);
  while (!existsSync(join(dir, 'pid'))) await new Promise((resolve) => setTimeout(resolve, 10));
  stop.abort();
  t.match(await tried, { ok: false });
  t.throws(() => process.kill(Number(readFileSync(join(dir, 'pid'), 'utf8')), 0), 'it is gone');
});

t.test('a guest of ours is given a key for root, and is reached at its own port', async (t) => {
  const { machine, commands } = guest();
  const target = await openWayIn(machine, t.testdir({}), never);
  t.match(target, { host: '127.0.0.1', port: 10_022, user: 'root', keyFile: /way-in-key$/ });
  t.match(commands[0]?.at(-1), /^ssh-ed25519 /);
});

t.test('a machine that is not ours is given none', async (t) => {
  const { machine, commands } = guest();
  const ownLogin = { host: 'scratch.example', user: 'me', owner: 'user' } as const;
  t.equal(await openWayIn({ ...machine, ownLogin }, t.testdir({}), never), ownLogin);
  t.same(commands, []);
});

t.test('a guest that takes no key says why', async (t) => {
  const { machine } = guest({ exitCode: 1, stderr: 'Read-only file system' });
  await t.rejects(openWayIn(machine, t.testdir({}), never), { code: 'WAY_IN', message: /key: Read-only file system/ });
});
