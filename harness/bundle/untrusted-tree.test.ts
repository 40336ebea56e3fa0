import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { readService } from '../init/unit-files.js';
import { runCommandLine } from '../testing/command-line.js';
import { loadBundle } from './load.js';
import { readTrees } from './tree.js';

/** The first line of a file of this machine that a link of a tree leads to: JSON to none, and a unit to none. */
const SECRET = 'root:PLANTED:20000';

// Each tree is read by every reader, and at every place.
t.setTimeout(180_000);

const UNITS = 'etc/systemd/system';
const UNIT = '[Service]\nExecStart=/bin/web\nMemoryMax=2G\n';
const MANIFEST = JSON.stringify({
  description: 'x',
  host: { memory: '4G', swap: '0', cpus: 1 },
  serving: { unit: 'web.service', port: 80, path: '/' },
});

/** What an archive from elsewhere may hold: links by their paths in the tree, each to `outside` or below it. */
const HOSTILE_LINKS: Readonly<Record<string, string>> = {
  'a unit': `${UNITS}/evil.service`,
  'the unit that serves': `${UNITS}/web.service`,
  'a drop-in': `${UNITS}/web.service.d/50.conf`,
  'a slice': `${UNITS}/system.slice`,
  'a link that enables': `${UNITS}/multi-user.target.wants/evil.service`,
  'settings of earlyoom': 'etc/default/earlyoom',
  'settings of Docker': 'etc/docker/daemon.json',
  'settings of systemd': 'etc/systemd/oomd.conf',
  'a unit of the vendor': 'usr/lib/systemd/system/evil.service',
  suppressions: 'oomdrill-lint.json',
  'bundle.json': 'bundle.json',
};

/** Folders that are links: what is below them in `outside` has the names that are looked for. */
const HOSTILE_FOLDERS: Readonly<Record<string, string>> = {
  'the root of all': 'etc',
  'the folder of systemd': 'etc/systemd',
  'the folder of units': UNITS,
  'a folder of drop-ins': `${UNITS}/web.service.d`,
  'the folder of defaults': 'etc/default',
  'the folder of the vendor': 'usr/lib/systemd/system',
  'the files of the guest': 'root',
};

/** A tree and what is next to it. Every file in `outside` holds the secret. */
async function untrusted(t: Test, path: string, target: (outside: string) => string, isFolder: boolean) {
  const dir = t.testdir();
  const write = async (file: string, text: string) => {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  };
  const names = [
    ...Object.values(HOSTILE_LINKS),
    'evil.service',
    '50.conf',
    'earlyoom',
    'system/evil.service',
    'shadow',
  ];
  for (const name of names) {
    await write(`outside/${name}`, `${SECRET}\n`);
    await write(`outside/${name.replace(/^etc\//, '').replace(/^systemd\//, '')}`, `${SECRET}\n`);
  }
  const files = {
    'bundle.json': MANIFEST,
    [`${UNITS}/web.service`]: UNIT,
    [`${UNITS}/web.service.d/10.conf`]: '[Service]\n',
  };
  for (const [name, text] of Object.entries(files))
    if (name !== path && !name.startsWith(`${path}/`)) await write(`tree/${name}`, text);
  const link = join(dir, 'tree', path);
  await mkdir(dirname(link), { recursive: true });
  await symlink(target(join(dir, 'outside', isFolder ? '' : 'shadow')), link);
  return join(dir, 'tree');
}

/** Ways to write a link: absolute, and relative, which any number of `..` leads out of. */
const TARGETS = {
  absolute: (outside: string) => outside,
  relative: (outside: string) => `${'../'.repeat(40)}${outside.slice(1)}`,
};

async function checkNothingComesOut(t: Test, tree: string) {
  const read = [
    tree,
    join(tree, 'etc'),
    join(tree, 'etc/systemd'),
    join(tree, UNITS),
    join(tree, UNITS, 'web.service.d'),
  ];
  const own = [`${UNITS}/evil.service`, `${UNITS}/web.service`, 'etc/default/earlyoom', 'etc/docker/daemon.json'];
  for (const path of [...read, ...own.map((name) => join(tree, name))]) {
    const trees = await readTrees([path]).catch(String);
    t.notMatch(JSON.stringify(trees), 'PLANTED', `lint ${path.slice(tree.length)}`);
  }
  const bundle = await loadBundle(tree).catch(String);
  t.notMatch(JSON.stringify(bundle), 'PLANTED', 'a bundle');
  const service = await readService(join(tree, UNITS, 'web.service')).catch(String);
  t.notMatch(JSON.stringify(service), 'PLANTED', 'init --unit');
  for (const args of [
    ['lint', tree],
    ['lint', join(tree, UNITS)],
    ['lint', join(tree, UNITS, 'web.service')],
    ['mutate', tree, '--list'],
    ['validate', join(tree, UNITS, 'web.service'), '--memory-max', 'x'],
  ]) {
    const { stdout, stderr } = await runCommandLine(args);
    t.notMatch(`${stdout}${stderr}`, /PLANTED|^ +at /m, args.join(' '));
  }
}

for (const [how, target] of Object.entries(TARGETS)) {
  for (const [what, path] of Object.entries(HOSTILE_LINKS))
    t.test(`${what} that is a link out of the tree, ${how}`, async (t) =>
      checkNothingComesOut(t, await untrusted(t, path, target, false)),
    );
  for (const [what, path] of Object.entries(HOSTILE_FOLDERS))
    t.test(`${what} that is a link out of the tree, ${how}`, async (t) =>
      checkNothingComesOut(t, await untrusted(t, path, target, true)),
    );
}

t.test('a link in the middle of the way of another, and a chain of them', async (t) => {
  const tree = await untrusted(t, 'opt/way', (outside) => outside, true);
  await symlink('/opt/way/shadow', join(tree, UNITS, 'evil.service'));
  await symlink('/opt/chain', join(tree, UNITS, 'chain.service'));
  await symlink('way/shadow', join(tree, 'opt/chain'));
  await checkNothingComesOut(t, tree);
});

t.test('a home that has an etc next to files that are not settings', async (t) => {
  const home = await untrusted(t, 'opt/unused', () => '/nowhere', false);
  await mkdir(join(home, '.ssh'));
  await writeFile(join(home, '.ssh/id_rsa'), SECRET);
  await symlink('/.ssh/id_rsa', join(home, UNITS, 'evil.service'));
  for (const path of ['etc', 'etc/systemd', UNITS, `${UNITS}/evil.service`])
    t.notMatch(JSON.stringify(await readTrees([join(home, path)]).catch(String)), 'PLANTED', path);
});

t.test('links of systemd are followed as on the host of the tree', async (t) => {
  const tree = await untrusted(t, 'opt/unused', () => '/nowhere', false);
  await mkdir(join(tree, 'srv/shared'), { recursive: true });
  await writeFile(join(tree, 'srv/shared/x.service'), UNIT);
  await writeFile(join(tree, 'srv/shared/limit.conf'), '[Service]\nMemoryHigh=1G\n');
  await symlink('/srv/shared/x.service', join(tree, UNITS, 'linked.service'));
  await symlink('../../../../srv/shared/limit.conf', join(tree, UNITS, 'web.service.d/20.conf'));
  for (const path of ['', 'etc', 'etc/systemd', UNITS]) {
    const { stdout } = await runCommandLine(['lint', join(tree, path), '--json', '-']);
    t.notMatch(stdout, /unreadable-file/);
    if (path !== '') {
      const entries = (await readTrees([join(tree, path)])).flatMap(({ entries }) => entries);
      t.match(
        entries.find(({ path }) => path.endsWith('linked.service')),
        { kind: 'file', text: UNIT },
      );
      t.match(
        entries.find(({ path }) => path.endsWith('20.conf')),
        { text: /MemoryHigh=1G/ },
      );
    }
  }
  const { files } = await readService(join(tree, UNITS, 'web.service'));
  t.match(files.find(({ path }) => path.endsWith('20.conf'))?.text, /MemoryHigh=1G/, 'init follows them too');
});

t.test('FIFOs, devices and sockets are not opened', async (t) => {
  for (const path of ['bundle.json', `${UNITS}/web.service`, `${UNITS}/web.service.d/20.conf`, 'oomdrill-lint.json']) {
    const tree = await untrusted(t, 'opt/unused', () => '/nowhere', false);
    execFileSync('sh', ['-c', 'rm -f "$1" && mkfifo "$1"', 'sh', join(tree, path)]);
    await checkNothingComesOut(t, tree);
  }
});
