import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import type { Bundle } from '../bundle/bundle.js';
import { checkBundle } from '../bundle/check.js';
import { loadBundle } from '../bundle/load.js';
import { resolveServingUnit, resolveSlice, resolveUserScope } from '../bundle/serving.js';
import { loadScenarios } from '../campaign/catalogue.js';
import { renderBytes } from '../core/bytes.js';
import { breakBundle, type Mutant } from './mutant.js';
import { findMutants, MUTANTS } from './mutants.js';

const bundleNamed = (name: string) =>
  loadBundle(fileURLToPath(new URL(`../../fixtures/bundles/${name}/`, import.meta.url)));

/** The settings of a bundle that are in effect for systemd, the Docker daemon and the host. */
function effective(bundle: Bundle): Record<string, unknown> {
  const { limits, oomPolicy, oomScoreAdjust, cgroup } = resolveServingUnit(bundle);
  const daemon = JSON.parse(bundle.files.find(({ path }) => path === 'etc/docker/daemon.json')?.text ?? '{}');
  const named = (layer: string, { high, max, swapMax }: { high: number; max: number; swapMax: number }) => ({
    [`${layer} high`]: renderBytes(high),
    [`${layer} max`]: renderBytes(max),
    [`${layer} swap`]: renderBytes(swapMax),
  });
  return {
    ...named('unit', limits),
    policy: oomPolicy,
    score: oomScoreAdjust,
    cgroup,
    ...named('sessions', resolveSlice(bundle, 'system-t3\\x2dserve.slice').limits),
    ...named('users', resolveSlice(bundle, 'user-1001.slice').limits),
    ...named('root', resolveSlice(bundle, 'user-0.slice').limits),
    ...named('pane', resolveUserScope(bundle, 'tmux-spawn-7.scope').limits),
    'pane policy': resolveUserScope(bundle, 'tmux-spawn-7.scope').oomPolicy,
    earlyoom: bundle.files.find(({ path }) => path === 'etc/default/earlyoom')?.text,
    sidecars: bundle.manifest.sidecars?.map(({ unit }) => unit).join(),
    ...named('docker', resolveSlice(bundle, 'docker.slice').limits),
    parent: daemon['cgroup-parent'],
    options: daemon['exec-opts']?.join(),
    'host swap': bundle.manifest.host.swap,
  };
}

/** The settings that differ, with their new values. */
function changesOf(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => value !== before[key]));
}

const IN_SLICE = '/limited.slice/docker-cache.scope';

const isOfContainer = ({ name }: Mutant): boolean => name.startsWith('container-');

/** Those that apply to the devvm, whose server is a unit. */
const DEVVM_MUTANTS = MUTANTS.filter((mutant) => !isOfContainer(mutant));

/** For each mutant, all the settings that it changes in the devvm bundle. */
const CHANGES: Readonly<Record<string, Record<string, unknown>>> = {
  'unit-oom-policy-dropped': { policy: 'stop' },
  'unit-oom-group': { policy: 'kill' },
  'unit-high-at-75': { 'unit high': '12G' },
  'unit-high-just-below-max': { 'unit high': '15938352K' },
  'unit-parent-slice-high': { 'sessions high': '12G' },
  'unit-max-dropped': { 'unit max': 'infinity' },
  'unit-max-above-ram': { 'unit max': '30G' },
  'unit-max-at-the-brim-of-ram': { 'unit max': '24914164K' },
  'unit-max-halved': { 'unit max': '8G' },
  'unit-swap-allowed': { 'unit swap': 'infinity', 'host swap': '24G' },
  'unit-shielded-from-the-oom-killer': { score: -1000 },
  'unit-overridden-by-a-later-drop-in': { 'unit max': 'infinity' },
  'unit-limits-of-another-instance': { 'unit max': 'infinity', 'unit swap': 'infinity' },
  'unit-in-a-smaller-slice': { cgroup: '/docker.slice/t3-serve@alice.service' },
  'users-drop-in-removed': uncapped('users', 'root'),
  'users-drop-in-of-one-user': uncapped('users'),
  'users-max-above-ram': { 'users max': '30G', 'root max': '30G' },
  'users-high-at-75': { 'users high': '12G', 'root high': '12G' },
  'users-swap-allowed': { 'users swap': 'infinity', 'root swap': 'infinity', 'host swap': '24G' },
  'users-overridden-by-a-later-drop-in': { 'users max': 'infinity', 'root max': 'infinity' },
  'slices-uncapped-by-slice-d': { 'users max': 'infinity', 'root max': 'infinity', 'docker max': 'infinity' },
  'panes-drop-in-removed': { ...uncapped('pane'), 'pane policy': 'stop' },
  'panes-drop-in-of-the-wrong-manager': { ...uncapped('pane'), 'pane policy': 'stop' },
  'panes-oom-policy-dropped': { 'pane policy': 'stop' },
  'panes-oom-group': { 'pane policy': 'kill' },
  'panes-max-dropped': { 'pane max': 'infinity' },
  'panes-high-at-75': { 'pane high': '4608M' },
  'docker-slice-removed': uncapped('docker'),
  'docker-max-above-ram': { 'docker max': '30G' },
  'docker-high-at-75': { 'docker high': '6G' },
  'docker-swap-allowed': { 'docker swap': 'infinity', 'host swap': '24G' },
  'docker-cgroup-parent-dropped': { parent: undefined },
  'docker-cgroup-parent-elsewhere': { parent: 'containers.slice' },
  'docker-driver-cgroupfs': { options: 'native.cgroupdriver=cgroupfs' },
  'earlyoom-off': { sidecars: 't3-serve@bob.service' },
  'earlyoom-dry-run': earlyoom('--dryrun'),
  'earlyoom-too-late': earlyoom('-m 1,1'),
  'earlyoom-prefers-the-server': earlyoom('--prefer ^(MainThread|node|t3)$'),
  'earlyoom-avoids-the-hogs': earlyoom('--avoid ^(sshd|systemd|dockerd|containerd|tmux|cc1plus|rustc)'),
};

/** For each mutant of a container's own settings, all that it changes in the bundle docker-redis. */
const CONTAINER_CHANGES: Readonly<Record<string, Record<string, unknown>>> = {
  'container-memory-dropped': uncapped('unit'),
  'container-memory-above-ram': { 'unit max': '10G' },
  'container-memory-at-the-brim-of-ram': { 'unit max': '8304720K' },
  'container-memory-halved': { 'unit max': '2G' },
  'container-memory-swap-dropped': { 'unit swap': '4G', 'host swap': '8G' },
  'container-memory-swap-without-limit': { 'unit swap': 'infinity', 'host swap': '8G' },
  'container-high-in-a-drop-in': { 'unit high': '3G' },
  'container-parent-slice-high': { cgroup: IN_SLICE, 'limited high': '3G' },
  'container-in-a-smaller-slice': { cgroup: IN_SLICE, 'limited max': '2G' },
  'container-limit-on-the-daemon': { ...uncapped('unit'), 'daemon max': '4G' },
  'container-reservation-in-place-of-the-limit': { ...uncapped('unit'), reservation: '4G' },
  'container-shielded-from-the-oom-killer': { score: -1000 },
  'container-restart-dropped': { restart: undefined },
};

/** Those of a container, and of what it is in. */
function effectiveOfContainer(bundle: Bundle): Record<string, unknown> {
  const { container } = bundle.manifest.serving;
  const { high, max } = resolveSlice(bundle, 'limited.slice').limits;
  const daemon = bundle.files.find(({ path }) => path.includes('/docker.service.d/'))?.text;
  return {
    ...effective(bundle),
    'limited high': renderBytes(high),
    'limited max': renderBytes(max),
    'daemon max': /MemoryMax=(.*)/.exec(daemon ?? '')?.[1],
    reservation: container?.memoryReservation,
    restart: container?.restart,
  };
}

function earlyoom(more: string): Record<string, unknown> {
  const own = "-r 3600 -m 5,3 -s 100,100 --avoid '^(sshd|systemd|dockerd|containerd|t3-dispatch|tmux)'";
  return { earlyoom: `EARLYOOM_ARGS="${own} ${more}"\n` };
}

function uncapped(...layers: string[]): Record<string, unknown> {
  return Object.fromEntries(
    layers.flatMap((layer) => [
      [`${layer} max`, 'infinity'],
      [`${layer} swap`, 'infinity'],
    ]),
  );
}

t.test('each mutant breaks one place, and does not change the original', async (t) => {
  const devvm = await bundleNamed('devvm');
  const original = structuredClone(devvm);
  t.same(
    Object.keys(CHANGES),
    DEVVM_MUTANTS.map(({ name }) => name),
    'every mutant is tested',
  );
  for (const mutant of DEVVM_MUTANTS) {
    const { bundle } = breakBundle(devvm, mutant);
    if (!bundle) throw new Error(`${mutant.name} does not apply`);
    t.same(changesOf(effective(devvm), effective(bundle)), CHANGES[mutant.name], mutant.name);
    t.equal(bundle.name, `devvm+${mutant.name}`);
    t.doesNotThrow(() => checkBundle(bundle));
    const again = breakBundle(bundle, mutant).bundle;
    t.ok(!again || mutant.name === 'unit-max-halved', 'a broken bundle is not broken again');
  }
  t.same(devvm, original);
});

t.test("each mutant of a container's settings breaks one place, and only a container's", async (t) => {
  const docker = await bundleNamed('docker-redis');
  const original = structuredClone(docker);
  const made = MUTANTS.map((mutant) => breakBundle(docker, mutant)).filter(({ bundle }) => bundle !== undefined);
  t.same(
    made.map(({ mutant }) => mutant.name),
    Object.keys(CONTAINER_CHANGES),
    'no mutant of a unit applies',
  );
  for (const { mutant, bundle } of made) {
    if (!bundle) continue;
    const changes = changesOf(effectiveOfContainer(docker), effectiveOfContainer(bundle));
    t.same(changes, CONTAINER_CHANGES[mutant.name], mutant.name);
    t.doesNotThrow(() => checkBundle(bundle), mutant.name);
    const again = breakBundle(bundle, mutant).bundle;
    t.ok(!again || mutant.name === 'container-memory-halved', 'a broken bundle is not broken again');
  }
  t.same(docker, original);
  const devvm = await bundleNamed('devvm');
  for (const mutant of MUTANTS.filter(isOfContainer)) t.equal(mutant.apply(devvm), undefined, mutant.name);
  t.same(
    MUTANTS.filter((mutant) => breakBundle(docker, mutant).notMade),
    [],
  );
});

/** Ways in which a file of units can end, none of which changes what it says. */
const ENDS: Readonly<Record<string, (text: string) => string>> = {
  'without a line break': (text) => text.trimEnd(),
  'in a backslash': (text) => `${text.trimEnd()} \\`,
  'in a backslash and a line break': (text) => `${text.trimEnd()} \\\n`,
  'in a comment without a line break': (text) => `${text}# end`,
  'in a comment in a continuation': (text) => `${text.trimEnd()} \\\n# end`,
  'with line breaks of another system': (text) => text.replaceAll('\n', '\r\n'),
};

t.test('each mutant is in effect, whatever the unit files end in', async (t) => {
  const devvm = await bundleNamed('devvm');
  const isOfUnit = (path: string) => /\/systemd\/(?:system|user)\//.test(path);
  for (const [end, change] of Object.entries(ENDS)) {
    const files = devvm.files.map((file) => (isOfUnit(file.path) ? { ...file, text: change(file.text) } : file));
    const odd = { ...devvm, files };
    t.same(effective(odd), effective(devvm), `the bundle says the same ${end}`);
    for (const mutant of DEVVM_MUTANTS) {
      const { bundle } = breakBundle(odd, mutant);
      if (!bundle) throw new Error(`${mutant.name} does not apply`);
      const changes = changesOf(effective(odd), effective(bundle));
      if (!isDeepStrictEqual(changes, CHANGES[mutant.name]))
        t.same(changes, CHANGES[mutant.name], `${mutant.name} ${end}`);
    }
  }
});

t.test('a mutant whose change would not be in effect is not made, and says why', async (t) => {
  const devvm = await bundleNamed('devvm');
  const made = (name: string, path: string, text: string) => {
    const [mutant] = findMutants([name]);
    if (!mutant) throw new Error(`there is no ${name}`);
    const others = devvm.files.filter((file) => file.path !== path);
    return breakBundle({ ...devvm, files: [...others, { path, text }] }, mutant);
  };
  const dir = 'etc/systemd/system';
  const last = made('users-overridden-by-a-later-drop-in', `${dir}/user-.slice.d/zzz.conf`, '[Slice]\nMemoryMax=2G\n');
  t.equal(last.bundle, undefined);
  t.equal(
    last.notMade,
    `user-1000.slice could not be changed so that systemd reads MemoryMax=infinity: it would read MemoryMax=2G of ${dir}/user-.slice.d/zzz.conf:2.`,
  );
  const twice = 'EARLYOOM_ARGS="-m 5"\nEARLYOOM_ARGS="-m 4"\n';
  const arguments_ = made('earlyoom-dry-run', 'etc/default/earlyoom', twice);
  t.match(arguments_, { bundle: undefined, notMade: /EARLYOOM_ARGS="\.\.\. --dryrun": it would read .*"-m 4"/ });
  const slice = `${dir}/system-t3\\x2dserve.slice.d/60.conf`;
  const above = made('unit-parent-slice-high', slice, '[Slice]\nMemoryHigh=20G\n');
  t.match(above, { bundle: undefined, notMade: /MemoryHigh=12G: it would read MemoryHigh=20G/ });
});

t.test('mutants do not apply to a bundle without such settings', async (t) => {
  const bare = await bundleNamed('devvm-2026-06-10');
  const applicable = MUTANTS.filter((mutant) => mutant.apply(bare)).map(({ name }) => name);
  t.ok(
    applicable.every((name) => name.startsWith('unit-')),
    'neither slices nor containers',
  );
  t.notOk(applicable.includes('unit-oom-policy-dropped'), 'it has no policy to drop');
});

t.test('a mutant does not apply to invalid settings of the daemon, or to another cgroup-parent', async (t) => {
  const devvm = await bundleNamed('devvm');
  for (const text of ['{', 'null', '{"cgroup-parent": "machine.slice"}']) {
    const files = devvm.files.map((file) => (file.path === 'etc/docker/daemon.json' ? { ...file, text } : file));
    const [dropped] = findMutants(['docker-cgroup-parent-dropped']);
    t.equal(dropped?.apply({ ...devvm, files }), undefined, text);
  }
});

t.test('every mutant has sentences, and scenarios of the catalogue', async (t) => {
  const scenarios = new Set((await loadScenarios()).filter(({ control }) => !control).map(({ name }) => name));
  for (const { name, breaks, belief, noticedBy } of MUTANTS) {
    t.match(breaks, /^\S.*\.$/, name);
    t.match(belief, /^\S.*\.$/, name);
    t.same(
      noticedBy.filter((scenario) => !scenarios.has(scenario)),
      [],
      `${name}: claims of the catalogue`,
    );
  }
});

t.test('mutants are found by name', async (t) => {
  t.same(findMutants([]), MUTANTS);
  t.same(
    findMutants(['unit-oom-group', 'unit-oom-policy-dropped']).map(({ name }) => name),
    ['unit-oom-policy-dropped', 'unit-oom-group'],
    "in the list's order",
  );
  t.throws(() => findMutants(['unit-high-at-57']), { code: 'MUTANT_UNKNOWN', hint: 'Did you mean unit-high-at-75?' });
  t.throws(() => findMutants(['unit-on-fire']), { code: 'MUTANT_UNKNOWN', hint: /--list/ });
});
