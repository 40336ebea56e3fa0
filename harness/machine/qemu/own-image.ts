import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { assets } from '../../core/assets.js';
import { GIB, MIB } from '../../core/bytes.js';
import { measureTime } from '../../core/clock.js';
import { sleep } from '../../core/deadline.js';
import { machineError, messageOf, OomdrillError, usageError } from '../../core/errors.js';
import { listGuestAccounts } from '../../workload/stand-ins.js';
import type { Accelerator } from '../accelerator.js';
import { ensureSealed } from '../image/ensure-sealed.js';
import { IMAGE_FILES, type Image, imageDir } from '../image/store.js';
import type { MachineContext } from '../provider.js';
import { run } from '../run.js';
import { makeWorkDir } from '../workdir.js';
import { consoleLogIn } from './args.js';
import { nameOfImage } from './image-name.js';
import { QemuMachine } from './machine.js';

/** So large is its disk made at least: a server's data and the swap of a bundle must fit. */
const DISK_BYTES = 12 * GIB;

/** What its first boot has, whatever it is drilled with later. */
const FIRST_BOOT = { memoryBytes: 2 * GIB, cpus: 2 };

/** Files are read out of it in pieces of this size: the agent sends them as text. */
const PIECE_BYTES = 8 * MIB;

/** What qemu-img(1) says of a disk image. */
const infoSchema = z.object({
  format: z.string(),
  'virtual-size': z.number(),
  encrypted: z.boolean().optional(),
  'backing-filename': z.string().optional(),
});

/**
 * The image of someone else's cloud image: a copy of it that was booted once with a seed for cloud-init, which brings our programs, and
 * its kernel and initrd. Made if it is not in the cache. The file itself is only read.
 *
 * @throws OomdrillError `IMAGE_INVALID` and `IMAGE_ARCHITECTURE` for a file that cannot be booted; `IMAGE_NO_SYSTEMD`, `IMAGE_NO_PYTHON`,
 *   `IMAGE_NO_SSHD`, `IMAGE_DISK_SMALL` and `IMAGE_SEED`, which its first boot says; `IMAGE_SILENT` for one that says nothing
 */
export async function ensureOwnImage(file: string, accelerator: Accelerator, context: MachineContext): Promise<Image> {
  const { progress, signal } = context;
  const name = nameOfImage(file);
  const id = await keyOf(file);
  const dir = imageDir(name, id);
  const make = async (draft: string) => {
    await examine(file);
    progress(`booting ${name} once with a seed for cloud-init`);
    const { ms, value } = await measureTime(() => adopt({ file, name, draft, accelerator, ...context }));
    progress(`made a guest of ${name} in ${Math.round(ms / 1_000)} s`);
    return value;
  };
  const { facts } = await ensureSealed({ dir, files: IMAGE_FILES, make }, signal);
  return { guest: name, id, dir, facts };
}

/** All that the copy depends on. */
async function keyOf(file: string): Promise<string> {
  const { size, mtimeMs } = await stat(file).catch((cause: unknown) => {
    throw usageError('IMAGE_INVALID', `The image ${file} cannot be read: ${messageOf(cause)}.`, undefined, cause);
  });
  const hash = createHash('sha256').update(JSON.stringify([file, size, mtimeMs, process.version]));
  for (const name of (await readdir(seedSource())).sort()) hash.update(await readFile(seedSource(name)));
  return hash.digest('hex').slice(0, 16);
}

const seedSource = (...names: string[]): string => assets.guestSource('cloud', ...names);

const INVALID_HINT = 'Name a cloud image in the format qcow2; `qemu-img convert -O qcow2` makes one of another format.';

/** @throws OomdrillError `IMAGE_INVALID`, `IMAGE_ARCHITECTURE` */
async function examine(file: string): Promise<void> {
  const { stdout, stderr, failed } = await execa('qemu-img', ['info', '--output=json', file], { reject: false });
  const refuse = (why: string) =>
    usageError('IMAGE_INVALID', `The image ${file} cannot be used: ${why}.`, INVALID_HINT);
  if (failed) throw refuse(stderr.trim());
  const info = infoSchema.parse(JSON.parse(stdout));
  if (info.format !== 'qcow2') throw refuse(`it is not a qcow2 (to qemu-img it is "${info.format}")`);
  if (info.encrypted) throw refuse('it is encrypted');
  if (info['backing-filename'] !== undefined) throw refuse(`it rests on another file, ${info['backing-filename']}`);
}

/** A file name in the folder that UEFI boots from, as a FAT directory has it: that of another architecture (UEFI, "Removable Media Boot Behavior"). */
const FOREIGN_LOADERS = { BOOTAA64EFI: 'aarch64', BOOTRISCEFI: 'riscv64', BOOTARM_EFI: 'arm' } as const;

/** @throws OomdrillError `IMAGE_ARCHITECTURE` where the beginning of a disk has the boot loader of another architecture, and none of ours */
export function refuseForeign(file: string, beginning: Buffer): void {
  if (beginning.includes('BOOTX64 EFI')) return;
  const found = Object.entries(FOREIGN_LOADERS).find(([name]) => beginning.includes(name.replace('_', ' ')));
  if (found)
    throw usageError(
      'IMAGE_ARCHITECTURE',
      `The image ${file} is for ${found[1]}, and guests are x86_64.`,
      'Take its amd64 version.',
    );
}

interface Adoption extends MachineContext {
  readonly file: string;
  readonly name: string;
  readonly draft: string;
  readonly accelerator: Accelerator;
}

async function adopt({ file, name, draft, accelerator, ledger, signal }: Adoption): Promise<Record<string, string>> {
  await using workDir = await makeWorkDir(ledger);
  const disk = join(draft, 'disk.qcow2');
  await prepareDisk(file, disk, workDir.path);
  const seed = join(workDir.path, 'seed');
  await makeSeed(seed);
  const refused = new AbortController();
  const over = new AbortController();
  const either = AbortSignal.any([signal, refused.signal]);
  const watched = watchConsole(consoleLogIn(workDir.path), name, refused, over.signal);
  try {
    const plan = { ...FIRST_BOOT, accelerator, kernel: '', disk, workDir: workDir.path, seed };
    await using machine = await QemuMachine.start(plan, ledger, either);
    const facts = await takeFacts(machine, signal);
    await takeFile(machine, `${facts.kernel}`, join(draft, 'vmlinuz'), signal);
    await takeFile(machine, `${facts.initrd}`, join(draft, 'initrd'), signal);
    // What is mounted is made read-only, so that the next boot finds it clean.
    await machine.exec(['sh', '-c', 'sync; echo u >/proc/sysrq-trigger; sleep 1; sync'], {
      reason: 'its disk',
      signal,
    });
    await machine.flushDisk();
    return facts;
  } catch (thrown) {
    refused.signal.throwIfAborted();
    if (thrown instanceof OomdrillError && thrown.code === 'GUEST_SILENT')
      throw await silent(file, workDir.path, thrown);
    throw thrown;
  } finally {
    over.abort();
    await watched;
  }
}

async function prepareDisk(file: string, disk: string, workDir: string): Promise<void> {
  try {
    const head = join(workDir, 'head');
    await execa('qemu-img', ['dd', '-O', 'raw', 'bs=1M', 'count=256', `if=${file}`, `of=${head}`]);
    refuseForeign(file, await readFile(head));
    await execa('qemu-img', ['convert', '-O', 'qcow2', file, disk]);
    await execa('qemu-img', ['resize', '-q', disk, String(DISK_BYTES)], { reject: false });
  } catch (thrown) {
    if (thrown instanceof OomdrillError) throw thrown;
    throw machineError(
      'IMAGE_INVALID',
      `The image ${file} could not be copied: ${messageOf(thrown)}.`,
      INVALID_HINT,
      thrown,
    );
  }
}

/** The folder that QEMU shows to the guest as a disk with a FAT file system, labelled cidata (cloud-init, NoCloud). */
async function makeSeed(dir: string): Promise<void> {
  await mkdir(dir);
  const script = await readFile(seedSource('user-data.sh'), 'utf8');
  await writeFile(join(dir, 'user-data'), script.replace('USERS', listGuestAccounts().join(' ')));
  await writeFile(join(dir, 'meta-data'), 'instance-id: oomdrill\nlocal-hostname: guest\n');
  await copyFile(seedSource('agent.py'), join(dir, 'agent.py'));
  const control = ['etc/oomdrill', 'etc/systemd/system'];
  const tar = ['--create', '--owner=0', '--group=0', '--mode=u=rwX,go=rX', '--file', join(dir, 'control.tar')];
  await execa('tar', [...tar, '--directory', assets.guestSource('image', 'rootfs'), ...control]);
  await copyFile(process.execPath, join(dir, 'node'));
}

/** What its console says in refusal, as an error. */
export function refusalIn(console: string, name: string): OomdrillError | undefined {
  const [, code, why] = /oomdrill-image: refused ([A-Z_]+) ([^\r\n]*)/.exec(console) ?? [];
  if (code === undefined) return undefined;
  return machineError(code, `${name} cannot be a guest: ${why}.`, 'docs/your-image.md says what an image must have.');
}

async function watchConsole(file: string, name: string, refused: AbortController, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const refusal = refusalIn(await readFile(file, 'utf8').catch(() => ''), name);
    if (refusal) return refused.abort(refusal);
    await sleep(1_000, over).catch(() => {});
  }
}

async function silent(file: string, workDir: string, cause: unknown): Promise<OomdrillError> {
  const lines = (await readFile(consoleLogIn(workDir), 'utf8').catch(() => ''))
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== '');
  const last =
    lines.length === 0 ? 'Its console said nothing' : `Its console ends with: ${lines.slice(-3).join(' | ')}`;
  return machineError(
    'IMAGE_SILENT',
    `The image ${file} was booted, and no guest came of it. ${last}.`,
    'It must boot by BIOS on x86_64, and have systemd, cloud-init with its source NoCloud, and Python.',
    cause,
  );
}

/** Words of its kernel command line that say what its root is. */
const ROOT_WORDS = /^(?:root|rootflags|rootfstype|ro|rw|net\.ifnames|biosdevname|rd\.[\w.]+)(?:=|$)/;

const ASK = `
for kernel in /boot/vmlinuz-$(uname -r) /lib/modules/$(uname -r)/vmlinuz; do [ -e "$kernel" ] && break; done
for initrd in /boot/initrd.img-$(uname -r) /boot/initramfs-$(uname -r).img /boot/initrd-$(uname -r); do [ -e "$initrd" ] && break; done
echo "kernel=$kernel"; echo "initrd=$initrd"; echo "cmdline=$(cat /proc/cmdline)"
[ -e /sys/fs/cgroup/cgroup.controllers ] && echo unified=yes
[ -d /usr/share/initramfs-tools ] && echo initramfs=initramfs-tools || echo initramfs=dracut
sed 's/^/remark=/' /etc/oomdrill/remarks`;

async function takeFacts(machine: QemuMachine, signal: AbortSignal): Promise<Record<string, string>> {
  const orThrow = (words: string) => machineError('IMAGE_SEED', `The image could not be looked at: ${words}.`);
  const { stdout } = await run(machine, ['sh', '-c', ASK], { reason: 'what the image is', signal, orThrow });
  const said = stdout.split('\n');
  const all = (key: string) =>
    said.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  const [kernel = '', initrd = '', cmdline = '', initramfs = ''] = ['kernel', 'initrd', 'cmdline', 'initramfs'].map(
    (key) => all(key)[0],
  );
  const root = cmdline.split(' ').filter((word) => ROOT_WORDS.test(word));
  // Up to systemd 257; what comes later has no other way.
  if (all('unified').length === 0) root.push('systemd.unified_cgroup_hierarchy=1');
  const remarks = all('remark').join('\n');
  return {
    builtAt: new Date().toISOString(),
    kernel,
    initrd,
    root: root.join(' '),
    initramfs,
    ...(remarks === '' ? {} : { remarks }),
  };
}

/** Reads a file out of the guest. */
async function takeFile(machine: QemuMachine, from: string, to: string, signal: AbortSignal): Promise<void> {
  const orThrow = (words: string) => machineError('IMAGE_SEED', `${from} could not be read in the image: ${words}.`);
  const pieces: Buffer[] = [];
  for (let index = 0; ; index++) {
    const script = `dd if="$1" bs=${PIECE_BYTES} skip=${index} count=1 status=none | base64 -w 0`;
    const { stdout } = await run(machine, ['sh', '-c', script, 'sh', from], {
      reason: `${from} of the image`,
      timeoutMs: 120_000,
      signal,
      orThrow,
    });
    const piece = Buffer.from(stdout, 'base64');
    pieces.push(piece);
    if (piece.length < PIECE_BYTES) break;
  }
  if (pieces.every(({ length }) => length === 0)) throw orThrow('it is empty');
  await writeFile(to, Buffer.concat(pieces));
}
