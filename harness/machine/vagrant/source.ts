import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../../core/assets.js';
import { MIB } from '../../core/bytes.js';
import { measureTime } from '../../core/clock.js';
import { machineError } from '../../core/errors.js';
import { listGuestAccounts } from '../../workload/stand-ins.js';
import { type Accelerator, chooseAccelerator } from '../accelerator.js';
import { CONTROL_PORT, GUEST_RUN_DIR } from '../guest-paths.js';
import { ensureImage } from '../image/build.js';
import { guestNamed } from '../image/guests.js';
import { bootOf } from '../image/store.js';
import type { Resource } from '../ledger-pages.js';
import type { MachineSource, MachineSpec } from '../machine.js';
import type { MachineContext } from '../provider.js';
import { run } from '../run.js';
import { installToolkit } from '../toolkit.js';
import { makeWorkDir } from '../workdir.js';
import { boxName, ensureBox } from './box.js';
import { DOMAIN_PREFIX, removeDomain } from './leftovers.js';
import { ensureLibvirt, runVirsh } from './libvirt.js';
import { type DomainFacts, VagrantMachine } from './machine.js';
import { parseSshConfig, runVagrant } from './vagrant.js';

const SNAPSHOT = 'clean';

/** oomdrill's own sshd: in a protected slice, so that a guest under memory pressure still takes commands. Our image has it already. */
const CONTROL_CHANNEL = [
  'etc/oomdrill',
  'etc/systemd/system/oomdrill-ssh.service',
  'etc/systemd/system/oomdrill.slice',
];
const START_CONTROL_CHANNEL = `
set -e
tar --extract --directory=/ --no-overwrite-dir
systemctl daemon-reload
systemctl restart oomdrill-ssh.service
install -m 600 "$(getent passwd "$1" | cut -d: -f6)/.ssh/authorized_keys" ${GUEST_RUN_DIR}/authorized_keys
`;

/** Packages may have to be installed first. */
const PREPARE_MS = 600_000;

const END_OF_BOOT = 'systemctl is-system-running --wait >/dev/null; sync; echo 3 >/proc/sys/vm/drop_caches';

export interface VagrantSourceOptions extends MachineContext {
  readonly spec: MachineSpec;
}

/**
 * One Vagrant machine of a spec: up once, put back to a snapshot before each drill, destroyed when disposed. The snapshot is
 * libvirt's: it is the one that Vagrant's provider takes too, without Vagrant's own start-up before every drill.
 */
export async function createVagrantSource(options: VagrantSourceOptions): Promise<MachineSource> {
  const { ledger, progress, signal } = options;
  await ensureLibvirt(signal);
  // libvirt tries out QEMU before its first domain, for half a minute under emulation: now, and not while Vagrant waits for it.
  await runVirsh('domcapabilities');
  const base = await chooseBox(options);
  const dir = await makeWorkDir(ledger);
  const prefix = `${DOMAIN_PREFIX}${randomBytes(6).toString('hex')}-`;
  const name = `${prefix}default`;
  const domain: Resource = { kind: 'domain', name };
  ledger.add(domain);
  const release = async () => {
    await removeDomain(name);
    ledger.remove(domain);
    await dir[Symbol.asyncDispose]();
  };
  try {
    const control = await bringUp(options, base, { name, prefix, dir: dir.path });
    await runVirsh('snapshot-create-as', name, SNAPSHOT);
    return {
      accelerator: base.accelerator.name,
      async start({ workDir, signal }) {
        await runVirsh('snapshot-revert', name, SNAPSHOT, '--running');
        return VagrantMachine.connect(control, workDir, signal);
      },
      [Symbol.asyncDispose]: release,
    };
  } catch (thrown) {
    progress('removing the Vagrant machine, which may wait a minute for libvirt');
    await release().catch(() => {});
    throw thrown;
  }
}

/** The box that a machine is made from, and how its CPUs are run. */
interface Base {
  readonly box: string;
  readonly accelerator: Accelerator;
}

/** Our own box of the guest, made if need be; or the one that the environment names. */
async function chooseBox({ spec, ...context }: VagrantSourceOptions): Promise<Base> {
  const { progress, signal } = context;
  const guest = guestNamed(spec.guest);
  const ours = boxName(guest.name);
  const box = process.env.OOMDRILL_BOX ?? ours;
  const image = await ensureImage(guest, progress, signal);
  const trial = { ...bootOf(image), initramfs: guest.distribution.initramfs };
  const accelerator = await chooseAccelerator(trial, { signal, progress });
  if (box === ours) await ensureBox({ ...context, image, accelerator });
  return { box, accelerator };
}

/** Has Vagrant bring the domain up, and makes it fit for drills. Gives how it is reached from then on. */
async function bringUp(
  { spec, progress, signal }: VagrantSourceOptions,
  { box, accelerator }: Base,
  { name, prefix, dir }: { readonly name: string; readonly prefix: string; readonly dir: string },
): Promise<DomainFacts> {
  const consoleLog = join(dir, 'console.log');
  const settings = {
    OOMDRILL_BOX: box,
    OOMDRILL_VM_MEMORY: String(Math.round(spec.memoryBytes / MIB)),
    OOMDRILL_VM_CPUS: String(spec.cpus),
    OOMDRILL_VM_DRIVER: accelerator.name === 'kvm' ? 'kvm' : 'qemu',
    OOMDRILL_VM_PREFIX: prefix,
    OOMDRILL_VM_CONSOLE: consoleLog,
  };
  const options = { dotfilePath: join(dir, 'vagrant'), settings, signal };
  progress(`vagrant up (${box}, ${accelerator.name})`);
  const up = await measureTime(() => runVagrant(['up', '--provider=libvirt', '--no-provision'], options));
  progress(`the Vagrant machine is up after ${Math.round(up.ms / 1000)} s`);
  const target = parseSshConfig(await runVagrant(['ssh-config'], options));
  const facts = { name, accelerator: accelerator.name, consoleLog };
  await prepareBox(await VagrantMachine.connect({ ...facts, target }, dir, signal), target.user, signal);
  return { ...facts, target: { ...target, user: 'root', port: CONTROL_PORT } };
}

/** Makes any Debian-like box fit for drills, and leaves nothing dirty or cached in it. */
async function prepareBox(machine: VagrantMachine, user: string, signal: AbortSignal): Promise<void> {
  const step = (what: string, command: readonly string[], input?: string | Uint8Array) =>
    run(machine, command, {
      reason: what,
      timeoutMs: PREPARE_MS,
      signal,
      input,
      orThrow: (words) =>
        machineError(
          'BOX_PROVISION',
          `The box could not be made fit for drills (${what}): ${words}.`,
          'It must be like Debian or Ubuntu, with sudo.',
        ),
    });
  try {
    const provision = await readFile(assets.guestSource('provision.sh'));
    await step('what is missing', ['sh', '-s', '--', ...listGuestAccounts()], provision);
    await installToolkit(machine, signal);
    await step('the control channel', ['sh', '-c', START_CONTROL_CHANNEL, 'sh', user], await packControlChannel());
    await step('the end of its boot', ['sh', '-c', END_OF_BOOT]);
  } finally {
    await machine[Symbol.asyncDispose]();
  }
}

/** The files of the control channel, as a tar archive. */
async function packControlChannel(): Promise<Uint8Array> {
  const rootfs = assets.guestSource('image', 'rootfs');
  const args = ['--create', '--owner=0', '--group=0', '--directory', rootfs, ...CONTROL_CHANNEL];
  const { stdout } = await execa('tar', args, { encoding: 'buffer' });
  return stdout;
}
