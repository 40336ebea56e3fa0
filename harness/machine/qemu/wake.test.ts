import t from 'tap';
import { fakeGuestAgent } from '../../testing/fake-guest-agent.js';
import { GuestAgent } from './guest-agent.js';
import { wake } from './wake.js';

const never = new AbortController().signal;

t.test('a guest that answers gets the time and the key', async (t) => {
  const before = Date.now() / 1000;
  await using guest = await fakeGuestAgent();
  const agent = await GuestAgent.connect(guest.dir, never);
  await wake(agent, 'ssh-ed25519 AAAA', 10_000, never);
  const [[program, option, time] = []] = guest.started;
  t.same([program, option], ['date', '--set']);
  const set = Number(time?.slice(1));
  t.ok(set > before - 0.01 && set < Date.now() / 1000 + 0.01, `${time}`);
  t.same([...guest.written], [['/run/oomdrill/authorized_keys', 'ssh-ed25519 AAAA\n']]);
  agent.close();
});

t.test('a clock that cannot be set is an error in the words of date(1)', async (t) => {
  await using guest = await fakeGuestAgent(() => ({ exitcode: 1, stderr: 'date: cannot set date: no\n' }));
  const agent = await GuestAgent.connect(guest.dir, never);
  await t.rejects(wake(agent, 'key', 10_000, never), { code: 'GUEST_WAKE', message: /cannot set date: no/ });
  agent.close();
});

t.test('a guest that says nothing is not waited for for ever', async (t) => {
  await using guest = await fakeGuestAgent('silent');
  const agent = await GuestAgent.connect(guest.dir, never);
  await t.rejects(wake(agent, 'key', 50, never), {
    code: 'GUEST_SILENT',
    message: /the guest agent to answer guest-ping/,
  });
  agent.close();
});

t.test('a QEMU that is killed meanwhile is an error at once, and no unhandled event', async (t) => {
  await using guest = await fakeGuestAgent('gone');
  const agent = await GuestAgent.connect(guest.dir, never);
  await t.rejects(wake(agent, 'key', 60_000, never), {
    code: 'QEMU_GONE',
    message: /guest agent's port of QEMU is closed/,
  });
});
