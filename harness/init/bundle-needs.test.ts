import t from 'tap';
import type { Bundle } from '../bundle/bundle.js';
import { listBundleNeeds } from './bundle-needs.js';

const UNIT = 'etc/systemd/system/web.service';

function bundleOf(
  service: string,
  parts: { files?: Bundle['files']; root?: string[]; packages?: string[] } = {},
): Bundle {
  const { files = [], root, packages } = parts;
  const manifest = {
    description: 'web',
    host: { memory: '4G', swap: '0', cpus: 1 },
    serving: { unit: 'web.service', port: 80, path: '/' },
    packages,
  };
  const tree = root && { dir: '/nowhere', paths: root };
  return { name: 'web', manifest, files: [{ path: UNIT, text: `[Service]\n${service}\n` }, ...files], root: tree };
}

const LACKS_PROGRAM = [/^The guest may lack \/opt\/web: add its Debian package/];

t.test('the program', async (t) => {
  t.match(listBundleNeeds(bundleOf('ExecStart=/opt/web')), LACKS_PROGRAM);
  t.match(listBundleNeeds(bundleOf('ExecStart=-!/opt/web --port 1')), LACKS_PROGRAM);
  t.same(listBundleNeeds(bundleOf('ExecStart=/opt/web', { root: ['opt/web'] })), []);
  t.match(listBundleNeeds(bundleOf('ExecStart=/opt/web', { packages: ['web'] })), [/^The guest gets the package web:/]);
  t.same(listBundleNeeds(bundleOf('ExecStart=/opt/web', { packages: ['web'], root: ['etc/web.conf'] })), []);
});

t.test('a script of an interpreter, or a directory that it is given', async (t) => {
  const unit = 'ExecStart=/usr/bin/node /srv/web/main.js --data /srv/data';
  t.match(listBundleNeeds(bundleOf(unit)), [/put it at root\/srv\/web\/main\.js, root\/srv\/data\.$/]);
  t.match(listBundleNeeds(bundleOf(unit, { root: ['srv/data/a'] })), [/put it at root\/srv\/web\/main\.js\.$/]);
  t.same(listBundleNeeds(bundleOf(unit, { root: ['srv/data/a', 'srv/web/main.js'] })), []);
});

t.test('what a command line names may be data, and a module is none of the bundle', async (t) => {
  const unit = 'ExecStart=/usr/bin/python3 -m http.server --directory /srv/files 8000';
  t.same(listBundleNeeds(bundleOf(unit)), [
    'The bundle may lack what the command line of /usr/bin/python3 names, /srv/files: put it at root/srv/files.',
  ]);
  t.same(listBundleNeeds(bundleOf(unit, { root: ['srv/files/a'] })), []);
});

t.test('directories that every guest has are not asked for', async (t) => {
  for (const path of [
    '/usr/share',
    '/etc',
    '/etc/',
    '/var',
    '/var/lib',
    '/tmp',
    '/',
    '/srv',
    '/run/web/socket',
    '/dev/null',
  ])
    t.same(listBundleNeeds(bundleOf(`ExecStart=/usr/bin/python3 -m http.server --directory ${path}`)), [], path);
  const script = 'ExecStart=/usr/bin/node server.js --data /var/lib';
  t.match(listBundleNeeds(bundleOf(script)), [/^The bundle lacks the program or script that \/usr\/bin\/node runs/]);
  t.match(listBundleNeeds(bundleOf('ExecStart=/bin/sh /etc/web/start')), [/names, \/etc\/web\/start: put it at root/]);
});

t.test('variables, credentials and units', async (t) => {
  const unit =
    'ExecStart=/usr/bin/python3 -m web\nEnvironmentFile=-/etc/a\nEnvironmentFile=/etc/b\nLoadCredential=k:/etc/k';
  t.match(listBundleNeeds(bundleOf(`${unit}\n[Unit]\nRequires=db.service`)), [
    'The environment file /etc/b is not in the bundle: put a stand-in at root/etc/b.',
    /^The unit loads the credential k from \/etc\/k/,
    /^The unit requires db\.service/,
  ]);
  const files = (text: string) => ({ files: [{ path: 'etc/b', text }], root: ['etc/k'] });
  const captured = '# The values stayed on the host.\n# A=\n# B=\n';
  t.same(listBundleNeeds(bundleOf(unit, files(captured))), [
    'etc/b has the names A, B without values: add the values that the server needs to start.',
  ]);
  t.same(listBundleNeeds(bundleOf(unit, files('A=1\n'))), []);
});

t.test('where a stand-in serves, nothing of the real server is needed', async (t) => {
  const files = [{ path: 'etc/t3-serve/alice.env', text: '' }];
  t.same(listBundleNeeds(bundleOf('ExecStart=/usr/bin/t3\nEnvironmentFile=/etc/t3-serve/alice.env', { files })), []);
});
