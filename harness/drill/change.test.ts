import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { findScenarios } from '../campaign/catalogue.js';
import { GIB } from '../core/bytes.js';
import { breakBundle } from '../mutate/mutant.js';
import { MUTANTS } from '../mutate/mutants.js';
import { type Change, findChange } from './change.js';
import { planDrill } from './plan.js';
import { watchdogNamed } from './watchdogs.js';

const devvm = await loadBundle(fileURLToPath(new URL('../../fixtures/bundles/devvm/', import.meta.url)));
const redis = await loadBundle(fileURLToPath(new URL('../../fixtures/bundles/docker-redis/', import.meta.url)));
const options = { scale: '8', room: { availableBytes: 40 * GIB }, watchdog: watchdogNamed('heartbeat-20s') };

/** What becomes of a guest of the one bundle for a drill of the other. */
async function changeTo(bundle: Bundle, from = devvm, name = 'runaway-past-max'): Promise<Change | undefined> {
  const [scenario] = await findScenarios([name]);
  if (!scenario) throw new Error(`${name} is not there`);
  return findChange(planDrill(scenario, from, options), planDrill(scenario, bundle, options));
}

/** In few words. */
function describe(change: Change | undefined): string {
  if (!change) return 'as from the boot';
  const { restarted, stopped, isOfPlaces, mustNotRun } = change;
  const parts = [...restarted.map((unit) => `start ${unit}`), ...stopped.map((unit) => `stop ${unit}`)];
  if (isOfPlaces) parts.push('places');
  if (mustNotRun) parts.push(`not ${mustNotRun}`);
  return parts.join(', ') || 'limits';
}

const withFile = (path: string, text: string, from = devvm): Bundle => ({
  ...from,
  files: [...from.files.filter((file) => file.path !== path), { path, text }],
});
const UNIT = 'etc/systemd/system/t3-serve@.service';
const unitText = devvm.files.find(({ path }) => path === UNIT)?.text ?? '';
const BOTH = 'start t3-serve@alice.service, start t3-serve@bob.service';

t.test('what a mutant starts anew', async (t) => {
  const found: Record<string, string> = {};
  for (const mutant of MUTANTS) {
    const { bundle } = breakBundle(devvm, mutant);
    if (bundle) found[mutant.name] = describe(await changeTo(bundle, devvm, mutant.noticedBy[0]));
  }
  const others = Object.fromEntries(Object.entries(found).filter(([, what]) => what !== 'limits'));
  t.same(others, {
    'unit-swap-allowed': 'as from the boot',
    'users-swap-allowed': 'as from the boot',
    'docker-swap-allowed': 'as from the boot',
    'unit-shielded-from-the-oom-killer': BOTH,
    'unit-in-a-smaller-slice': BOTH,
    'panes-drop-in-removed': 'places',
    'panes-drop-in-of-the-wrong-manager': 'places',
    'panes-oom-policy-dropped': 'places',
    'panes-oom-group': 'places',
    'panes-max-dropped': 'places',
    'panes-high-at-75': 'places',
    'docker-cgroup-parent-dropped': 'places, not docker.service',
    'docker-cgroup-parent-elsewhere': 'places, not docker.service',
    'docker-driver-cgroupfs': 'places, not docker.service',
    'earlyoom-off': 'stop earlyoom.service',
    'earlyoom-dry-run': 'start earlyoom.service',
    'earlyoom-too-late': 'start earlyoom.service',
    'earlyoom-prefers-the-server': 'start earlyoom.service',
    'earlyoom-avoids-the-hogs': 'start earlyoom.service',
  });
  t.equal(Object.keys(found).length, 39);
});

t.test('files that are new, other ones, and no more', async (t) => {
  const files = devvm.files.filter(({ path }) => path !== 'etc/systemd/system/docker.slice');
  const change = await changeTo(withFile(UNIT, unitText.replace('MemoryMax=16G', 'MemoryMax=8G'), { ...devvm, files }));
  t.match(change, { written: [{ path: UNIT, text: /MemoryMax=1073741824|MemoryMax=1G/ }] });
  t.same(change?.removed, ['etc/systemd/system/docker.slice']);
  t.match(await changeTo(devvm), { written: [], removed: [], restarted: [], stopped: [] });
});

t.test('what a service reads at its start alone has it started anew', async (t) => {
  const cases: readonly [string, string, string][] = [
    [UNIT, unitText.replace('RestartSec=5', 'RestartSec=6'), BOTH],
    [UNIT, unitText.replace('MemoryMax=16G', 'MemoryMax=16G\nCPUQuota=50%'), BOTH],
    [UNIT, `# A remark.\n${unitText.replace('MemoryMax=16G', 'MemoryMax=8G')}`, 'limits'],
    ['etc/systemd/system/t3-serve@bob.service.d/x.conf', '[Service]\nNice=5\n', 'start t3-serve@bob.service'],
    ['etc/systemd/system/t3-serve@bob.service.d/x.conf', '[Service]\nMemoryMax=1G\n', 'limits'],
    // An empty one takes the place of another of its name.
    ['etc/systemd/system/t3-serve@bob.service.d/x.conf', '', 'start t3-serve@bob.service'],
    ['etc/t3-serve/bob.env', 'T3_PORT=3774\nDEBUG=1\n', 'start t3-serve@bob.service'],
    ['etc/systemd/system/docker.slice', '[Slice]\nMemoryMax=1G\n', 'limits'],
    ['etc/systemd/system/docker.slice', '[Slice]\nMemoryMax=1G\nCPUWeight=10\n', 'as from the boot'],
  ];
  for (const [path, text, wanted] of cases) t.equal(describe(await changeTo(withFile(path, text))), wanted, text);
});

t.test('a guest that would be another one, or whose readers are not known, is not changed', async (t) => {
  const { manifest } = devvm;
  const withManifest = (changes: object): Bundle => ({ ...devvm, manifest: { ...manifest, ...changes } });
  const cases: readonly [string, Bundle][] = [
    ['other memory', withManifest({ host: { ...manifest.host, memory: '32G' } })],
    ['swap', withManifest({ host: { ...manifest.host, swap: '4G' } })],
    ['packages', withManifest({ packages: ['nginx'] })],
    ['another port', withManifest({ serving: { ...manifest.serving, port: 3775 } })],
    ['a sidecar asked in another way', withManifest({ sidecars: [{ unit: 'earlyoom.service', port: 1, path: '/' }] })],
    ['a file that anything may read', withFile('etc/sysctl.d/x.conf', 'vm.overcommit_memory=2\n')],
    [
      'a unit that something may need',
      withFile('etc/systemd/system/redis.service', '[Service]\nExecStart=/bin/true\n'),
    ],
    ['a drop-in of every service', withFile('etc/systemd/system/service.d/x.conf', '[Service]\nNice=5\n')],
    ['settings of the manager', withFile('etc/systemd/system.conf.d/x.conf', '[Manager]\nDefaultOOMPolicy=kill\n')],
    ['a tree that is brought along', { ...devvm, root: { dir: '/srv/tree', paths: [] } }],
  ];
  for (const [what, bundle] of cases) t.equal(describe(await changeTo(bundle)), 'as from the boot', what);
  const sliced = withFile('etc/systemd/system/docker.slice', '[Slice]\nMemoryMax=1G\n', redis);
  t.equal(describe(await changeTo(sliced, redis)), 'as from the boot', 'a container that serves');
});
