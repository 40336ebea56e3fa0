import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Test } from 'tap';
import { assets } from '../../core/assets.js';

/** A root file system of its own, on a tmpfs that only its processes see: it is gone when the test ends, however it ends. */
export interface PrivateRoot {
  /** Runs a command in it; a status other than 0 is a result. */
  run(
    command: readonly string[],
    input?: string | Uint8Array,
  ): Promise<{ stdout: string; stderr: string; exitCode: number }>;
  /** Runs a script of sh(1) that must succeed, and gives what it prints. */
  sh(script: string): Promise<string>;
  /** What `manifest.py` says of directories. */
  manifest(...dirs: string[]): Promise<string[]>;
}

/** The programs that a private root has of its own. */
const PROGRAMS = join(assets.root, 'harness', 'testing', 'private-root');

/** Why none can be made here; undefined where one can. */
export function whyNoPrivateRoot(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make a private root';
  for (const program of ['unshare', 'nsenter', 'chroot', 'python3', 'setcap', 'useradd'])
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) return `${program} is not installed`;
  return spawnSync('unshare', ['--mount', 'true']).status === 0 ? undefined : 'a mount namespace cannot be made here';
}

/** The programs of this host, its devices and processes; everything else is empty. Ends with its standard input. */
const SET_UP = `
set -e
root=$1
mount -t tmpfs -o "size=$2,mode=755" none "$root"
cd "$root"
mkdir usr dev proc tmp etc home root var var/lib var/tmp run fake opt srv
chmod 1777 tmp var/tmp
chmod 700 root
mount --rbind /usr usr
mount --rbind /dev dev
mount -t proc proc proc
for name in bin sbin lib lib64; do
  if [ -L "/$name" ]; then ln -s "$(readlink "/$name")" "$name"; elif [ -d "/$name" ]; then mkdir "$name"; mount --rbind "/$name" "$name"; fi
done
cp "$3/systemctl" "$3/manifest.py" fake/
: >fake/active
mkdir etc/default etc/skel
cp /etc/ld.so.cache etc/ 2>/dev/null || :
cp /etc/login.defs etc/
printf 'passwd: files\\ngroup: files\\nshadow: files\\n' >etc/nsswitch.conf
printf 'root:x:0:0:root:/root:/bin/sh\\nmallory:x:4242:4242::/home/mallory:/bin/sh\\n' >etc/passwd
printf 'root:x:0:\\nshadow:x:42:\\nmallory:x:4242:\\n' >etc/group
printf 'root:*:19000:0:99999:7:::\\nmallory:old:19000:0:99999:7:::\\n' >etc/shadow
printf 'root:*::\\nshadow:*::\\nmallory:!::\\n' >etc/gshadow
chgrp 42 etc/shadow etc/gshadow
chmod 640 etc/shadow etc/gshadow
: >etc/.pwd.lock
echo ready
exec cat >/dev/null`;

/** Makes one for a test. @param size of its file system, as mount(8) takes it */
export async function openPrivateRoot(t: Test, size = '64m'): Promise<PrivateRoot> {
  const dir = await mkdtemp(join(tmpdir(), 'oomdrill-root-'));
  const keeper = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-c', SET_UP, 'sh', dir, size, PROGRAMS],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  t.teardown(async () => {
    keeper.stdin.end();
    if (keeper.exitCode === null) await once(keeper, 'exit');
    await rmdir(dir);
  });
  await Promise.race([
    once(keeper.stdout, 'data'),
    once(keeper, 'exit').then(() => {
      throw new Error('the private root could not be made');
    }),
  ]);
  const enter = ['--target', String(keeper.pid), '--mount', 'chroot', dir];
  const run: PrivateRoot['run'] = async (command, input = '') => {
    const { stdout, stderr, exitCode } = await execa(
      'nsenter',
      [...enter, 'env', '-i', 'PATH=/fake:/usr/sbin:/usr/bin:/sbin:/bin', ...command],
      { reject: false, input },
    );
    return { stdout, stderr, exitCode: exitCode ?? -1 };
  };
  const sh = async (script: string) => {
    const { stdout, stderr, exitCode } = await run(['sh', '-euc', script]);
    if (exitCode !== 0) throw new Error(`status ${exitCode}: ${stderr}`);
    return stdout;
  };
  const manifest = async (...dirs: string[]) => (await sh(`python3 /fake/manifest.py ${dirs.join(' ')}`)).split('\n');
  return { run, sh, manifest };
}
