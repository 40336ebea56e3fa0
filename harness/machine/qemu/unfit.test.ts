import t from 'tap';
import type { GuestShell } from '../machine.js';
import { refuseUnfit } from './unfit.js';

const saying = (stdout: string): GuestShell => ({ exec: async () => ({ stdout, stderr: '', exitCode: 0 }) });
const { signal } = new AbortController();

t.test('a guest without what drills need is refused by name', async (t) => {
  await t.resolves(refuseUnfit(saying(''), 'cloud', signal));
  const none = { code: 'GUEST_NO_CGROUP_V2', message: 'The guest cloud has no cgroup v2 with the memory controller.' };
  await t.rejects(refuseUnfit(saying('cgroup\npsi\n'), 'cloud', signal), none);
  await t.rejects(refuseUnfit(saying('psi\n'), 'cloud', signal), {
    code: 'GUEST_NO_PSI',
    message: /kernel of the guest cloud has no PSI, though/,
  });
});
