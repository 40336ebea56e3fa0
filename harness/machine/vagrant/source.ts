import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../../core/assets.js';
import { timed } from '../../core/clock.js';
import { machineError } from '../../core/errors.js';
import { guestAccounts } from '../../workload/stand-ins.js';
import { chooseAccelerator } from '../accelerator.js';
import { ensureImage } from '../image/build.js';
import { guestNamed } from '../image/guests.js';
import { bootOf } from '../image/store.js';
import type { Resource } from '../ledger.js';
import type { MachineSource, MachineSpec } from '../machine.js';
import type { MachineContext } from '../provider.js';
import { installToolkit } from '../toolkit.js';
import { makeWorkDir } from '../workdir.js';
import { boxName, ensureBox } from './box.js';
import { DOMAIN_PREFIX, removeDomain } from './leftovers.js';
import { ensureLibvirt, virsh } from './libvirt.js';
import { VagrantMachine } from './machine.js';
import { parseSshConfig, vagrant } from './vagrant.js';

const SNAPSHOT = 'clean';

/** oomdrill's own sshd: in a protected slice, so that a squeezed guest still takes commands. Our image has it already. */
const CONTROL_CHANNEL = [
  'etc/oomdrill',
  'etc/systemd/system/oomdrill-ssh.service',
  'etc/systemd/system/oomdrill.slice',
];
const CONTROL_PORT = 2222;
const START_CONTROL_CHANNEL = `
set -e
tar --extract --directory=/ --no-overwrite-dir
systemctl daemon-reload
systemctl restart oomdrill-ssh.service
install -m 600 "$(getent passwd "$1" | cut -d: -f6)/.ssh/authorized_keys" /run/oomdrill/authorized_keys
`;

export interface VagrantSourceOptions extends MachineContext {
  readonly spec: MachineSpec;
}

/**
 * One Vagrant machine of a spec: up once, put back to a snapshot before each drill, destroyed when disposed. The snapshot is
 * libvirt's: it is the one that Vagrant's provider takes too, without Vagrant's own start-up before every drill.
 */
export async function vagrantSource({ spec, ledger, progress, signal }: VagrantSourceOptions): Promise<MachineSource> {
  await ensureLibvirt(signal);
  // libvirt tries out QEMU before its first domain, for half a minute under emulation: now, and not while Vagrant waits for it.
  await virsh('domcapabilities');
  const box = process.env.OOMDRILL_BOX ?? boxName(spec.guest);
  const guest = guestNamed(spec.guest);
  const image = await ensureImage(guest, progress, signal);
  const trial = { ...bootOf(image), initramfs: guest.distribution.initramfs };
  const accelerator = await chooseAccelerator(trial, { signal, progress });
  if (box === boxName(spec.guest)) await ensureBox({ image, accelerator, ledger, progress, signal });

  const dir = await makeWorkDir(ledger);
  const prefix = `${DOMAIN_PREFIX}${process.pid}-`;
  const name = `${prefix}default`;
  const domain: Resource = { kind: 'domain', name };
  ledger.add(domain);
  const release = async () => {
    await removeDomain(name);
    ledger.remove(domain);
    await dir[Symbol.asyncDispose]();
  };
  try {
    const consoleLog = join(dir.path, 'console.log');
    const options = {
      dotfilePath: join(dir.path, 'vagrant'),
      settings: {
        OOMDRILL_BOX: box,
        OOMDRILL_MEMORY: String(Math.round(spec.memoryBytes / 1024 ** 2)),
        OOMDRILL_CPUS: String(spec.cpus),
        OOMDRILL_DRIVER: accelerator.name === 'kvm' ? 'kvm' : 'qemu',
        OOMDRILL_PREFIX: prefix,
        OOMDRILL_CONSOLE: consoleLog,
      },
      signal,
    };
    progress(`vagrant up (${box}, ${accelerator.name})`);
    const up = await timed(() => vagrant(['up', '--provider=libvirt', '--no-provision'], options));
    progress(`the Vagrant machine is up after ${Math.round(up.ms / 1000)} s`);
    const target = parseSshConfig(await vagrant(['ssh-config'], options));
    const facts = { name, accelerator: accelerator.name, consoleLog };
    await prepare(await VagrantMachine.connect({ ...facts, target }, dir.path, signal), target.user, signal);
    const control = { ...facts, target: { ...target, user: 'root', port: CONTROL_PORT } };
    await virsh('snapshot-create-as', name, SNAPSHOT);
    return {
      accelerator: accelerator.name,
      async start({ workDir, signal }) {
        await virsh('snapshot-revert', name, SNAPSHOT, '--running');
        return VagrantMachine.connect(control, workDir, signal);
      },
      [Symbol.asyncDispose]: release,
    };
  } catch (thrown) {
    progress('taking the Vagrant machine away, which may wait a minute for libvirt');
    await release().catch(() => {});
    throw thrown;
  }
}

/** Makes any Debian-like box fit for drills, and leaves nothing dirty or cached in it. */
async function prepare(machine: VagrantMachine, user: string, signal: AbortSignal): Promise<void> {
  const run = async (what: string, command: readonly string[], input?: string | Uint8Array) => {
    const { exitCode, stderr } = await machine.exec(command, {
      reason: what,
      timeoutMs: 600_000,
      signal,
      input: input,
    });
    if (exitCode === 0) return;
    const words = stderr.trim().split('\n').slice(-3).join(' | ');
    throw machineError(
      'BOX_PROVISION',
      `The box could not be made fit for drills (${what}): ${words}.`,
      'It must be like Debian or Ubuntu, with sudo.',
    );
  };
  try {
    const provision = await readFile(assets.guestSource('provision.sh'));
    await run('what is missing', ['sh', '-s', '--', ...guestAccounts()], provision);
    await installToolkit(machine, signal);
    const rootfs = assets.guestSource('image', 'rootfs');
    const { stdout: tar } = await execa(
      'tar',
      ['--create', '--owner=0', '--group=0', '--directory', rootfs, ...CONTROL_CHANNEL],
      { encoding: 'buffer' },
    );
    await run('the control channel', ['sh', '-c', START_CONTROL_CHANNEL, 'sh', user], tar);
    await run('the end of its boot', [
      'sh',
      '-c',
      'systemctl is-system-running --wait >/dev/null; sync; echo 3 >/proc/sys/vm/drop_caches',
    ]);
  } finally {
    await machine[Symbol.asyncDispose]();
  }
}
