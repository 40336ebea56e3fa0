import t from 'tap';
import type { GuestShell } from '../machine/machine.js';
import type { PlannedDrill } from './plan.js';
import { findFault, type Standing, standingFromText, standingToText } from './standing.js';

const standing: Standing = { serverPid: 412, cacheBytes: 40_000_000, places: new Map() };
const plan = {
  serving: { cgroup: '/system.slice/web.service' },
  bundle: { manifest: { serving: { unit: 'web.service', port: 8080 } } },
} as unknown as PlannedDrill;
const { signal } = new AbortController();

/** A guest with a server on port 8080 (0x1F90), but for the changes. */
function guest({
  pid = 412,
  state = 'active',
  port = '1F90',
  cached = 40_000_000,
  canary = 'active',
} = {}): GuestShell {
  const answers: readonly (readonly [string, string])[] = [
    ['oomdrill-canary.service', `MainPID=7\nActiveState=${canary}\n`],
    ['show', `MainPID=${pid}\nNRestarts=0\nActiveState=${state}\nSubState=running\nResult=success\n`],
    ['/proc/net/tcp', `  sl  local_address\n   0: 0100007F:${port} 00000000:0000 0A 00000000:00000000 00:0 0 0 0 1\n`],
    ['/sys/fs/cgroup/system.slice/web.service/memory.stat', `anon 1\nfile ${cached}\n`],
  ];
  return {
    async exec(command) {
      const found = answers.find(([word]) => command.includes(word));
      if (!found) throw new Error(`not asked for: ${command.join(' ')}`);
      return { stdout: found[1], stderr: '', exitCode: 0 };
    },
  };
}

t.test('what stands is written down and read again', async (t) => {
  t.same(standingFromText(standingToText(standing)), standing);
  for (const text of ['', '[]', 'null', '{"places":1}', '{"places":[],"serverPid":"1","cacheBytes":1}'])
    t.equal(standingFromText(text), undefined, text);
});

t.test('a guest from a snapshot is looked at before it is believed', async (t) => {
  const fault = (changes: Parameters<typeof guest>[0]) => findFault(guest(changes), plan, standing, signal);
  t.equal(await fault({}), undefined);
  t.equal(await fault({ cached: 38_000_000 }), undefined, 'the kernel may drop some');
  t.match(await fault({ pid: 413 }), /main PID 413, not 412/);
  t.match(await fault({ state: 'failed' }), /web\.service is failed/);
  t.match(await fault({ port: '1F91' }), /does not listen on port 8080/);
  t.match(await fault({ cached: 1_000_000 }), /page cache/);
  t.match(await fault({ canary: 'inactive' }), /the canary is inactive/);
});
