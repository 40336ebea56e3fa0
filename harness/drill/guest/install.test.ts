import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import type { Bundle } from '../../bundle/bundle.js';
import type { GuestShell } from '../../machine/machine.js';
import { createWorkload } from '../../workload/kinds.js';
import { installBundle } from './install.js';

const UNIT = 'etc/systemd/system/files.service';

const bundle = (dir: string): Bundle => ({
  name: 'files',
  manifest: {
    description: 'files',
    host: { memory: '4G', swap: '0', cpus: 1 },
    serving: { unit: 'files.service', port: 8000, path: '/' },
  },
  files: [{ path: UNIT, text: '[Service]\nExecStart=/usr/bin/python3 -m http.server 8000\n' }],
  root: { dir, paths: ['srv/files/a'] },
});

const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

/** Carries commands out on this host, with a directory in place of the guest's root and a systemctl that does nothing. */
function shellIn(guest: string, bin: string): GuestShell {
  writeFileSync(join(bin, 'systemctl'), '#!/bin/sh\n', { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env.PATH}` };
  const exec: GuestShell['exec'] = async ([program = '', ...args], { input }) => {
    const placed = args.map((arg) => (arg === '/' ? guest : arg));
    const { stdout, stderr, exitCode } = await execa(program, placed, {
      env,
      input: input as Uint8Array,
      reject: false,
    });
    return { stdout, stderr, exitCode: exitCode ?? 1 };
  };
  return { exec } as GuestShell;
}

t.test('no directory of the guest changes when a bundle with root/ is installed', async (t) => {
  const dir = t.testdir({
    root: {
      etc: { systemd: {}, nginx: {} },
      lib: { a: 'in lib' },
      srv: { files: { a: 'a' } },
      tmp: {},
      opt: { none: {} },
    },
    guest: { etc: { systemd: { system: {} }, nginx: {} }, srv: {}, tmp: {}, usr: { lib: {} } },
    bin: {},
    work: {},
  });
  const root = join(dir, 'root');
  const guest = join(dir, 'guest');
  symlinkSync('usr/lib', join(guest, 'lib'));
  writeFileSync(join(root, '-odd\nname'), 'odd');
  mkdirSync(join(root, 'etc', 'systemd', 'system'));
  for (const path of ['.', 'etc', 'etc/systemd', 'srv', 'srv/files', 'opt/none']) chmodSync(join(root, path), 0o700);
  chmodSync(join(root, 'srv/files/a'), 0o600);
  const before = { '.': '755', etc: '755', 'etc/systemd/system': '751', srv: '711', tmp: '1777', 'etc/nginx': '750' };
  for (const [path, mode] of Object.entries(before)) chmodSync(join(guest, path), Number.parseInt(mode, 8));

  const found = bundle(root);
  const { signal } = new AbortController();
  const shell = shellIn(guest, join(dir, 'bin'));
  await installBundle(shell, found, createWorkload(found, { scale: 1 }), { workDir: join(dir, 'work'), signal });

  const after = Object.fromEntries(Object.keys(before).map((path) => [path, modeOf(join(guest, path))]));
  t.same(after, before);
  t.ok(lstatSync(join(guest, 'lib')).isSymbolicLink(), 'a directory that is a link stays one');
  t.equal(readFileSync(join(guest, 'usr/lib/a'), 'utf8'), 'in lib');
  t.match(readFileSync(join(guest, UNIT), 'utf8'), /http\.server/);
  t.equal(readFileSync(join(guest, '-odd\nname'), 'utf8'), 'odd');
  t.equal(modeOf(join(guest, 'srv/files/a')), '644');
  t.equal(modeOf(join(guest, 'srv/files')), '755', 'a service that is not root can read what is new');
  t.equal(modeOf(join(guest, 'opt/none')), '755', 'an empty directory is brought too');
});

t.test('nor when there is no root/ and the caller has a narrow umask', async (t) => {
  const dir = t.testdir({ guest: { etc: {} }, bin: {}, work: {} });
  const guest = join(dir, 'guest');
  chmodSync(guest, 0o755);
  const umask = process.umask(0o077);
  t.teardown(() => process.umask(umask));
  const { root: _, ...found } = bundle(dir);
  const { signal } = new AbortController();
  const shell = shellIn(guest, join(dir, 'bin'));
  await installBundle(shell, found, createWorkload(found, { scale: 1 }), { workDir: join(dir, 'work'), signal });
  t.equal(modeOf(guest), '755');
  t.equal(modeOf(join(guest, UNIT)), '644');
  t.equal(modeOf(join(guest, 'etc/systemd')), '755');
  t.same(readdirSync(join(dir, 'work')), [], 'nothing is left in the work directory');
});
