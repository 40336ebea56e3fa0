import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { GIB } from '../../core/bytes.js';
import { measureTime } from '../../core/clock.js';
import { machineError, messageOf, OomdrillError } from '../../core/errors.js';
import { makeDirs } from '../../core/make-dirs.js';
import { type Accelerator, chooseAccelerator } from '../accelerator.js';
import { commandLineUnder, KERNEL_COMMAND_LINE } from '../image/boot.js';
import { ensureImage } from '../image/build.js';
import { createOverlay } from '../image/disk.js';
import type { Guest } from '../image/guests.js';
import { bootOf, type Image } from '../image/store.js';
import { withCacheLock } from '../lock.js';
import { cacheDir } from '../places.js';
import type { MachineContext, PackedImage } from '../provider.js';
import { QemuMachine } from '../qemu/machine.js';
import { run } from '../run.js';
import { makeWorkDir } from '../workdir.js';
import { ensureLibvirt, POOL, runVirsh } from './libvirt.js';
import { registeredBox, runVagrant, vagrantHome } from './vagrant.js';

/** Counts up when a box is packed in another way, so that old ones are packed anew. */
const PACKING = 2;

/** What the box's guest has beyond the image: the user that Vagrant logs in as. */
const ADD_VAGRANT = `
set -eu
useradd --create-home --shell /bin/bash vagrant
install -d -m 700 -o vagrant -g vagrant /home/vagrant/.ssh
cat >/home/vagrant/.ssh/authorized_keys
chown vagrant:vagrant /home/vagrant/.ssh/authorized_keys
echo 'vagrant ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/vagrant
: >/etc/machine-id
sync
echo u >/proc/sysrq-trigger
`;

export const boxName = (guest: string): string => `oomdrill/${guest}`;

export interface BoxOptions extends MachineContext {
  readonly image: Image;
  readonly accelerator: Accelerator;
}

/**
 * Packs the image of a guest, which is built if need be, and registers it with Vagrant.
 *
 * @throws OomdrillError what building the image and `ensureBox` throw
 */
export async function packBox(guest: Guest, context: MachineContext): Promise<PackedImage> {
  const { progress, signal } = context;
  await ensureLibvirt(signal);
  const image = await ensureImage(guest, progress, signal);
  const accelerator = await chooseAccelerator({ ...bootOf(image), initramfs: guest.distribution.initramfs }, context);
  const name = await ensureBox({ ...context, image, accelerator });
  return { name, image, start: 'vagrant up --provider=libvirt' };
}

/**
 * Sees to it that Vagrant has a libvirt box of this image, and packs and registers it where it has not: the image with Vagrant's
 * user added, booted by the image's own kernel.
 *
 * @throws OomdrillError `BOX` and what Vagrant, libvirt and QEMU throw
 */
export async function ensureBox(options: BoxOptions): Promise<string> {
  const { image, progress, signal } = options;
  const name = boxName(image.guest);
  const made = `${image.id}/${image.facts.builtAt}/${PACKING}`;
  return withCacheLock(join(cacheDir(), 'boxes.lock'), signal, async () => {
    if ((await registeredBox(name))?.oomdrill === made) return name;
    progress(`packing the ${image.guest} image as the box ${name}, once`);
    const { ms } = await measureTime(() => packAndRegister(options, name, made));
    progress(`packed and registered ${name} in ${Math.round(ms / 1000)} s`);
    return name;
  });
}

async function packAndRegister(
  { image, accelerator, ledger, signal }: BoxOptions,
  name: string,
  made: string,
): Promise<void> {
  const draft = join(cacheDir(), 'boxes', `${image.guest}.draft`);
  await rm(draft, { recursive: true, force: true });
  await makeDirs(draft);
  try {
    await using workDir = await makeWorkDir(ledger);
    const disk = await createOverlay(join(image.dir, 'disk.qcow2'), draft);
    await addVagrant({ image, accelerator, ledger, signal }, disk, workDir.path);
    await execa('qemu-img', ['convert', '-O', 'qcow2', disk, join(draft, 'box.img')], { cancelSignal: signal });
    const kernel = await uploadBoot(image, 'vmlinuz');
    const initrd = await uploadBoot(image, 'initrd');
    await writeFile(
      join(draft, 'metadata.json'),
      JSON.stringify({ provider: 'libvirt', format: 'qcow2', virtual_size: 12, oomdrill: made }),
    );
    await writeFile(join(draft, 'Vagrantfile'), boxVagrantfile(kernel, initrd, accelerator));
    await execa('tar', [
      '--create',
      '--sparse',
      '--file',
      join(draft, 'package.box'),
      '--directory',
      draft,
      'metadata.json',
      'Vagrantfile',
      'box.img',
    ]);
    // A URL, for Vagrant decodes a path as if it were one.
    const { href } = pathToFileURL(join(draft, 'package.box'));
    await runVagrant(['box', 'add', '--force', '--provider', 'libvirt', '--name', name, href], {
      dotfilePath: workDir.path,
      settings: {},
      signal,
    });
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof OomdrillError) throw thrown;
    throw machineError(
      'BOX',
      `The box ${name} could not be packed: ${messageOf(thrown)}.`,
      'Is the disk full? It takes 3 GB while it is packed.',
      thrown,
    );
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function addVagrant(
  { image, accelerator, ledger, signal }: Omit<BoxOptions, 'progress'>,
  disk: string,
  workDir: string,
): Promise<void> {
  const boot = bootOf(image);
  await using machine = await QemuMachine.start(
    { accelerator, ...boot, disk, workDir, memoryBytes: GIB, cpus: 2 },
    ledger,
    signal,
  );
  const input = (await wellKnownKeys(workDir)).join('\n');
  await run(machine, ['sh', '-c', ADD_VAGRANT], {
    reason: "Vagrant's user to be added",
    input,
    signal,
    orThrow: (words) => machineError('BOX', `Vagrant's user could not be added to the image: ${words}.`),
  });
  await machine.flushDisk();
}

/**
 * Puts the image's kernel or initrd where libvirt's QEMU may read it: a volume of the pool, because home directories are closed to
 * it. Gives its path.
 */
async function uploadBoot(image: Image, file: 'vmlinuz' | 'initrd'): Promise<string> {
  const volume = `boot-oomdrill-${image.guest}-${file}`;
  const local = join(image.dir, file);
  const { stdout: size } = await execa('stat', ['--format=%s', local]);
  await ensurePool();
  await runVirsh('vol-delete', volume, '--pool', POOL).catch(() => '');
  await runVirsh('vol-create-as', POOL, volume, size, '--format', 'raw');
  await runVirsh('vol-upload', volume, local, '--pool', POOL);
  return (await runVirsh('vol-path', volume, '--pool', POOL)).trim();
}

/** The pool that vagrant-libvirt uses, made as it would make it. */
async function ensurePool(): Promise<void> {
  if (
    await runVirsh('pool-info', POOL).then(
      () => true,
      () => false,
    )
  )
    return;
  await runVirsh('pool-define-as', POOL, 'dir', '--target', '/var/lib/libvirt/images');
  await runVirsh('pool-build', POOL).catch(() => '');
  await runVirsh('pool-start', POOL);
  await runVirsh('pool-autostart', POOL);
}

/** What comes with the box: the image has no boot loader. */
const boxVagrantfile = (
  kernel: string,
  initrd: string,
  { name }: Accelerator,
): string => `Vagrant.configure('2') do |config|
  config.vm.provider :libvirt do |libvirt|
    libvirt.kernel = '${kernel}'
    libvirt.initrd = '${initrd}'
    libvirt.cmd_line = '${commandLineUnder(name, KERNEL_COMMAND_LINE)}'
  end
end
`;

/**
 * The public halves of the keys with which this Vagrant logs into any box: published, and Vagrant's own default. The guest is
 * on an isolated network, and removed after the drill.
 */
async function wellKnownKeys(dotfilePath: string): Promise<string[]> {
  // Any command makes Vagrant put its keys into its home.
  await runVagrant(['box', 'list'], { dotfilePath, settings: {} });
  const home = vagrantHome();
  const newer = await readdir(join(home, 'insecure_private_keys')).catch(() => []);
  const files = [join(home, 'insecure_private_key'), ...newer.map((name) => join(home, 'insecure_private_keys', name))];
  const keys = await Promise.all(files.map((file) => execa('ssh-keygen', ['-y', '-f', file], { reject: false })));
  return keys.filter(({ failed }) => !failed).map(({ stdout }) => stdout);
}
