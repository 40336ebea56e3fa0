import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { GIB } from '../core/bytes.js';
import type { Bundle } from './bundle.js';
import { checkBundle } from './check.js';
import { loadBundle } from './load.js';
import { scaleBundle } from './scale.js';
import { resolveServingUnit, resolveUserScope } from './serving.js';

const UNIT = 'etc/systemd/system/web-app@.service';

/** A service with a soft band between 12G and 16G, swap forbidden. */
const web = (): Bundle => ({
  name: 'web',
  manifest: {
    description: 'A web server.',
    host: { memory: '24G', swap: '0', cpus: 32, diskBandwidth: '60M' },
    serving: { unit: 'web-app@blue.service', port: 8080, path: '/' },
  },
  files: [
    {
      path: UNIT,
      text: '[Service]\nExecStart=/bin/web\nMemoryHigh=12G\nMemoryMax=16G\nMemorySwapMax=0\nOOMPolicy=continue\n',
    },
    { path: 'etc/web-app/blue.env', text: 'PORT=8080\n' },
  ],
});

/** That bundle with more files, or with other texts of its own. */
const withFiles = (files: Record<string, string>): Bundle => ({
  ...web(),
  files: [
    ...web().files.filter(({ path }) => !(path in files)),
    ...Object.entries(files).map(([path, text]) => ({ path, text })),
  ],
});

const unitWith = (lines: string) => withFiles({ [UNIT]: `[Service]\nExecStart=/bin/true\n${lines}\n` });

t.test('a tree that is not a bundle is rejected, naming the file', async (t) => {
  const broken = async (label: string, files: Record<string, string | Buffer>) => {
    const dir = join(t.testdirName, label);
    for (const [path, data] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), data);
    }
    return dir;
  };
  t.testdir();
  const manifest = JSON.stringify(web().manifest);
  await t.rejects(loadBundle(join(t.testdirName, 'absent')), { code: 'BUNDLE_MISSING' });
  await t.rejects(loadBundle('no\nbundle'), {
    message: 'There is no bundle at "no\\nbundle": could not read bundle.json.',
  });
  await t.rejects(loadBundle(await broken('no-etc', { 'bundle.json': manifest })), {
    code: 'BUNDLE_MISSING',
    message: /has no directory etc\.$/,
    hint: /with bundle\.json and etc\//,
  });
  await t.rejects(loadBundle(await broken('json', { 'bundle.json': '{', 'etc/a': '' })), { code: 'BUNDLE_MANIFEST' });
  await t.rejects(loadBundle(await broken('schema', { 'bundle.json': '{}', 'etc/a': '' })), {
    code: 'BUNDLE_MANIFEST',
  });
  for (const [label, data] of Object.entries({
    nul: '\0',
    latin: Buffer.from([0xff]),
    large: 'x'.repeat(1024 ** 2 + 1),
  })) {
    await t.rejects(loadBundle(await broken(label, { 'bundle.json': manifest, 'etc/a': data })), {
      code: 'BUNDLE_FILE',
      message: /etc\/a/,
    });
  }
  const cycle = await broken('cycle', { 'bundle.json': manifest, 'etc/a': '' });
  await symlink('.', join(cycle, 'etc/loop'));
  await t.rejects(loadBundle(cycle), { code: 'BUNDLE_FILE', message: /etc\/loop/ });
});

t.test('the serving unit of the incident', async (t) => {
  t.match(resolveServingUnit(web()), {
    limits: { high: 12 * GIB, max: 16 * GIB, swapMax: 0 },
    oomPolicy: 'continue',
    cgroup: '/system.slice/system-web\\x2dapp.slice/web-app@blue.service',
  });
});

t.test('drop-ins apply by file name; for equal names the most specific directory wins', async (t) => {
  const dropIn = (dir: string, name: string, max: string) => ({
    [`etc/systemd/system/${dir}/${name}`]: `[Service]\nMemoryMax=${max}\n`,
  });
  const max = (...files: Record<string, string>[]) =>
    resolveServingUnit(withFiles(Object.assign({}, ...files))).limits.max / GIB;
  t.equal(max(dropIn('web-app@blue.service.d', '10.conf', '13G'), dropIn('service.d', '20.conf', '14G')), 14);
  t.equal(max(dropIn('web-app@blue.service.d', '10.conf', '13G'), dropIn('service.d', '10.conf', '14G')), 13);
  t.equal(max(dropIn('web-app@green.service.d', '10.conf', '13G')), 16, 'a drop-in of another instance');
  t.equal(max(dropIn('web-.service.d', 'readme.txt', '13G')), 16, 'not a .conf');
});

t.test('defaults of the serving unit, and units that cannot serve', async (t) => {
  t.match(resolveServingUnit(unitWith('')), { oomPolicy: 'stop', limits: { max: Number.POSITIVE_INFINITY } });
  t.equal(resolveServingUnit(unitWith('Slice=a-b.slice')).cgroup, '/a.slice/a-b.slice/web-app@blue.service');
  t.equal(resolveServingUnit(unitWith('Slice=a%i.slice')).cgroup, '/ablue.slice/web-app@blue.service');
  t.equal(resolveServingUnit(unitWith('Delegate=yes')).oomPolicy, 'continue');
  t.equal(resolveServingUnit(unitWith('Delegate=no')).oomPolicy, 'stop');
  t.same(
    [resolveServingUnit(unitWith('')), resolveServingUnit(unitWith('OOMScoreAdjust=-900'))].map(
      (unit) => unit.oomScoreAdjust,
    ),
    [0, -900],
  );
  const { serving, ...manifest } = web().manifest;
  const named = (unit: string): Bundle => ({ ...web(), manifest: { ...manifest, serving: { ...serving, unit } } });
  for (const bundle of [
    named('web-app@.service'),
    named('other.service'),
    withFiles({ [UNIT]: '[Unit]\n' }),
    withFiles({ [UNIT]: '[Service]\n' }),
  ]) {
    t.throws(() => resolveServingUnit(bundle), { code: 'BUNDLE_NO_SERVING_UNIT' });
  }
});

t.test("a pane's scope, which has drop-ins only", async (t) => {
  const dropIn = (text: string) => withFiles({ 'etc/systemd/user/tmux-spawn-.scope.d/cap.conf': `[Scope]\n${text}` });
  const scope = (bundle: Bundle) => resolveUserScope(bundle, 'tmux-spawn-1.scope');
  t.match(scope(web()), { limits: { max: Number.POSITIVE_INFINITY }, oomPolicy: 'stop' });
  t.match(scope(dropIn('MemoryMax=6G\nOOMPolicy=continue\n')), { limits: { max: 6 * GIB }, oomPolicy: 'continue' });
  t.match(scope(scaleBundle(dropIn('MemoryMax=6G\n'), 2)), { limits: { max: 3 * GIB } });
  t.throws(() => checkBundle(dropIn('MemoryMax=lots\n')), { code: 'MEMORY_VALUE', message: /cap\.conf:2: / });
  t.throws(() => resolveUserScope(web(), 'docker.slice'), { code: 'BUNDLE_NO_SCOPE' });
});

t.test('limits that contradict each other or cannot be read', async (t) => {
  t.throws(() => checkBundle(unitWith('MemoryHigh=3G\nMemoryMax=2G')), {
    code: 'LIMITS_CONTRADICT',
    message: /web-app@\.service:3: /,
  });
  t.throws(() => checkBundle(unitWith('MemoryMax=lots')), { code: 'MEMORY_VALUE', message: /web-app@\.service:3: / });
  t.throws(() => checkBundle(unitWith('MemoryMax=0')), { code: 'MEMORY_VALUE', message: /ignores this line/ });
  const slice = { 'etc/systemd/system/user-.slice.d/10.conf': '[Slice]\nMemoryMax=x\n' };
  t.throws(() => checkBundle(withFiles(slice)), { code: 'MEMORY_VALUE', message: /user-\.slice\.d\/10\.conf:2: / });
});

t.test('a limit that the host cannot reach is a warning', async (t) => {
  t.same(checkBundle(web()), []);
  t.match(checkBundle(unitWith('MemoryMax=24G\nMemorySwapMax=0\nMemoryHigh=')), [
    /MemoryMax=24G is not below the host's 24G/,
  ]);
});

t.test('a host that is too small to drill is a warning', async (t) => {
  const onHost = (memory: string) => {
    const { manifest, ...bundle } = web();
    return checkBundle({ ...bundle, manifest: { ...manifest, host: { ...manifest.host, memory } } });
  };
  t.notMatch(onHost('448M'), [/too small/]);
  t.match(onHost('447M'), ['bundle.json: a host of 447M is too small to drill: it must have at least 448M of memory.']);
});

t.test('scaling divides memory, but neither rates nor counts', async (t) => {
  const scaled = scaleBundle(web(), 8);
  t.match(scaled.manifest.host, { memory: '3G', swap: '0', cpus: 32, diskBandwidth: '60M' });
  t.match(resolveServingUnit(scaled).limits, { high: 1.5 * GIB, max: 2 * GIB, swapMax: 0 });
  t.equal(scaled.files.find(({ path }) => path.endsWith('.env'))?.text, 'PORT=8080\n');
});
