import t from 'tap';
import { fakeGuestAgent } from '../../testing/fake-guest-agent.js';
import { GuestAgent } from './guest-agent.js';

const never = new AbortController().signal;
const options = { reason: 'a test' };

t.test('a command is started with its words and its input, and gives its status and what it said', async (t) => {
  await using guest = await fakeGuestAgent(([program], input) =>
    program === 'killed'
      ? { signal: 9 }
      : { exitcode: 3, stdout: `read ${input}`, stderr: 'größer\n', after: program === 'slow' ? 3 : 0 },
  );
  const agent = await GuestAgent.connect(guest.dir, never);
  const said = { exitCode: 3, stdout: 'read a\nb', stderr: 'größer\n' };
  t.same(await agent.exec(['wc', '-c', ''], { ...options, input: 'a\nb' }), said);
  const both = await Promise.all([
    agent.exec(['slow'], { ...options, input: Buffer.from('1') }),
    agent.exec(['killed'], options),
  ]);
  t.same(
    both,
    [
      { ...said, stdout: 'read 1' },
      { exitCode: 137, stdout: '', stderr: '' },
    ],
    'two at once',
  );
  t.same(guest.started, [['wc', '-c', ''], ['slow'], ['killed']]);
  agent.close();
});

t.test('a program that is not there has the status that a shell gives', async (t) => {
  const words =
    'Guest agent command failed, error was "Failed to execute child process “nonsense” (No such file or directory)"';
  await using guest = await fakeGuestAgent(() => words);
  const agent = await GuestAgent.connect(guest.dir, never);
  t.match(await agent.exec(['nonsense'], options), { exitCode: 127, stderr: /No such file/ });
  agent.close();
});

t.test('what the agent refuses for another reason is an error', async (t) => {
  await using guest = await fakeGuestAgent(() => 'Command guest-exec has been disabled');
  const agent = await GuestAgent.connect(guest.dir, never);
  await t.rejects(agent.exec(['true'], options), { code: 'GUEST_AGENT', message: /agent refused: .*disabled/ });
  agent.close();
});

t.test('output of which a part is missing is an error, and never taken for all of it', async (t) => {
  await using guest = await fakeGuestAgent(() => ({ stdout: 'half', isCut: true }));
  const agent = await GuestAgent.connect(guest.dir, never);
  await t.rejects(agent.exec(['journalctl'], options), {
    code: 'EXEC_OUTPUT',
    message: /More than 16 MiB .* during a test/,
  });
  agent.close();
});

t.test('a command that does not end is given up, by its deadline or by a signal', async (t) => {
  await using guest = await fakeGuestAgent(() => ({ after: Number.POSITIVE_INFINITY }));
  const agent = await GuestAgent.connect(guest.dir, never);
  await t.rejects(agent.exec(['sleep'], { ...options, timeoutMs: 40 }), {
    code: 'EXEC_TIMEOUT',
    message: 'Gave up waiting for a test after 0.04 s.',
  });
  const signal = AbortSignal.timeout(40);
  await t.rejects(agent.exec(['sleep'], { ...options, signal }), { name: 'TimeoutError' });
  agent.close();
});

t.test('a guest that goes away, or stands still, ends each command', async (t) => {
  await using gone = await fakeGuestAgent('gone');
  const left = await GuestAgent.connect(gone.dir, never);
  await t.rejects(left.exec(['true'], options), { code: 'QEMU_GONE' });
  await using silent = await fakeGuestAgent('silent');
  const still = await GuestAgent.connect(silent.dir, never);
  await t.rejects(still.exec(['true'], { ...options, timeoutMs: 40 }), { code: 'EXEC_TIMEOUT' });
  still.close();
});
