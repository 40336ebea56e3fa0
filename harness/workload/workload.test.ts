import t from 'tap';
import type { Bundle } from '../bundle/bundle.js';
import { nameOfServing, parseManifest } from '../bundle/manifest.js';
import { resolveServingUnit } from '../bundle/serving.js';
import { createWorkload } from './kinds.js';
import type { StandIn } from './stand-in.js';
import { findStandIn, STAND_INS, type StandIns } from './stand-ins.js';
import type { WorkloadKind } from './workload.js';

const UNIT = 'etc/systemd/system/web@.service';
const TEXT = '[Service]\nUser=%i\nExecStart=/usr/bin/web\nMemoryMax=1G\n';

/** A bundle whose serving unit is `web@blue.service`. */
function bundleOf(
  serving: Partial<Bundle['manifest']['serving']> = {},
  files: Readonly<Record<string, string>> = {},
  more: Partial<Bundle['manifest']> = {},
): Bundle {
  const all = Object.entries({ [UNIT]: TEXT, ...files }).map(([path, text]) => ({ path, text }));
  const manifest = {
    description: 'A web server.',
    host: { memory: '8G', swap: '0', cpus: 4 },
    serving: { unit: 'web@blue.service', port: 8080, path: '/', ...serving },
    ...more,
  };
  return { name: 'web', manifest, files: all };
}

/** A stand-in for these tests. */
const WEB: StandIn = {
  name: 'web',
  program: 'web',
  path: '/usr/bin/web',
  processNames: ['web'],
  opensTerminals: false,
  accounts: ['blue', 'green'],
  data: [],
  settingsFile: /^etc\/default\/web-[a-z]+$/,
  settings: ({ scale, weight, losesListenerAfterOom = false }) =>
    `SCALE=${scale}\nRESIDENT=${weight?.resident}\nLOSES=${losesListenerAfterOom}\n`,
  installation: { dir: '/opt/web', program: 'bin/web' },
  bundle: 'web',
};
const standIns: StandIns = [...STAND_INS, WEB];

t.test('the stand-in is the one that the bundle names, or that has settings in it', async (t) => {
  const [first] = STAND_INS;
  t.equal(findStandIn(bundleOf(), standIns), first, 'the first one for a bundle without a settings file');
  t.equal(findStandIn(bundleOf({}, { 'etc/default/web-blue': '' }), standIns), WEB);
  t.equal(findStandIn(bundleOf({ standIn: 'web' }), standIns), WEB);
  t.throws(() => findStandIn(bundleOf({ standIn: 'web' })), { code: 'STAND_IN_UNKNOWN', message: /of web: .*"web"/ });
});

t.test('a bundle.json without a stand-in gets no default in its manifest', async (t) => {
  const { manifest } = parseManifest(
    '{ "description": "d", "host": { "memory": "8G", "swap": "0", "cpus": 4 }, "serving": { "unit": "web.service", "port": 1, "path": "/" } }',
    'bundle.json',
  );
  t.same(manifest.serving, { unit: 'web.service', port: 1, path: '/' });
});

t.test("the stand-in's settings are added to its own files only", async (t) => {
  const files = { 'etc/default/web-blue': 'PORT=1\n', 'etc/default/other': 'A=1\n' };
  const bundle = bundleOf({ weight: { resident: '160M', text: '40M' } }, files);
  const workload = createWorkload(bundle, { scale: 2, losesListenerAfterOom: true, standIns });
  t.same(Object.fromEntries(workload.files.map(({ path, text }) => [path, text])), {
    [UNIT]: TEXT,
    'etc/default/web-blue': 'PORT=1\nSCALE=2\nRESIDENT=160M\nLOSES=true\n',
    'etc/default/other': 'A=1\n',
  });
  t.same(workload.serving, resolveServingUnit(bundle));
});

t.test('an account that not every guest has is created', async (t) => {
  const accountWith = (lines: string) => {
    const bundle = bundleOf({ standIn: 'web' }, { [UNIT]: `[Service]\nExecStart=/x\n${lines}` });
    return createWorkload(bundle, { scale: 1, standIns }).account;
  };
  t.equal(accountWith(''), undefined);
  t.equal(accountWith('User=root\n'), undefined);
  t.equal(accountWith('User=%i\nGroup=green\n'), undefined);
  t.same(accountWith('User=postgres\n'), { user: 'postgres', group: '' });
  t.same(accountWith('User=%i\nGroup=www\n'), { user: 'blue', group: 'www' });
});

t.test('a neighbour with the same program gets copies of its runtime', async (t) => {
  const sidecars = [{ unit: 'web@green.service' }, { unit: 'earlyoom.service' }];
  const { links } = createWorkload(bundleOf({}, {}, { sidecars }), { scale: 1 });
  t.same(
    [...links],
    [['run/systemd/system/web@green.service.d/zz-oomdrill-neighbour.conf', '/usr/lib/oomdrill/neighbour.conf']],
  );
});

t.test('another kind of workload serves if the table has it', async (t) => {
  const kind: WorkloadKind = {
    name: 'socket',
    serves: ({ manifest }) => nameOfServing(manifest).endsWith('.socket'),
    workload: (bundle, standIn) => ({
      name: 'web.socket',
      serving: resolveServingUnit(bundleOf()),
      standIn,
      files: bundle.files,
      links: new Map(),
      account: undefined,
      start: ['start-it'],
      verify: ['true'],
    }),
  };
  const bundle = bundleOf({ unit: 'web.socket' });
  t.same(createWorkload(bundle, { scale: 1, kinds: [kind] }).start, ['start-it']);
  t.throws(() => createWorkload(bundle, { scale: 1 }), {
    code: 'WORKLOAD_UNKNOWN',
    hint: /: docker-container, quadlet, systemd-service\.$/,
  });
});
