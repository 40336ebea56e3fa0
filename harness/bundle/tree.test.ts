import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { NOT_UTF8 } from '../systemd/unit-file.js';
import { readTrees } from './tree.js';

const make = async (dir: string, files: Record<string, string | Buffer>) => {
  for (const [path, data] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), data);
  }
  return dir;
};

t.test('files with the same name, an etc without units, a folder of drop-ins that is a link', async (t) => {
  const dir = t.testdir();
  await make(dir, {
    'a/foo.service': 'A',
    'b/foo.service': 'B',
    'one/etc/docker/daemon.json': '{}',
    'two/etc/systemd/system/foo.service': '',
    'two/etc/systemd/system/foo.service.d/x.conf': '',
    'three/etc/systemd/shared.d/50.conf': '',
    'three/etc/systemd/system/foo.service': '',
  });
  await symlink('../shared.d', join(dir, 'three/etc/systemd/system/foo.service.d'));
  const paths = async (...given: string[]) =>
    (await readTrees(given.map((name) => join(dir, name)))).map(({ entries }) => entries.map(({ path }) => path));
  t.same(await paths('a/foo.service', 'b/foo.service'), [
    ['etc/systemd/system/foo.service'],
    ['etc/systemd/system/foo.service'],
  ]);
  t.same(await paths('one/etc'), [['etc/docker/daemon.json']]);
  t.same(await paths('two/etc/systemd'), await paths('two'));
  t.ok((await paths('three'))[0]?.includes('etc/systemd/system/foo.service.d/50.conf'), 'systemd follows it');
});

t.test('files of variables that earlyoom.service names are read where they are in what was given', async (t) => {
  const unit = (...paths: string[]) => `[Service]\n${paths.map((path) => `EnvironmentFile=-${path}\n`).join('')}`;
  const dir = t.testdir({
    secret: 'A=1\n',
    host: {
      etc: { sysconfig: { earlyoom: 'EARLYOOM_ARGS=-m 4\n', other: '' }, default: { earlyoom: '' } },
      opt: { 'e.env': '', out: t.fixture('symlink', '../../secret') },
      usr: {
        lib: {
          systemd: {
            system: {
              'earlyoom.service': unit('/etc/sysconfig/earlyoom', '/etc/default/earlyoom', '/opt/e.env', '/opt/out'),
              'web.service': unit('/etc/sysconfig/other'),
            },
          },
        },
      },
    },
  });
  const read = async (path: string) =>
    (await readTrees([join(dir, path)])).flatMap(({ entries }) =>
      entries.filter(({ isContext }) => !isContext).map((each) => each.path),
    );
  const [ofEtc, ofOpt] = [['etc/default/earlyoom', 'etc/sysconfig/earlyoom'], 'opt/e.env'];
  const isSetting = (path: string) => !path.endsWith('.service');
  t.same((await read('host')).filter(isSetting).sort(), [...ofEtc, ofOpt]);
  t.same((await read('host/etc')).filter(isSetting).sort(), ofEtc);
});

t.test('a drop-in of a unit has any name, also that of settings', async (t) => {
  const dir = t.testdir({
    'user@1000.service.d': { 'oomd.conf': '[Service]\n' },
    'oomd.conf.d': { 'oomd.conf': '[OOM]\n' },
    'oomd.conf': '[OOM]\n',
  });
  for (const [file, path] of [
    ['user@1000.service.d/oomd.conf', 'etc/systemd/system/user@1000.service.d/oomd.conf'],
    ['oomd.conf.d/oomd.conf', 'etc/systemd/oomd.conf.d/oomd.conf'],
    ['oomd.conf', 'etc/systemd/oomd.conf'],
  ] as const) {
    const [tree] = await readTrees([join(dir, file)]);
    t.match(tree?.entries, [{ path }], file);
  }
});

t.test('a directory of settings alone', async (t) => {
  const dir = t.testdir({ docker: { 'daemon.json': '{}', 'key.json': '{}' } });
  t.match(await readTrees([join(dir, 'docker')]), [
    { kind: 'files', entries: [{ kind: 'file', path: 'etc/docker/daemon.json', text: '{}' }] },
  ]);
});

t.test('a bundle.json that is a directory cannot be read', async (t) => {
  const [tree] = await readTrees([t.testdir({ 'bundle.json': {}, etc: {} })]);
  t.match(tree, { kind: 'bundle', entries: [{ kind: 'unreadable', path: 'bundle.json' }] });
});

t.test('folders of units that are links, as on NixOS', async (t) => {
  const dir = t.testdir();
  await make(dir, {
    'host/store/units/a.service': 'A',
    'host/store/user/b.service': 'B',
    'store/units/a.service': 'not of the host',
    'far/etc/systemd/x': '',
    'host/etc/systemd/x': '',
  });
  const link = (target: string, path: string) => symlink(target, join(dir, path));
  await link('../../../store/units', 'host/etc/systemd/system');
  await link('../../../store/user', 'host/etc/systemd/user');
  const entriesOf = async (path: string) => (await readTrees([join(dir, path)])).flatMap(({ entries }) => entries);
  const found = ['etc/systemd/system/a.service', 'etc/systemd/user/b.service'];
  for (const path of ['host', 'host/etc', 'host/etc/systemd'])
    t.same(
      (await entriesOf(path)).map(({ path }) => path),
      found,
      path,
    );
  t.match(await entriesOf('host/etc/systemd/system'), [{ kind: 'file', path: found[0], text: 'A' }], 'named by itself');
  await link('host/etc', 'named');
  t.same(
    (await entriesOf('named')).map(({ path }) => path),
    found,
    'an /etc that is a link',
  );
  // In a copy of a host, an absolute target is not a path of this host.
  await link(join(dir, 'store/units'), 'far/etc/systemd/system');
  await link('nowhere', 'far/etc/systemd/user');
  t.match(await entriesOf('far/etc'), [
    {
      kind: 'unreadable',
      path: 'etc/systemd/system',
      why: /is a link to .*store\/units, which is not a directory here/,
    },
    { kind: 'unreadable', path: 'etc/systemd/user', why: /is a link to nowhere/ },
  ]);
  await make(dir, { 'loop/etc/systemd/x': '' });
  await link('..', 'loop/etc/systemd/system');
  t.same((await entriesOf('loop/etc')).length, 0, 'a circle ends');
});

t.test('a bundle, an etc, a root, a folder of units, and files', async (t) => {
  const dir = t.testdir();
  const at = (name: string, files: Record<string, string>) => make(join(dir, name), files);
  const paths = async (...given: string[]) =>
    (await readTrees(given)).map(({ kind, entries }) => [kind, ...entries.map(({ path }) => path)]);
  const unit = {
    'systemd/system/a.service': '',
    'default/earlyoom': '',
    'default/grub': '',
    'systemd/system/README': '',
  };
  const inEtc = Object.fromEntries(Object.entries(unit).map(([path, text]) => [`etc/${path}`, text]));
  const found = ['etc/systemd/system/a.service', 'etc/default/earlyoom'];
  t.same(await paths(await at('bundle', { 'bundle.json': '{}', ...inEtc })), [['bundle', 'bundle.json', ...found]]);
  t.same(await paths(await at('root', { ...inEtc, 'usr/lib/systemd/system/b.slice': '' })), [
    ['etc', found[0], 'usr/lib/systemd/system/b.slice', found[1]],
  ]);
  t.same(await paths(await at('conf', unit)), [['etc', ...found]]);
  const flat = await at('flat', { 'a.service': '', 'a.service.d/x.conf': '', 'deep/er/b.service': '' });
  t.same(await paths(flat), [['files', found[0], 'etc/systemd/system/a.service.d/x.conf']]);
  t.same(await paths(join(flat, 'a.service.d')), [['files', 'etc/systemd/system/a.service.d/x.conf']]);
  t.same(await paths(await at('many', { 'one/bundle.json': '{}', 'two/bundle.json': '{}', 'three/x': '' })), [
    ['bundle', 'bundle.json'],
    ['bundle', 'bundle.json'],
  ]);
  const lone = await at('lone', {
    'daemon.json': '{}',
    'earlyoom.default': '',
    'system.conf': '',
    'oomd.conf.d/x.conf': '',
    'systemd/user/u.slice': '',
  });
  t.same(
    await paths(
      ...['daemon.json', 'earlyoom.default', 'system.conf', 'oomd.conf.d/x.conf', 'systemd/user/u.slice'].map((name) =>
        join(lone, name),
      ),
    ),
    [
      [
        'files',
        'etc/docker/daemon.json',
        'etc/default/earlyoom',
        'etc/systemd/system.conf',
        'etc/systemd/oomd.conf.d/x.conf',
        'etc/systemd/user/u.slice',
      ],
    ],
  );
});

t.test('an etc with the rest of the load path next to it', async (t) => {
  const unit = 'systemd/system/a.service';
  const dir = await make(t.testdir(), {
    [`etc/${unit}.d/x.conf`]: '',
    [`usr/lib/${unit}`]: '',
    [`run/${unit}.d/y.conf`]: '',
    'run/systemd/transient/t.scope': '',
    [`deploy/${unit}`]: '',
    'other/systemd/system/b.service': '',
  });
  await symlink('usr/lib', join(dir, 'lib'));
  const entries = async (path: string) =>
    (await readTrees([join(dir, path)])).flatMap((tree) =>
      tree.entries.map(({ path, shown, isContext }) => [path, shown.slice(dir.length + 1), isContext === true]),
    );
  const found = [
    [`etc/${unit}.d/x.conf`, `etc/${unit}.d/x.conf`, false],
    [`run/${unit}.d/y.conf`, `run/${unit}.d/y.conf`, false],
    ['run/systemd/transient/t.scope', 'run/systemd/transient/t.scope', true],
    [`usr/lib/${unit}`, `usr/lib/${unit}`, true],
  ];
  for (const path of ['etc', 'etc/systemd']) t.same(await entries(path), found, path);
  t.same((await entries('.')).length, 4, 'in a root nothing is context, and its lib is read once');
  for (const path of ['deploy', 'other/systemd']) t.equal((await entries(path)).length, 1, `${path} is not an etc`);
});

t.test('a folder of drop-ins that leads back to the units is read once, for drop-ins', async (t) => {
  const dir = await make(t.testdir(), { 'etc/systemd/system/a.service': 'A', 'etc/systemd/system/a.conf': 'C' });
  await symlink('../system', join(dir, 'etc/systemd/system/x.service.d'));
  const [tree] = await readTrees([dir]);
  t.same(
    tree?.entries.map(({ path }) => path.replace('etc/systemd/system/', '')),
    ['a.conf', 'a.service', 'x.service.d/a.conf'],
  );
});

t.test('a file that could not be read is an entry with the reason, and nothing hangs', async (t) => {
  const dir = await make(t.testdir(), {
    'nul.service': '\0',
    'latin.service': Buffer.from([...Buffer.from('# gr'), 0xfc, 0xdf, ...Buffer.from('e')]),
    'large.service': 'x'.repeat(10 * 1024 ** 2),
    'a.service.d/x.conf': '',
  });
  await symlink('loop.service', join(dir, 'loop.service'));
  await symlink('.', join(dir, 'a.service.d', 'up.conf'));
  execFileSync('mkfifo', [join(dir, 'fifo.service')]);
  const [tree] = await readTrees([dir]);
  const reasons = tree?.entries.map((entry) => [
    entry.path.split('/').at(-1),
    'why' in entry ? entry.why : 'target' in entry ? entry.target : '',
  ]);
  t.match(tree?.entries, [{}, {}, {}, {}, { text: `# gr${NOT_UTF8}${NOT_UTF8}e` }], 'systemd reads it');
  t.same(reasons, [
    ['up.conf', '.'],
    ['x.conf', ''],
    ['fifo.service', 'it is not a regular file'],
    ['large.service', 'it is larger than 1 MiB'],
    ['latin.service', ''],
    ['loop.service', 'loop.service'],
    ['nul.service', 'it is not a text file'],
  ]);
});

t.test('a link out of the folders of units is replaced by its file, and a link between units is a name', async (t) => {
  const dir = await make(t.testdir(), {
    'root/opt/app.service': 'in the tree',
    'root/srv/m.conf': 'drop-in',
    'root/etc/systemd/units/x.service': 'another folder',
    'root/usr/lib/systemd/system/v.service': 'vendor',
    'root/opt/folder/x': '',
    'elsewhere/app.service': 'outside',
    'root/opt/large.service': 'x'.repeat(1024 ** 2 + 1),
    'bundle/bundle.json': '{}',
    'bundle/etc/systemd/system/b.service': '',
    'root/etc/systemd/system/a.service.d/x.conf': '',
    'root/etc/systemd/system/multi-user.target.wants/x.conf': '',
  });
  execFileSync('mkfifo', [join(dir, 'root/opt/fifo')]);
  const links = {
    'absolute.service': '/opt/app.service',
    'chain.service': '/opt/chain',
    'outside.service': join(dir, 'elsewhere/app.service'),
    'relative.service': '../../../opt/app.service',
    'next.service': '../units/x.service',
    'a.service.d/m.conf': '/srv/m.conf',
    'multi-user.target.wants/w.service': '/opt/app.service',
    'alias.service': '/usr/lib/systemd/system/v.service',
    'absent.service': '/usr/lib/systemd/system/absent.service',
    'masked.service': '/dev/null',
    'device.service': '/dev/zero',
    'folder.service': '/opt/folder',
    'fifo.service': '/opt/fifo',
    'loop.service': '/opt/loop',
    'nowhere.service': '/opt/nowhere',
    'large.service': '/opt/large.service',
    'endless.service': '/proc/self/environ',
    // Can only be written to, even by root.
    'refused.service': '/sys/bus/clocksource/drivers_probe',
  };
  for (const [name, target] of Object.entries(links)) await symlink(target, join(dir, 'root/etc/systemd/system', name));
  await symlink('/opt/app.service', join(dir, 'root/opt/chain'));
  await symlink('/opt/loop', join(dir, 'root/opt/loop'));
  await symlink('../../../../elsewhere/app.service', join(dir, 'bundle/etc/systemd/system/out.service'));
  const read = async (path: string) => {
    const [tree] = await readTrees([join(dir, path)]);
    return Object.fromEntries(
      (tree?.entries ?? []).map((entry) => [
        entry.path.replace('etc/systemd/system/', ''),
        entry.kind === 'file' ? entry.text : entry.kind === 'link' ? '->' : entry.why,
      ]),
    );
  };
  const found = {
    'absolute.service': 'in the tree',
    'chain.service': 'in the tree',
    'outside.service': '->',
    'relative.service': 'in the tree',
    'next.service': 'another folder',
    'a.service.d/m.conf': 'drop-in',
    'multi-user.target.wants/w.service': '->',
    'alias.service': '->',
    'absent.service': '->',
    'masked.service': '->',
    'device.service': '->',
    'folder.service': '->',
    'fifo.service': '->',
    'loop.service': '->',
    'nowhere.service': '->',
    'large.service': 'it is larger than 1 MiB',
    'endless.service': '->',
    'refused.service': '->',
  };
  for (const path of ['root', 'root/etc', 'root/etc/systemd']) t.match(await read(path), found, path);
  t.match(await read('root/etc/systemd/system'), { 'outside.service': '->', 'relative.service': 'in the tree' });
  t.match(await read('bundle'), { 'out.service': '->' }, 'links out of a bundle are not followed');
});

t.test('a path that holds nothing that lint reads', async (t) => {
  const dir = await make(t.testdir(), { 'notes.txt': '', 'x/y.txt': '' });
  for (const path of ['absent', '.', 'notes.txt', 'x'])
    await t.rejects(readTrees([join(dir, path)]), { code: 'LINT_PATH', kind: 'usage' }, path);
  await symlink('nowhere', join(dir, 'dangling.service'));
  await t.rejects(readTrees([join(dir, 'absent')]), { code: 'LINT_PATH', hint: /^Name files that lint reads/ });
  await t.rejects(readTrees([join(dir, 'dangling.service')]), {
    message: /dangling\.service is a link to nowhere, which leads to no file\.$/,
    hint: 'Point the link at a file, or remove it.',
  });
  await t.rejects(readTrees(['/proc/self/root/proc']), { code: 'LINT_PATH' });
});

t.test('files that are not units are known by their names in a folder, and by their places on a host', async (t) => {
  const dir = await make(t.testdir(), {
    'repo/app.service': '',
    'repo/oomd.conf': '',
    'repo/deploy/web.service': '',
    'repo/other/web.service': '',
    'repo/web.nomad': '',
    'repo/notes.txt': 'MemoryMax=1G',
    'host/etc/systemd/system/a.service': '',
    'host/etc/nomad.d/web.hcl': 'job "web" {}',
    'host/etc/sysctl.d/10.conf': 'kernel.sysrq = 0',
    'host/etc/sysctl.d/20.conf': 'vm.overcommit_memory = 2',
    'host/home/al/.config/systemd/user/b.service': '',
    'host/home/bo/.config/systemd/user/b.service': '',
    'host/home/cy/.bashrc': '',
    'host/c.slice': '',
    'boot/run/systemd/transient/d.scope': '',
    'job.nomad': '',
  });
  const read = async (path: string) =>
    (await readTrees([join(dir, path)])).map(({ kind, entries, notRead }) => [
      kind,
      entries.filter(({ isContext }) => !isContext).map(({ path }) => path),
      notRead.map(({ path, what }) => `${path.slice(dir.length + 1)}: ${what}`),
    ]);
  const units = 'etc/systemd/system';
  t.same(await read('repo'), [
    [
      'files',
      [`${units}/app.service`, `${units}/web.service`, 'etc/systemd/oomd.conf'],
      ['repo/web.nomad: a Nomad job, or settings of Nomad'],
    ],
    ['files', [`${units}/web.service`], []],
  ]);
  t.same(await read('host'), [
    [
      'etc',
      [`${units}/a.service`],
      [
        'host/etc/nomad.d/web.hcl: a Nomad job, or settings of Nomad',
        "host/etc/sysctl.d/20.conf: settings of the kernel's memory by sysctl",
      ],
    ],
    ['files', ['~/.config/systemd/user/b.service'], []],
    ['files', ['~/.config/systemd/user/b.service'], []],
    ['files', [`${units}/c.slice`], []],
  ]);
  t.same(await read('host/home/al'), [['files', ['~/.config/systemd/user/b.service'], []]]);
  t.same(await read('boot'), [['files', ['run/systemd/transient/d.scope'], []]]);
  await t.rejects(readTrees([join(dir, 'job.nomad')]), {
    code: 'LINT_PATH',
    message: /job\.nomad is a Nomad job, or settings of Nomad, which lint does not read\.$/,
  });
});
