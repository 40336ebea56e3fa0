import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { Image } from '../image/store.js';
import { snapshotKey } from './source.js';

const spec = { guest: 'trixie', memoryBytes: 2 ** 30, cpus: 2 };
const image = { dir: '/images/trixie', id: '7', facts: { builtAt: '1' } } as unknown as Image;
const boot = { kernel: '/images/trixie/vmlinuz', initrd: undefined };
const accelerator = { name: 'tcg', cpu: 'max', why: 'a test' } as const;

t.test('a snapshot of another QEMU is another one', async (t) => {
  const bin = t.testdir({});
  const { PATH } = process.env;
  process.env.PATH = `${bin}:${PATH}`;
  t.teardown(() => {
    process.env.PATH = PATH;
  });
  const keyWith = async (version: string) => {
    const qemu = join(bin, 'qemu-system-x86_64');
    await writeFile(qemu, `#!/bin/sh\necho "QEMU emulator version ${version} (Debian)"\n`);
    await chmod(qemu, 0o755);
    return snapshotKey({ spec, guest: 'trixie', image, accelerator, boot, commandLine: undefined, isOurs: true });
  };
  const old = await keyWith('7.2.19');
  t.equal(await keyWith('7.2.19'), old);
  t.not(await keyWith('10.0.2'), old);
});
