import { fileURLToPath } from 'node:url';
import t from 'tap';
import { loadBundle } from '../bundle/load.js';
import { findScenarios } from '../campaign/catalogue.js';
import { GIB, MIB } from '../core/bytes.js';
import type { Machine } from '../machine/machine.js';
import { breakBundle } from '../mutate/mutant.js';
import { findMutants } from '../mutate/mutants.js';
import { applyChange, findMetLimit } from './apply-change.js';
import { findChange } from './change.js';
import { planDrill } from './plan.js';
import type { Standing, StandingServer } from './standing.js';
import { watchdogNamed } from './watchdogs.js';

const devvm = await loadBundle(fileURLToPath(new URL('../../fixtures/bundles/devvm/', import.meta.url)));
const options = { scale: '8', room: { availableBytes: 40 * GIB }, watchdog: watchdogNamed('heartbeat-20s') };
const CGROUP = '/system.slice/system-t3\\x2dserve.slice/t3-serve@alice.service';
const server: StandingServer = { serverPid: 412, serverCgroup: CGROUP };
const standing: Standing = { ...server, cacheBytes: 0, places: new Map() };

/** A guest in which limits of the server are as given, and what its cgroups had at most. */
interface FakeGuest {
  readonly max?: number;
  readonly oomGroup?: number;
  readonly peak?: number;
  readonly dockerRuns?: boolean;
}

/** Changes the guest of the unbroken bundle for a mutant's. Gives what is to be started, and all commands. */
async function change(name: string, { max = 2 * GIB, oomGroup = 0, peak = 100 * MIB, dockerRuns }: FakeGuest = {}) {
  const [scenario] = await findScenarios(['runaway-past-max']);
  const [mutant] = findMutants([name]);
  const bundle = mutant && breakBundle(devvm, mutant).bundle;
  if (!scenario || !bundle) throw new Error(`${name} is not there`);
  const from = planDrill(scenario, devvm, options);
  const plan = { ...planDrill(scenario, bundle, options), changedFrom: from };
  const found = findChange(from, plan);
  if (!found) throw new Error(`${name} does not become another bundle`);
  const commands: string[] = [];
  const answers: readonly [RegExp, string][] = [
    [
      /^systemctl list-units/,
      'docker.slice loaded active active All containers\nuser-1001.slice loaded active active User\n',
    ],
    [
      /^systemctl show/,
      `MemoryHigh=infinity\nMemoryMax=${max}\nMemorySwapMax=0\nOOMPolicy=${oomGroup ? 'kill' : 'continue'}\nControlGroup=${CGROUP}\n`,
    ],
    [/grep "" memory\.high/, `memory.high:max\nmemory.max:${max}\nmemory.swap.max:0\nmemory.oom.group:${oomGroup}\n`],
    [/^grep --recursive/, `/sys/fs/cgroup${CGROUP}/memory.peak:${peak}\n/sys/fs/cgroup${CGROUP}/memory.max:${max}\n`],
  ];
  const machine = {
    async exec(command: readonly string[]) {
      const line = command.join(' ');
      commands.push(line);
      const stdout = answers.find(([pattern]) => pattern.test(line))?.[1] ?? '';
      return { stdout, stderr: '', exitCode: line.includes('is-active') && !dockerRuns ? 3 : 0 };
    },
  } as unknown as Machine;
  const run = { workDir: t.testdir({}), signal: new AbortController().signal };
  const startingPoint = await applyChange(machine, plan, { change: found, standing }, run);
  return {
    startingPoint,
    commands: commands.filter((line) => /^systemctl (?:stop|daemon-reload)|^rm |set-property/.test(line)),
  };
}

t.test('limits alone are applied to what runs', async (t) => {
  const { startingPoint, commands } = await change('unit-max-halved', { max: GIB });
  t.same(startingPoint, { places: new Map(), server, sidecars: [], isUnverified: true });
  t.equal(commands[0], 'systemctl daemon-reload');
  t.match(commands[1], / t3-serve@alice\.service MemoryMax=1G t3-serve@bob\.service MemoryMax=1G$/);
  t.equal(commands.length, 2);
  const removed = await change('docker-slice-removed');
  t.equal(removed.commands[0], 'rm --force /etc/systemd/system/docker.slice');
  t.match(removed.commands[2], / sh docker\.slice MemoryMax=infinity$/, 'and no other slice');
  const policy = await change('unit-oom-group', { oomGroup: 1 });
  t.match(policy.commands[1], /t3-serve@alice\.service MemoryMax=2G/, 'what becomes of it after an OOM kill, too');
});

t.test('what reads its settings at its start is started anew', async (t) => {
  const score = await change('unit-shielded-from-the-oom-killer');
  t.match(score.startingPoint, { server: undefined, sidecars: ['t3-serve@bob.service'] });
  t.equal(
    score.commands[0],
    'systemctl stop t3-serve@alice.service t3-serve@bob.service',
    'before its files are changed',
  );
  const killer = await change('earlyoom-dry-run');
  t.match(killer.startingPoint, { server, sidecars: ['earlyoom.service'] });
  const off = await change('earlyoom-off');
  t.match(off.startingPoint, { server, sidecars: [] });
  t.match(off.commands, ['systemctl stop earlyoom.service']);
  t.match((await change('panes-oom-group')).startingPoint, { server, places: undefined });
});

t.test('a guest that would be another one is refused', async (t) => {
  const refuse = (name: string, guest: FakeGuest, message: RegExp) =>
    t.rejects(change(name, guest), { code: 'CHANGE', message });
  await refuse(
    'unit-max-halved',
    { max: 2 * GIB },
    /devvm\+unit-max-halved: systemd MemoryMax of t3.* is 2147483648, not 1G/,
  );
  await refuse('unit-oom-group', { oomGroup: 0 }, /OOMPolicy of .* is continue, not kill/);
  await refuse('unit-max-halved', { max: GIB, peak: GIB }, /has had 1G, and may have 1G/);
  await refuse('docker-driver-cgroupfs', { dockerRuns: true }, /docker\.service runs/);
  await change('docker-driver-cgroupfs');
});

t.test('no cgroup may have met a limit', async (t) => {
  const find = (...lines: string[]) => findMetLimit(lines.map((line) => `/sys/fs/cgroup/${line}`).join('\n'));
  t.equal(find(), undefined);
  t.equal(find('a.slice/memory.peak:7', 'a.slice/memory.high:8', 'a.slice/memory.max:max'), undefined);
  t.equal(find('a.slice/memory.events:max 0', 'a.slice/memory.events:oom_kill 0'), undefined);
  t.match(find('a.slice/memory.events:max 3'), /^\/a\.slice met its limit 3 times \(max\)$/);
  t.match(find('a.slice/memory.events:high 1'), /high/);
  t.match(find('a:b/memory.peak:8', 'a:b/memory.high:8'), /^\/a:b has had 8 bytes|^\/a:b has had 8/);
  t.match(find('a.slice/memory.max:8'), /not known how much memory \/a\.slice has had/, 'a kernel without memory.peak');
});
