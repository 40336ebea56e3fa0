import t from 'tap';
import type { GuestShell } from '../../machine/machine.js';
import { findLacking, requireCapabilities } from './capabilities.js';

/** A guest that lacks these, as its shell says it. */
const guestWithout = (...lacking: string[]): GuestShell & { asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    async exec(command) {
      asked.push(command.join(' '));
      return { exitCode: 0, stdout: lacking.map((name) => `${name}\n`).join(''), stderr: '' };
    },
  } as GuestShell & { asked: string[] };
};

const { signal } = new AbortController();

t.test('what an old suite lacks skips a scenario, with its name', async (t) => {
  const guest = guestWithout('systemd-oomd', 'vmgenid');
  await t.rejects(requireCapabilities(guest, ['cgroup-v2', 'systemd-oomd'], signal), {
    code: 'CAPABILITY_MISSING',
    message: 'The guest has no systemd-oomd.',
  });
  t.same(await findLacking(guest, ['vmgenid', 'psi', 'systemd-oomd'], signal), ['vmgenid', 'systemd-oomd']);
  t.match(guest.asked.at(-1), /ls -d .*vmgenid.* \|\| echo vmgenid; .*pressure.* \|\| echo psi; /);
});

t.test('what a guest lacks and no one asks for skips nothing', async (t) => {
  const guest = guestWithout('systemd-oomd');
  await requireCapabilities(guest, ['cgroup-v2', 'psi'], signal);
  await requireCapabilities(guest, [], signal);
  t.equal(guest.asked.length, 1);
});
