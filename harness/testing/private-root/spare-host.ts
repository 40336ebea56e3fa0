import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { backUpHost, installOnHost, restoreHost } from '../../machine/host/backup.js';
import type { GuestShell } from '../../machine/machine.js';
import { packTrees } from '../../machine/pack-trees.js';
import type { PrivateRoot } from './private-root.js';

const { signal } = new AbortController();

/** The unit that the drills of these tests are of. */
export const UNIT = 'web.service';

/** What a host may have of it all, below directories that a drill writes to. */
const RICH_HOST = `
mkdir -p /etc/web /etc/systemd/system
printf 'old\\n' >/etc/web/plain.conf
printf 'old setuid\\n' >/etc/web/setuid; chown 4242:42 /etc/web/setuid; chmod 6751 /etc/web/setuid
printf 'old caps\\n' >/etc/web/caps; setcap cap_net_bind_service+ep /etc/web/caps
printf 'old linked\\n' >/etc/web/linked; ln /etc/web/linked /etc/web/same; ln /etc/web/linked /srv/outside
ln -s /nowhere/at\\ all /etc/web/link
mkfifo -m 620 /etc/web/pipe; chown 4242 /etc/web/pipe
mknod /etc/web/null c 1 3
truncate -s 5M /etc/web/sparse; printf end >>/etc/web/sparse
printf x >'/etc/web/back\\x2dslash and blank '
python3 -c 'import os, struct
os.setxattr("/etc/web/plain.conf", "user.note", b"mine" + bytes(1) + b"and more")
os.setxattr("/etc/web/plain.conf", "trusted.note", b"ours")
no_id = 0xffffffff
entries = [(1, 6, no_id), (2, 6, 4242), (4, 4, no_id), (16, 6, no_id), (32, 0, no_id)]
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
os.setxattr("/etc/web/plain.conf", "system.posix_acl_access", acl)
os.setxattr("/etc/web", "system.posix_acl_default", acl)'
chmod 2771 /etc/web
for file in /etc/web/*; do touch -h -d '2001-02-03 04:05:06.789012345 UTC' "$file"; done
touch -d '2002-02-03 04:05:06.123456789 UTC' /etc/web
mkdir -p /home/mallory && chown 4242:4242 /home/mallory`;

/** Paths that a drill writes to there: some are there already, with all that a file may have. */
export const RICH_FILES = [
  'plain.conf',
  'setuid',
  'caps',
  'linked',
  'same',
  'link',
  'pipe',
  'null',
  'sparse',
  'back\\x2dslash and blank ',
  'new',
  'sub/dir/new',
]
  .map((name) => `/etc/web/${name}`)
  .concat('/home/mallory/app/data', '/home/mallory/top', '/etc/systemd/system/oomdrill.slice');

/** Commands in a root, as on a machine. */
export const shellOf = (root: PrivateRoot): GuestShell => ({ exec: (command, { input }) => root.run(command, input) });

/** Makes a root a host that has something of everything. */
export const makeRichHost = (root: PrivateRoot): Promise<string> => root.sh(RICH_HOST);

/** An archive with these files, as a drill brings them. */
export async function archiveOf(t: Test, files: readonly string[], text = 'of the drill'): Promise<Uint8Array> {
  const dir = t.testdir({ tree: {}, work: {} });
  for (const path of files) {
    await mkdir(join(dir, 'tree', path, '..'), { recursive: true });
    await writeFile(join(dir, 'tree', path), `${text}\n`);
  }
  return packTrees([join(dir, 'tree')], join(dir, 'work'));
}

/** One drill's hold on a root. */
export function drillOn(
  root: PrivateRoot,
  run = 'run-1',
  files: readonly string[] = RICH_FILES,
  trees: readonly string[] = [],
  made: readonly string[] = [],
) {
  const host = shellOf(root);
  const options = { name: 'spare', run, stopRunningService: true, signal };
  return {
    backUp: () => backUpHost(host, { unit: UNIT, files, trees, made }, options),
    async install(archive: Uint8Array) {
      const { exitCode, stderr } = await installOnHost(host, run, archive, { reason: 'the files', signal });
      if (exitCode !== 0) throw new Error(stderr);
    },
    restore: () => restoreHost(host, { name: 'spare', run }),
  };
}

/** Everything that is kept, of everything. */
export const EVERYTHING = ['/etc', '/home', '/opt', '/srv', '/root', '/var'];
