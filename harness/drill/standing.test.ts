import t from 'tap';
import type { GuestShell } from '../machine/machine.js';
import type { PlannedDrill } from './plan.js';
import { findFault, type Standing, standingFromText, standingToText } from './standing.js';

const standing: Standing = {
  serverPid: 412,
  serverCgroup: '/system.slice/web.service',
  cacheBytes: 40_000_000,
  places: new Map(),
};
const plan = {
  serving: { cgroup: '/system.slice/web.service' },
  workload: { name: 'web.service' },
  bundle: { manifest: { serving: { unit: 'web.service', port: 8080 } } },
} as unknown as PlannedDrill;
const { signal } = new AbortController();

/** A guest with a server on port 8080 (0x1F90), but for the changes. */
function guest({
  cgroup = '/system.slice/web.service',
  port = '1F90',
  cached = 40_000_000,
  canary = '7',
} = {}): GuestShell {
  const files: Readonly<Record<string, string>> = {
    '/proc/412/cgroup': cgroup && `0::${cgroup}`,
    '/sys/fs/cgroup/oomdrill.slice/oomdrill-canary.service/cgroup.procs': canary,
    '/sys/fs/cgroup/system.slice/web.service/memory.stat': `anon 1\nfile ${cached}`,
    '/proc/net/tcp': `  sl  local_address\n   0: 0100007F:${port} 00000000:0000 0A 00000000:00000000 00:0 0 0 0 1`,
  };
  return {
    async exec([program, ...words]) {
      t.equal(program, 'grep');
      const lines = words.flatMap((file) => {
        const text = files[file];
        return text ? text.split('\n').map((line) => `${file}:${line}\n`) : [];
      });
      return { stdout: lines.join(''), stderr: '', exitCode: 0 };
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
  t.equal(await fault({ cgroup: '/system.slice/web.service/workers' }), undefined, 'a unit may have groups of its own');
  t.match(await fault({ cgroup: '' }), /main process of web\.service, PID 412, is not there/);
  t.match(
    await fault({ cgroup: '/system.slice/web.service.d' }),
    /PID 412 is in .*, not in the cgroup of web\.service/,
  );
  t.match(await fault({ port: '1F91' }), /does not listen on port 8080/);
  t.match(await fault({ cached: 1_000_000 }), /page cache/);
  t.match(await fault({ canary: '' }), /the canary is not there/);
});
