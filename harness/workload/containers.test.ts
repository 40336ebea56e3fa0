import t from 'tap';
import type { Bundle } from '../bundle/bundle.js';
import { withValues } from '../bundle/candidate.js';
import { checkBundle } from '../bundle/check.js';
import { diffBundles } from '../bundle/difference.js';
import { nameOfServing, packagesOf, parseManifest } from '../bundle/manifest.js';
import { scaleBundle } from '../bundle/scale.js';
import { computeEffectiveLimits, resolveServingUnit } from '../bundle/serving.js';
import { withSettings } from '../bundle/with-settings.js';
import { GIB, MIB } from '../core/bytes.js';
import { createWorkload } from './kinds.js';

const QUADLET = `[Container]
Image=localhost/cache:latest
[Service]
MemoryMax=4G
MemorySwapMax=0
`;

interface Serving {
  readonly container?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly serving?: Readonly<Record<string, unknown>>;
}

/** A bundle of 8G whose container `cache` serves at port 6379. */
function bundleOf({ container = {}, files = {}, serving }: Serving = {}): Bundle {
  const manifest = {
    schema: 'oomdrill.bundle/2',
    description: 'A cache.',
    host: { memory: '8G', swap: '0', cpus: 2 },
    serving: serving ?? {
      container: { name: 'cache', image: { packages: ['redis-server'] }, memory: '4G', ...container },
      port: 6379,
    },
  };
  return {
    name: 'cache',
    ...parseManifest(JSON.stringify(manifest), 'bundle.json'),
    files: Object.entries(files).map(([path, text]) => ({ path, text })),
  };
}

const quadletBundle = (text = QUADLET, files: Readonly<Record<string, string>> = {}): Bundle =>
  bundleOf({
    serving: { unit: 'cache.service', image: { packages: ['redis-server'] }, port: 6379 },
    files: { 'etc/containers/systemd/cache.container': text, ...files },
  });

const start = (bundle: Bundle): readonly string[] => createWorkload(bundle, { scale: 1 }).start;

t.test('a container is a scope with the limits of docker run', async (t) => {
  const cases: readonly (readonly [Serving, object, string])[] = [
    [{}, { high: Number.POSITIVE_INFINITY, max: 4 * GIB, swapMax: 4 * GIB }, 'as much swap again'],
    [{ container: { memorySwap: '4G' } }, { max: 4 * GIB, swapMax: 0 }, 'no swap'],
    [{ container: { memorySwap: '5G' } }, { max: 4 * GIB, swapMax: GIB }, 'memory and swap together'],
    [{ container: { memorySwap: '-1' } }, { max: 4 * GIB, swapMax: Number.POSITIVE_INFINITY }, 'all swap'],
    [{ container: { memory: undefined } }, { max: Number.POSITIVE_INFINITY }, 'no limit'],
    [
      { files: { 'etc/systemd/system/docker-.scope.d/high.conf': '[Scope]\nMemoryHigh=3G\n' } },
      { high: 3 * GIB, max: 4 * GIB },
      'a drop-in for all containers',
    ],
  ];
  for (const [serving, limits, what] of cases) t.match(resolveServingUnit(bundleOf(serving)), { limits }, what);
});

t.test('its slice is the one that is asked for, that of the daemon, or the system', async (t) => {
  const daemon = { 'etc/docker/daemon.json': '{ "cgroup-parent": "docker.slice" }' };
  const slice = { 'etc/systemd/system/docker.slice': '[Slice]\nMemoryMax=2G\n' };
  const cgroupOf = (serving: Serving) => resolveServingUnit(bundleOf(serving)).cgroup;
  t.equal(cgroupOf({}), '/system.slice/docker-cache.scope');
  t.equal(cgroupOf({ files: daemon }), '/docker.slice/docker-cache.scope');
  t.equal(
    cgroupOf({ files: daemon, container: { cgroupParent: 'web-inner.slice' } }),
    '/web.slice/web-inner.slice/docker-cache.scope',
  );
  const inSlice = bundleOf({ files: { ...daemon, ...slice } });
  t.match(computeEffectiveLimits(inSlice, resolveServingUnit(inSlice)), { max: 2 * GIB }, 'whose limit holds it too');
});

t.test('its sizes are scaled, and reach docker in bytes', async (t) => {
  const container = { memorySwap: '-1', memoryReservation: '3G', oomScoreAdj: -500, restart: 'always', init: true };
  const command = start(scaleBundle(bundleOf({ container: { ...container, command: ['redis-server', ''] } }), 4));
  for (const word of [
    '--publish=6379:6379',
    `--memory=${GIB}`,
    '--memory-swap=-1',
    `--memory-reservation=${768 * MIB}`,
    '--oom-score-adj=-500',
    '--restart=always',
    '--init',
  ])
    t.ok(command.includes(word), word);
  t.same(command.slice(-3), ['localhost/oomdrill-cache:latest', 'redis-server', '']);
});

t.test('a container is where its first process is', async (t) => {
  const { locate } = createWorkload(bundleOf(), { scale: 1 });
  const cgroup = '/system.slice/docker-0a1b.scope';
  t.same(locate?.(cgroup), { unit: 'docker-0a1b.scope', cgroup });
  t.same(locate?.(`${cgroup}/init.scope`), { unit: 'docker-0a1b.scope', cgroup }, 'with groups of its own below');
  for (const elsewhere of ['', '/', '/docker/0a1b', '/system.slice/docker.service'])
    t.equal(locate?.(elsewhere), undefined, elsewhere);
});

t.test('a quadlet is the service that Podman makes of it', async (t) => {
  const bundle = quadletBundle();
  t.match(resolveServingUnit(bundle), {
    cgroup: '/system.slice/cache.service',
    limits: { max: 4 * GIB, swapMax: 0 },
    // Delegate=yes of the generator.
    oomPolicy: 'continue',
  });
  t.match(resolveServingUnit(scaleBundle(bundle, 4)), { limits: { max: GIB } }, 'and is scaled');
  t.match(resolveServingUnit(withSettings(bundle, { MemoryHigh: '3G' })), { limits: { high: 3 * GIB } });
  const { locate } = createWorkload(bundle, { scale: 1 });
  const inner = '/system.slice/cache.service/libpod-payload-12';
  t.same(locate?.(inner), { unit: 'cache.service', cgroup: '/system.slice/cache.service', inner });
  t.equal(locate?.('/machine.slice/libpod-12.scope'), undefined, 'with --cgroups=enabled its limits hold nothing');
});

t.test('what Podman itself limits inside of the service counts, is scaled, and is known when it runs', async (t) => {
  const asked = (line: string) => quadletBundle(QUADLET.replace('[Service]', `${line}\n[Service]`));
  const effective = (bundle: Bundle) => computeEffectiveLimits(bundle, resolveServingUnit(bundle));
  const cases: readonly (readonly [string, object, object | undefined])[] = [
    ['Memory=2g', { max: 2 * GIB, swapMax: 0 }, { max: 2 * GIB, swapMax: 2 * GIB }],
    ['Memory=8g', { max: 4 * GIB }, { max: 8 * GIB }],
    ['PodmanArgs=--memory=2g --memory-swap 3g', { max: 2 * GIB }, { max: 2 * GIB, swapMax: GIB }],
    ['PodmanArgs=-m 2g --memory-swap=-1', { max: 2 * GIB }, { swapMax: Number.POSITIVE_INFINITY }],
    ['PodmanArgs=--memory=0', { max: 4 * GIB }, undefined],
    ['PodmanArgs=--memory-reservation=1g', { max: 4 * GIB }, undefined],
  ];
  for (const [line, limits, payload] of cases) {
    t.match(effective(asked(line)), limits, line);
    t.match(resolveServingUnit(asked(line)).payload?.limits, payload, line);
  }
  t.match(effective(scaleBundle(asked('Memory=2g'), 4)), { max: 512 * MIB });
  const scaled = scaleBundle(asked('PodmanArgs=--memory=2g --memory-swap 2g -m=1G --cpus 2'), 4);
  const [mib512, mib256] = [String(512 * MIB), String(256 * MIB)];
  t.match(
    scaled.files[0]?.text,
    `PodmanArgs=--memory=${mib512} --memory-swap ${mib512} -m=${mib256} --cpus 2\n`,
    'and nothing else',
  );
  t.match(resolveServingUnit(asked('Memory=2g')).limits, { max: 4 * GIB }, 'those of the service are its own');
  t.match(checkBundle(asked('Memory=2g')), [/cache\.container:3: Podman before 5\.5 makes no service of it/]);
  t.match(checkBundle(asked('PodmanArgs=--memory=2g')), []);
  for (const line of ['PodmanArgs=--memory=$SIZE', 'PodmanArgs=--memory=2g --memory-swap=1g'])
    t.throws(() => checkBundle(asked(line)), { code: 'QUADLET_SIZE', message: /cache\.container:3: / }, line);
});

const ofUser = { unit: 'cache.service', uid: 1000, image: { packages: ['redis-server'] }, port: 6379 };
const USERS = 'etc/containers/systemd/users';

t.test('the quadlet of a user is a service of that user, below the limits of all that is above it', async (t) => {
  const rootless = (files: Readonly<Record<string, string>> = {}) =>
    bundleOf({ serving: ofUser, files: { [`${USERS}/cache.container`]: QUADLET, ...files } });
  const limitsOf = (bundle: Bundle) => computeEffectiveLimits(bundle, resolveServingUnit(bundle));
  const serving = resolveServingUnit(rootless());
  const root = '/user.slice/user-1000.slice/user@1000.service';
  t.match(serving, { uid: 1000, cgroup: `${root}/app.slice/cache.service`, oomScoreAdjust: 200 });
  t.match(serving.limits, { max: 4 * GIB, swapMax: 0 });
  t.same(
    serving.above?.map(({ cgroup, uid }) => [cgroup, uid]),
    [
      ['/user.slice', undefined],
      ['/user.slice/user-1000.slice', undefined],
      [root, undefined],
      [`${root}/app.slice`, 1000],
    ],
  );
  const cases: readonly (readonly [string, string, number])[] = [
    ['etc/systemd/system/user-.slice.d/a.conf', '[Slice]\nMemoryMax=3G\n', 3],
    ['etc/systemd/system/user@.service.d/a.conf', '[Service]\nMemoryMax=2G\n', 2],
    ['etc/systemd/user/app.slice.d/a.conf', '[Slice]\nMemoryMax=1G\n', 1],
    ['etc/systemd/user/cache.service.d/a.conf', '[Service]\nMemoryMax=1G\n', 1],
    ['etc/systemd/system/app.slice.d/a.conf', '[Slice]\nMemoryMax=1G\n', 4],
    ['etc/systemd/system/cache.service.d/a.conf', '[Service]\nMemoryMax=1G\n', 4],
    ['etc/systemd/system/user-1001.slice.d/a.conf', '[Slice]\nMemoryMax=1G\n', 4],
  ];
  for (const [path, text, max] of cases) t.equal(limitsOf(rootless({ [path]: text })).max, max * GIB, path);
  const inSlice = rootless({ [`${USERS}/cache.container`]: `${QUADLET}Slice=a-b.slice\n` });
  t.equal(resolveServingUnit(inSlice).cgroup, `${root}/a.slice/a-b.slice/cache.service`);
  t.match(limitsOf(scaleBundle(rootless(), 4)), { max: GIB });
  t.match(limitsOf(withSettings(rootless(), { MemoryHigh: '3G' })), { high: 3 * GIB, max: 4 * GIB });
  t.match(limitsOf(withValues(rootless(), { memoryMax: '3G' })), { max: 3 * GIB });
  const { supervisor, build, locate } = createWorkload(rootless(), { scale: 1 });
  for (const command of [start(rootless()), supervisor?.show, supervisor?.lastWords, build])
    t.match(command?.join(' '), /uid=1000\n/);
  t.match(locate?.(`${serving.cgroup}/libpod-payload-1`), { unit: 'cache.service', cgroup: serving.cgroup });
});

t.test('the quadlet of a user needs its user', async (t) => {
  const refused = (serving: Readonly<Record<string, unknown>>, path: string) =>
    [() => checkBundle(bundleOf({ serving, files: { [path]: QUADLET } })), { code: 'QUADLET_USER' }] as const;
  const { uid, ...nobodys } = ofUser;
  for (const [check, error] of [
    refused(nobodys, `${USERS}/1000/cache.container`),
    refused(ofUser, `${USERS}/1001/cache.container`),
    refused(ofUser, 'etc/containers/systemd/cache.container'),
    refused({ container: { name: 'cache', image: { packages: ['redis-server'] } }, port: 6379, uid }, 'etc/x'),
  ])
    t.throws(check, error);
  t.doesNotThrow(refused(ofUser, `${USERS}/1000/cache.container`)[0]);
  const path = 'home/alice/.config/containers/systemd/cache.container';
  const inHome = { root: { dir: '/x', paths: [path] } };
  for (const serving of [ofUser, nobodys])
    t.throws(() => checkBundle({ ...bundleOf({ serving }), ...inHome }), {
      code: 'QUADLET_USER',
      hint: /users\/cache/,
    });
  t.throws(() => checkBundle(bundleOf({ serving: nobodys })), { code: 'BUNDLE_NO_SERVING_UNIT' });
  const plain = {
    serving: { ...nobodys, uid },
    files: { 'etc/systemd/user/cache.service': '[Service]\nExecStart=x\n' },
  };
  t.throws(() => checkBundle(bundleOf(plain)), { code: 'QUADLET_USER', message: /no quadlet of users/ });
});

t.test('a quadlet is given other limits in its own file', async (t) => {
  const limits = (bundle: Bundle) => resolveServingUnit(bundle).limits;
  const candidate = withValues(quadletBundle(), { memoryHigh: '2G', memoryMax: '3G', oomPolicy: 'kill' });
  t.match(limits(candidate), { high: 2 * GIB, max: 3 * GIB, swapMax: 0 });
  t.same(diffBundles(quadletBundle(), candidate), [
    'etc/containers/systemd/cache.container [Service]',
    '-MemoryMax=4G',
    '+MemoryMax=3G',
    '+MemoryHigh=2G',
    '+OOMPolicy=kill',
  ]);
  t.match(candidate.files[0]?.text, /\[Service\]\nMemoryMax=3G\nMemorySwapMax=0\nMemoryHigh=2G\nOOMPolicy=kill\n/);
  t.match(limits(withValues(quadletBundle('[Container]\nImage=x\n'), { memoryMax: '3G' })), { max: 3 * GIB });
  const path = 'etc/systemd/system/cache.service.d/a.conf';
  const withDropIn = quadletBundle(QUADLET, { [path]: '[Service]\nMemoryMax=2G\n' });
  t.match(limits(withValues(withDropIn, { memoryMax: '3G' })), { max: 3 * GIB });
  const ofPodman = quadletBundle(QUADLET.replace('[Service]', 'Memory=1g\n[Service]'));
  t.throws(() => withValues(ofPodman, { memoryMax: '2G' }), {
    code: 'CONTAINER_VALUE',
    message: /MemoryMax=2G of cache\.service would never act: Memory=1g limits/,
    hint: /cache\.container:3/,
  });
  t.match(limits(withValues(ofPodman, { memoryMax: '512M' })), { max: 512 * MIB });
});

t.test('what Podman or Docker refuses is an error before any machine starts', async (t) => {
  const cases: readonly (readonly [Bundle, string, RegExp])[] = [
    [bundleOf({ container: { memory: '4M' } }), 'CONTAINER_SETTINGS', /memory=4M lies below 6M/],
    [bundleOf({ container: { memory: undefined, memorySwap: '4G' } }), 'CONTAINER_SETTINGS', /memorySwap without/],
    [bundleOf({ container: { memorySwap: '3G' } }), 'CONTAINER_SETTINGS', /memorySwap=3G lies below memory=4G/],
    [bundleOf({ container: { memoryReservation: '5G' } }), 'CONTAINER_SETTINGS', /memoryReservation=5G lies above/],
    [bundleOf({ container: { image: { archive: 'srv/x.tar' } } }), 'BUNDLE_NO_IMAGE', /no root\/srv\/x\.tar/],
    [quadletBundle(`${QUADLET}[Container]\nMemoryMax=1G\n`), 'QUADLET_REFUSED', /no key MemoryMax=/],
  ];
  for (const [bundle, code, message] of cases) t.throws(() => checkBundle(bundle), { code, message });
});

t.test('either a unit or a container serves, with an image from one place', async (t) => {
  const container = { name: 'cache', image: { packages: ['redis-server'] } };
  const wrong = [
    { port: 1 },
    { port: 1, unit: 'cache.service', container },
    { port: 1, container: { ...container, image: {} } },
    { port: 1, container: { ...container, image: { packages: ['a1'], archive: 'b' } } },
    { port: 1, container: { ...container, image: { archive: '../b' } } },
    { port: 1, container: { ...container, publish: ['8080'] } },
  ];
  for (const serving of wrong)
    t.throws(() => bundleOf({ serving }), { code: 'BUNDLE_MANIFEST' }, JSON.stringify(serving));
  t.equal(nameOfServing(bundleOf().manifest), 'cache');
  t.same(packagesOf({ ...bundleOf().manifest, packages: ['nginx'] }), ['nginx', 'redis-server']);
});
