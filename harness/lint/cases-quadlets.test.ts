import { join } from 'node:path';
import t from 'tap';
import { readTrees } from '../bundle/tree.js';
import { composeTree } from '../testing/lint.js';
import { lintTree } from './lint.js';

const CASES = join(import.meta.dirname, '../../fixtures/cases');

/** `rule place` of the findings in a case. */
async function findings(name: string): Promise<string[]> {
  const trees = await readTrees([join(CASES, name)]);
  return trees
    .flatMap((tree) => lintTree(tree).findings)
    .map(({ rule, path, line }) => `${rule} ${path.slice(CASES.length + 1)}:${line}`);
}

t.test('33: limits in [Container], and next to it the same in [Service]', async (t) => {
  const all = [
    ...[3, 4, 5].map((line) => `quadlet-refused 33-podman-24712/app.container:${line}`),
    ...[4, 5].map((line) => `bad-value 33-podman-24712/app.service:${line}`),
  ];
  const found = await findings('33-podman-24712');
  for (const each of all) t.ok(found.includes(each), each);
  t.same(await findings('33-podman-24712/app.container'), all.slice(0, 3), 'the quadlet by itself');
});

t.test('34: MemoryHigh= at MemoryMax= of a quadlet, in a whole etc and by itself', async (t) => {
  const quadlet = '34-qm-715/etc/containers/systemd/qm.container';
  for (const path of ['', '/etc', '/etc/containers/systemd', '/etc/containers/systemd/qm.container'])
    t.ok((await findings(`34-qm-715${path}`)).includes(`high-above-max ${quadlet}:5`), path);
});

const image = 'Image=docker.io/example/app';
const container = (...lines: readonly string[]) => ['[Container]', image, ...lines, ''].join('\n');
const SYSTEM = 'etc/containers/systemd';
const HOME = '~/.config/containers/systemd';

/** Files, and the findings in them of these rules as `rule file:line`. */
const TREES: readonly (readonly [name: string, files: Readonly<Record<string, string>>, found: readonly string[]])[] = [
  [
    'a soft band',
    { [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryHigh=1G', 'MemoryMax=2G', 'MemorySwapMax=0') },
    ['soft-band a.container:4'],
  ],
  [
    'a soft band of a user',
    { [`${HOME}/a.container`]: container('[Service]', 'MemoryHigh=1G', 'MemoryMax=2G', 'MemorySwapMax=0') },
    ['soft-band a.container:4'],
  ],
  [
    'a soft band by a drop-in of the quadlet',
    {
      [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryMax=2G', 'MemorySwapMax=0'),
      [`${SYSTEM}/a.container.d/50.conf`]: '[Service]\nMemoryHigh=1G\n',
    },
    ['soft-band 50.conf:2'],
  ],
  [
    'a soft band by a drop-in of the service',
    {
      [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryMax=2G', 'MemorySwapMax=0'),
      'etc/systemd/system/a.service.d/50.conf': '[Service]\nMemoryHigh=1G\n',
    },
    ['soft-band 50.conf:2'],
  ],
  [
    'a drop-in that removes the soft limit',
    {
      [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryHigh=1G', 'MemoryMax=2G', 'MemorySwapMax=0'),
      [`${SYSTEM}/container.d/50.conf`]: '[Service]\nMemoryHigh=infinity\n',
    },
    [],
  ],
  [
    'a unit file of the administrator instead of the quadlet',
    {
      [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryHigh=1G', 'MemoryMax=2G', 'MemorySwapMax=0'),
      'etc/systemd/system/a.service': '[Service]\nExecStart=/usr/bin/a\nMemoryMax=2G\nMemorySwapMax=0\n',
    },
    ['oom-policy a.service:3'],
  ],
  ['swap', { [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryMax=2G') }, ['swap-allowed a.container:4']],
  [
    'a policy of its own, though the cgroup is delegated',
    { [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryMax=2G', 'MemorySwapMax=0', 'OOMPolicy=stop') },
    ['oom-policy a.container:6'],
  ],
  [
    'nothing may be killed',
    { [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryMax=2G', 'MemorySwapMax=0', 'OOMScoreAdjust=-1000') },
    ['unkillable a.container:6'],
  ],
  [
    'values that systemd ignores',
    { [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryMax=2g', 'OOMPolicy=no', 'MemorySwapMax=0') },
    ['bad-value a.container:4', 'bad-value a.container:5'],
  ],
  [
    'a name that systemd does not know',
    { [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryMaximum=2G') },
    ['unknown-directive a.container:4'],
  ],
  [
    'a directive of cgroup v1',
    { [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryLimit=2G') },
    ['legacy-limit a.container:4'],
  ],
  [
    'a tiny limit',
    { [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryMax=2', 'MemorySwapMax=0') },
    ['tiny-limit a.container:4'],
  ],
  [
    'a limit above that of the slice',
    {
      [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryMax=4G', 'MemorySwapMax=0', 'Slice=web.slice'),
      'etc/systemd/system/web.slice': '[Slice]\nMemoryMax=2G\nMemorySwapMax=0\n',
    },
    ['limit-above-parent a.container:4'],
  ],
  [
    'swap by podman',
    { [`${SYSTEM}/a.container`]: container('PodmanArgs=--memory=1g') },
    ['swap-allowed a.container:3'],
  ],
  [
    'swap by Memory=',
    { [`${SYSTEM}/a.container`]: container('Memory=1g') },
    ['swap-allowed a.container:3', 'quadlet-refused a.container:3'],
  ],
  ['no swap by podman', { [`${SYSTEM}/a.container`]: container('PodmanArgs=-m 1g --memory-swap 1g') }, []],
  ['a limit of 0 is none', { [`${SYSTEM}/a.container`]: container('PodmanArgs=--memory=0') }, []],
  [
    'no swap by the service, whatever podman is given',
    { [`${SYSTEM}/a.container`]: container('PodmanArgs=--memory=1g', '[Service]', 'MemorySwapMax=0') },
    [],
  ],
  [
    'the last option counts, and an empty assignment resets',
    {
      [`${SYSTEM}/a.container`]: container(
        'PodmanArgs=--oom-score-adj=-1000',
        'PodmanArgs=',
        'PodmanArgs="--label=a --memory=1x" --memory=1x --memory=1g --memory-swap=1g',
      ),
    },
    [],
  ],
  [
    'a size that is none',
    { [`${SYSTEM}/a.container`]: container('PodmanArgs=--memory=1x') },
    ['bad-value a.container:3'],
  ],
  [
    'swap below memory',
    { [`${SYSTEM}/a.container`]: container('PodmanArgs=--memory=1g --memory-swap=512m') },
    ['container-refused a.container:3'],
  ],
  [
    'swap without memory',
    { [`${SYSTEM}/a.container`]: container('PodmanArgs=--memory-swap=512m') },
    ['container-refused a.container:3'],
  ],
  [
    'nothing may be killed, by podman',
    { [`${SYSTEM}/a.container`]: container('PodmanArgs=--memory=1g --memory-swap=1g --oom-score-adj -1000') },
    ['unkillable a.container:3'],
  ],
  ['a comment', { [`${SYSTEM}/a.container`]: container('[Service]', '# MemoryMax=2g') }, []],
  ['no limit', { [`${SYSTEM}/a.container`]: container() }, []],
  [
    'a good one',
    { [`${SYSTEM}/a.container`]: container('[Service]', 'MemoryMax=2G', 'MemorySwapMax=0', 'OOMPolicy=continue') },
    [],
  ],
  ['a volume', { [`${SYSTEM}/a.volume`]: '[Volume]\n' }, []],
  [
    'a finding that is suppressed',
    {
      [`${SYSTEM}/a.container`]: container(
        '[Service]',
        'MemorySwapMax=0',
        'MemoryMax=2G',
        '# oomdrill-lint: ignore soft-band -- tried',
        'MemoryHigh=1G',
      ),
    },
    [],
  ],
];

const RULES_ASKED =
  /^(?:soft-|swap-|oom-policy|unkillable|bad-value|unknown-|legacy-|tiny-|limit-above|high-above|quadlet-|container-|service-incomplete|suppression|drop-in-unused)/;

for (const [name, files, expected] of TREES)
  t.test(name, async (t) => {
    const found = lintTree(composeTree(files, 'files')).findings.filter(({ rule }) => RULES_ASKED.test(rule));
    t.same(
      found.map(({ rule, path, line }) => `${rule} ${path.split('/').at(-1)}:${line}`),
      expected,
    );
  });

t.test('quadlets of users are units of their managers', async (t) => {
  const limits = container('[Service]', 'MemoryMax=4G', 'MemorySwapMax=0');
  const slice = { 'etc/systemd/system/user-.slice.d/50.conf': '[Slice]\nMemoryMax=2G\nMemorySwapMax=0\n' };
  for (const path of [`${HOME}/a.container`, `${SYSTEM}/users/a.container`, `${SYSTEM}/users/1000/a.container`])
    t.match(
      lintTree(composeTree({ [path]: limits, ...slice }, 'files')).findings.map(({ rule }) => rule),
      ['limit-above-parent'],
      path,
    );
  t.same(
    lintTree(composeTree({ [`${SYSTEM}/a.container`]: limits, ...slice }, 'files')).findings.filter(
      ({ rule }) => rule === 'limit-above-parent',
    ),
    [],
    'one of the system is not below them',
  );
});

t.test('all places and names of a directory', async (t) => {
  const band = '[Service]\nMemoryHigh=1G\nMemoryMax=2G\nMemorySwapMax=0\n';
  const dir = t.testdir({
    repo: {
      'app.service': '[Service]\nExecStart=/usr/bin/app\n',
      'app.container': container(band),
      quadlets: { 'web.container': container(band), 'web.container.d': {} },
      'lan.network': '[Network]\nSubnet=10.0.0.0/24\n',
      '10-eth0.network': '[Match]\nName=eth0\n[Network]\nDHCP=yes\n',
    },
    home: { '.config': { containers: { systemd: { sub: { 'app.container': container(band) } } } } },
    host: {
      etc: { hostname: 'a\n' },
      home: {
        al: { '.config': { containers: { systemd: { 'app.container': container(band) } } } },
        bo: { '.config': { containers: { systemd: { 'app.container': container(band) } } } },
      },
      usr: { share: { containers: { systemd: { 'app.container': container(band) } } } },
      run: { containers: { systemd: { 'web.container': container(band) } } },
    },
  });
  const bands = async (path: string) =>
    (await readTrees([join(dir, path)]))
      .flatMap((tree) => lintTree(tree).findings)
      .filter(({ rule }) => rule === 'soft-band')
      .map((finding) => finding.path.slice(join(dir, path).length + 1))
      .sort();
  t.same(await bands('repo'), ['app.container', 'quadlets/web.container']);
  t.same(await bands('home'), ['.config/containers/systemd/sub/app.container']);
  t.same(await bands('home/.config/containers/systemd'), ['sub/app.container']);
  t.same(await bands('host'), [
    'home/al/.config/containers/systemd/app.container',
    'home/bo/.config/containers/systemd/app.container',
    'run/containers/systemd/web.container',
    'usr/share/containers/systemd/app.container',
  ]);
});
