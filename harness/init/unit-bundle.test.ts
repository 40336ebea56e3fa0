import { join } from 'node:path';
import t from 'tap';
import { checkBundle } from '../bundle/check.js';
import { resolveServingUnit } from '../bundle/serving.js';
import { createUnitBundle, type UnitFacts } from './unit-bundle.js';

const HOST = { memory: '16G', swap: '1G', cpus: 4 };
const FACTS: UnitFacts = { port: 8080, path: '/health', packages: [] };

const WEB = '[Service]\nExecStart=/opt/web/web\nMemoryMax=2G\n';

t.test('the unit file, with the drop-ins and slices next to it', async (t) => {
  const dir = t.testdir({
    'web.service': `${WEB}Slice=a-b.slice\nEnvironmentFile=/etc/web.env\nEnvironmentFile=-/etc/other.env\n`,
    'web.service.d': { '50-memory.conf': '[Service]\nMemorySwapMax=0\n', 'notes.txt': 'none' },
    'service.d': { '10-all.conf': '[Service]\nOOMPolicy=continue\n' },
    'other.service': WEB,
    'other.service.d': { '50.conf': '[Service]\nMemoryMax=1G\n' },
    'a.slice': '[Slice]\nMemoryMax=8G\n',
    'a-b.slice.d': { '50.conf': '[Slice]\nMemoryMax=4G\n' },
    'README.md': 'none',
  });
  const { bundle, needs, path, origin } = await createUnitBundle(join(dir, 'web.service'), FACTS, HOST);
  t.same(bundle.files.map((file) => file.path).sort(), [
    'etc/systemd/system/a-b.slice.d/50.conf',
    'etc/systemd/system/a.slice',
    'etc/systemd/system/service.d/10-all.conf',
    'etc/systemd/system/web.service',
    'etc/systemd/system/web.service.d/50-memory.conf',
  ]);
  t.same(bundle.manifest.host, HOST);
  t.same(bundle.manifest.serving, { unit: 'web.service', port: 8080, path: '/health' });
  t.match(resolveServingUnit(bundle), { limits: { swapMax: 0 }, oomPolicy: 'continue' });
  t.same(checkBundle(bundle), []);
  t.same({ path, origin }, { path: 'bundles/web', origin: { kind: 'made' } });
  t.match(needs, [
    /^The guest may lack \/opt\/web\/web: add its Debian package to packages in bundle\.json, or put it at root\/opt/,
    'The environment file /etc/web.env is not in the bundle: put a stand-in at root/etc/web.env.',
    'bundle.json has 16G of memory and 1G of swap, as this machine: correct them if the real host has others.',
  ]);
  t.equal(needs.length, 3);
});

t.test('a file of several slices is there once, and a slice may be named by an instance', async (t) => {
  const dir = t.testdir({
    'web@.service': `${WEB}Slice=web-%i.slice\n`,
    'slice.d': { '10.conf': '[Slice]\nMemorySwapMax=0\n' },
    'web-.slice.d': { '20.conf': '[Slice]\nMemoryMax=4G\n' },
    'web-blue.slice': '[Slice]\n',
  });
  const { bundle } = await createUnitBundle(join(dir, 'web@blue.service'), FACTS, HOST);
  t.same(bundle.files.map(({ path }) => path.replace('etc/systemd/system/', '')).sort(), [
    'slice.d/10.conf',
    'web-.slice.d/20.conf',
    'web-blue.slice',
    'web@.service',
  ]);
});

t.test('an instance is read from its template', async (t) => {
  const dir = t.testdir({ 'web@.service': WEB });
  const { bundle } = await createUnitBundle(join(dir, 'web@blue.service'), FACTS, HOST);
  t.same(
    bundle.files.map((file) => file.path),
    ['etc/systemd/system/web@.service'],
  );
  t.match(bundle, { name: 'web-blue', manifest: { serving: { unit: 'web@blue.service' } } });
});

t.test('what the caller says of the host, and of the packages', async (t) => {
  const file = join(t.testdir({ 'web.service': WEB }), 'web.service');
  const given = { ...FACTS, hostMemory: '4G', swap: '0', packages: ['nginx', 'curl'] };
  const { bundle, needs } = await createUnitBundle(file, given, HOST);
  t.match(bundle.manifest, { host: { memory: '4G', swap: '0', cpus: 4 }, packages: ['nginx', 'curl'] });
  t.same(needs, ['The guest gets the package nginx: copy settings and data that it needs besides into root/.']);
  await t.rejects(createUnitBundle(file, { ...given, hostMemory: '4GB' }, HOST), {
    code: 'VALUE_INVALID',
    message: /^--host-memory must be a size above 0, such as 16G \(got 4GB\)/,
  });
  await t.rejects(createUnitBundle(file, { ...given, packages: ['No Name'] }, HOST), {
    code: 'BUNDLE_MANIFEST',
    message: /must be the name of a Debian package/,
  });
});

t.test('a module of Python needs nothing', async (t) => {
  const unit = '[Service]\nExecStart=/usr/bin/python3 -m http.server 8080\n';
  const file = join(t.testdir({ 'files.service': unit }), 'files.service');
  const { needs } = await createUnitBundle(file, { ...FACTS, hostMemory: '4G', swap: '0' }, HOST);
  t.same(needs, []);
});

t.test('what cannot be drilled is said by the name of its file', async (t) => {
  const dir = t.testdir({
    'web@.service': WEB,
    'web.timer': '[Timer]\n',
    'notes.txt': 'none',
    'folder.service': {},
    'empty.service': '',
    'none.service': '[Service]\nType=oneshot\n',
    'text.service': 'nothing\n',
    'binary.service': '\0',
    'zero.service': `${WEB}MemoryMax=0\n`,
    'upside-down.service': `${WEB}MemoryHigh=3G\n`,
  });
  for (const [name, code, message] of [
    ['web@.service', 'UNIT_NOT_A_SERVICE', 'must name an instance, because a template cannot be started'],
    ['web.timer', 'UNIT_NOT_A_SERVICE', 'must name the unit file of a service, such as web.service'],
    ['notes.txt', 'UNIT_NOT_A_SERVICE', 'must name the unit file of a service'],
    ['absent.service', 'UNIT_MISSING', 'There is no unit file at'],
    ['absent@x.service', 'UNIT_MISSING', 'There is no unit file at'],
    ['notes.txt/web.service', 'UNIT_MISSING', 'There is no unit file at'],
    ['folder.service', 'UNIT_MISSING', '--unit must name a file'],
    ['empty.service', 'UNIT_NOT_A_SERVICE', 'has no [Service] section.'],
    ['none.service', 'UNIT_NOT_A_SERVICE', 'starts nothing: it has no ExecStart=.'],
    ['text.service', 'UNIT_SYNTAX', 'is before any section.'],
    ['binary.service', 'BUNDLE_FILE', 'it holds a NUL byte, so it is not text.'],
    ['zero.service', 'MEMORY_VALUE', 'MemoryMax= must be above zero'],
    ['upside-down.service', 'LIMITS_CONTRADICT', 'MemoryHigh=3G lies above MemoryMax=2G'],
  ] as const) {
    const thrown = await createUnitBundle(join(dir, name), FACTS, HOST).then(
      () => undefined,
      (error: Error & { code: string }) => error,
    );
    t.equal(thrown?.code, code, name);
    t.ok(thrown?.message.includes(message) && thrown.message.includes(join(dir, name)), `${thrown?.message}`);
  }
});
