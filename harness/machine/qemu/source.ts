import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { measureTime } from '../../core/clock.js';
import { machineError } from '../../core/errors.js';
import {
  type Accelerator,
  chooseAccelerator,
  EMULATION,
  readKnownAccelerator,
  readQemuVersion,
  type TrialGuest,
} from '../accelerator.js';
import { commandLineOf } from '../image/boot.js';
import { ensureImage } from '../image/build.js';
import { debian } from '../image/debian.js';
import { createOverlay } from '../image/disk.js';
import type { Initramfs } from '../image/distribution.js';
import { ensureSealed } from '../image/ensure-sealed.js';
import { guestNamed } from '../image/guests.js';
import { type Boot, bootOf, type Image, remarksOn, snapshotsDir } from '../image/store.js';
import type { MachineSource, MachineSpec } from '../machine.js';
import type { MachineContext } from '../provider.js';
import { hashToolkit, installToolkit } from '../toolkit.js';
import { makeWorkDir } from '../workdir.js';
import { qemuArgs } from './args.js';
import { QemuMachine } from './machine.js';
import type { OwnGuest } from './own-flags.js';
import { ensureOwnImage } from './own-image.js';
import { createPreparedStates, type Snapshot } from './prepared.js';
import { noteWanted, removeUnwanted } from './prepared-room.js';
import { refuseUnfit } from './unfit.js';

export interface QemuSourceOptions extends MachineContext {
  readonly spec: MachineSpec;
  /** What a user brings along in place of a guest of ours, or of its kernel. */
  readonly own?: OwnGuest | undefined;
}

/**
 * Makes QEMU guests of one spec: boots the image once, makes a snapshot with oomdrill's programs installed, and starts each
 * machine from there on a disk of its own. The snapshot stays in the cache for later runs.
 */
export async function createQemuSource({ spec, own, ...context }: QemuSourceOptions): Promise<MachineSource> {
  const { ledger, progress, signal } = context;
  const { image, trial, commandLine } = await findRoot({ spec, own, ...context });
  const accelerator = await chooseAccelerator(trial, { signal, progress });
  const boot = own?.kernel === undefined ? bootOf(image) : { kernel: own.kernel, initrd: own.initrd };
  const guest = own?.name ?? spec.guest;
  const base = await ensureSnapshot({ spec, guest, ...context, image, accelerator, boot, commandLine, isOurs: !own });
  const shared = { accelerator, ...boot, commandLine, memoryBytes: spec.memoryBytes, cpus: spec.cpus };
  const prepared = createPreparedStates({ base, guest, shared, ledger, progress });
  return {
    accelerator: accelerator.name,
    remarks: remarksOn(image),
    async start({ workDir, signal }) {
      const disk = await createOverlay(join(base.dir, 'disk.qcow2'), workDir);
      const incoming = { state: join(base.dir, 'state'), isWithoutMemory: false };
      return QemuMachine.start({ ...shared, disk, workDir, incoming }, ledger, signal);
    },
    startPrepared: prepared.start,
    forgetPrepared: prepared.forget,
    // Nothing runs between drills, and the cache is meant to stay.
    async [Symbol.asyncDispose]() {},
  };
}

/** The root of the guest, what KVM is tried with, and the kernel's parameters where they are not the usual ones. */
interface Root {
  readonly image: Image;
  readonly trial: TrialGuest;
  readonly commandLine?: string;
}

async function findRoot({ spec, own, ...context }: QemuSourceOptions): Promise<Root> {
  if (own?.image !== undefined) {
    const first = (await readKnownAccelerator()) ?? EMULATION;
    const image = await ensureOwnImage(own.image, first, context);
    const { root = '', initramfs = '' } = image.facts;
    const trial = { ...bootOf(image), initramfs: initramfs === 'dracut' ? DRACUT : debian.initramfs };
    return { image, trial, commandLine: commandLineOf(root) };
  }
  const guest = guestNamed(spec.guest);
  const image = await ensureImage(guest, context.progress, context.signal, spec.packages);
  return { image, trial: { ...bootOf(image), initramfs: guest.distribution.initramfs } };
}

/** dracut.cmdline(7); the words are those of systemd in it. */
const DRACUT: Initramfs = { stop: 'rd.break=cmdline', sentinel: 'dracut' };

interface SnapshotOptions extends MachineContext {
  readonly spec: MachineSpec;
  /** As results name it. */
  readonly guest: string;
  readonly image: Image;
  readonly accelerator: Accelerator;
  readonly boot: Boot;
  readonly commandLine: string | undefined;
  /** Whether image and kernel are of our own making, so that what fails in them is our fault. */
  readonly isOurs: boolean;
}

/** The snapshot, which is made if it is not in the cache, or if anything that it depends on has changed. */
async function ensureSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  const { guest, accelerator, signal, progress } = options;
  const dir = join(snapshotsDir(), `${guest}-${await snapshotKey(options)}`);
  const make = async (draft: string) => {
    progress(`booting the ${guest} guest once (${accelerator.name}: ${accelerator.why})`);
    const { ms, value: facts } = await measureTime(() => makeSnapshot(options, draft));
    progress(`booted, prepared and made a snapshot of it in ${Math.round(ms / 1000)} s`);
    await removeUnwanted(snapshotsDir());
    return facts;
  };
  await noteWanted(dir);
  return { dir, seal: await ensureSealed({ dir, files: ['disk.qcow2', 'state'], make }, signal) };
}

/** All that a snapshot depends on, as its name in the cache. */
export async function snapshotKey({
  spec,
  guest,
  image,
  accelerator,
  boot,
  commandLine,
  isOurs,
}: Omit<SnapshotOptions, keyof MachineContext>): Promise<string> {
  const parts = [
    image.id,
    image.facts.builtAt,
    guest,
    // A machine that is restored must have the devices of the one that was saved.
    qemuArgs({ ...spec, accelerator, kernel: '', initrd: '', commandLine, disk: '', workDir: '' }),
    ...(isOurs ? [] : [await stampsOf(boot)]),
    await readQemuVersion(),
    await hashToolkit(),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** A kernel of the user's own, which may be built anew at the same place. */
async function stampsOf({ kernel, initrd }: Boot): Promise<number[]> {
  const files = initrd === undefined ? [kernel] : [kernel, initrd];
  return (await Promise.all(files.map((file) => stat(file)))).flatMap(({ size, mtimeMs }) => [size, mtimeMs]);
}

/** Boots a guest, installs oomdrill's programs in it and makes a snapshot in a folder. Gives the facts of its seal. */
async function makeSnapshot(
  { spec, guest, ledger, signal, accelerator, image, boot, commandLine, isOurs }: SnapshotOptions,
  draft: string,
): Promise<Record<string, string>> {
  await using workDir = await makeWorkDir(ledger);
  // Relative, so that a cache can be moved; and by real paths, for one of the two folders may be a link.
  const [from, to] = await Promise.all([realpath(draft), realpath(join(image.dir, 'disk.qcow2'))]);
  const disk = await createOverlay(relative(from, to), draft);
  const { memoryBytes, cpus } = spec;
  const plan = { accelerator, ...boot, commandLine, disk, workDir: workDir.path, memoryBytes, cpus };
  await using machine = await QemuMachine.start(plan, ledger, signal);
  await refuseUnfit(machine, guest, signal);
  await installToolkit(machine, signal);
  await finishBoot(machine, isOurs, signal);
  await machine.saveSnapshot(join(draft, 'state'), signal);
  return { guest, image: image.id };
}

/** Waits until the boot is over, and leaves nothing dirty or cached in the guest: every drill starts from the snapshot. */
async function finishBoot(machine: QemuMachine, isOurs: boolean, signal: AbortSignal): Promise<void> {
  const { stdout } = await machine.exec(['systemctl', 'is-system-running', '--wait'], {
    reason: 'the guest to finish its boot',
    timeoutMs: 120_000,
    signal,
  });
  // A cloud image may have units that fail without a network.
  if (stdout.trim() !== 'running' && isOurs) {
    const { stdout: failed } = await machine.exec(['systemctl', 'list-units', '--failed', '--no-legend', '--plain'], {
      reason: 'the failed units',
      signal,
    });
    throw machineError(
      'GUEST_DEGRADED',
      `The guest did not boot cleanly (${stdout.trim()}): ${failed.trim() || 'no unit is named'}.`,
      '`oomdrill image rm` and a new build may fix it.',
    );
  }
  await machine.exec(['sh', '-c', 'sync && echo 3 >/proc/sys/vm/drop_caches'], {
    reason: 'the caches to be dropped',
    signal,
  });
}
