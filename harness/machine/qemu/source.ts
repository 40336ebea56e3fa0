import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { measureTime } from '../../core/clock.js';
import { machineError } from '../../core/errors.js';
import { type Accelerator, chooseAccelerator, readQemuVersion } from '../accelerator.js';
import { ensureImage } from '../image/build.js';
import { createOverlay } from '../image/disk.js';
import { ensureSealed } from '../image/ensure-sealed.js';
import { guestNamed } from '../image/guests.js';
import { type Boot, bootOf, type Image, snapshotsDir } from '../image/store.js';
import type { MachineSource, MachineSpec } from '../machine.js';
import type { MachineContext } from '../provider.js';
import { hashToolkit, installToolkit } from '../toolkit.js';
import { makeWorkDir } from '../workdir.js';
import { qemuArgs } from './args.js';
import { QemuMachine } from './machine.js';
import { createPreparedStates, type Snapshot } from './prepared.js';
import { noteWanted, removeUnwanted } from './prepared-room.js';

export interface QemuSourceOptions extends MachineContext {
  readonly spec: MachineSpec;
}

/**
 * Makes QEMU guests of one spec: boots the image once, makes a snapshot with oomdrill's programs installed, and starts each
 * machine from there on a disk of its own. The snapshot stays in the cache for later runs.
 */
export async function createQemuSource({ spec, ledger, progress, signal }: QemuSourceOptions): Promise<MachineSource> {
  const guest = guestNamed(spec.guest);
  const image = await ensureImage(guest, progress, signal, spec.packages);
  const boot = bootOf(image);
  const trial = { ...boot, initramfs: guest.distribution.initramfs };
  const accelerator = await chooseAccelerator(trial, { signal, progress });
  const base = await ensureSnapshot({ spec, ledger, progress, signal, image, accelerator, boot });
  const shared = { accelerator, ...boot, memoryBytes: spec.memoryBytes, cpus: spec.cpus };
  const prepared = createPreparedStates({ base, guest: spec.guest, shared, ledger, progress });
  return {
    accelerator: accelerator.name,
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

interface SnapshotOptions extends QemuSourceOptions {
  readonly image: Image;
  readonly accelerator: Accelerator;
  readonly boot: Boot;
}

/** The snapshot, which is made if it is not in the cache, or if anything that it depends on has changed. */
async function ensureSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  const { spec, accelerator, signal, progress } = options;
  const dir = join(snapshotsDir(), `${spec.guest}-${await snapshotKey(options)}`);
  const make = async (draft: string) => {
    progress(`booting the ${spec.guest} guest once (${accelerator.name}: ${accelerator.why})`);
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
  image,
  accelerator,
}: Pick<SnapshotOptions, 'spec' | 'image' | 'accelerator'>): Promise<string> {
  const parts = [
    image.id,
    image.facts.builtAt,
    spec.guest,
    // A machine that is restored must have the devices of the one that was saved.
    qemuArgs({ ...spec, accelerator, kernel: '', initrd: '', disk: '', workDir: '' }),
    await readQemuVersion(),
    await hashToolkit(),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** Boots a guest, installs oomdrill's programs in it and makes a snapshot in a folder. Gives the facts of its seal. */
async function makeSnapshot(
  { spec, ledger, signal, accelerator, image, boot }: SnapshotOptions,
  draft: string,
): Promise<Record<string, string>> {
  await using workDir = await makeWorkDir(ledger);
  // Relative, so that a cache can be moved; and by real paths, for one of the two folders may be a link.
  const [from, to] = await Promise.all([realpath(draft), realpath(join(image.dir, 'disk.qcow2'))]);
  const disk = await createOverlay(relative(from, to), draft);
  const { memoryBytes, cpus } = spec;
  const plan = { accelerator, ...boot, disk, workDir: workDir.path, memoryBytes, cpus };
  await using machine = await QemuMachine.start(plan, ledger, signal);
  await installToolkit(machine, signal);
  await finishBoot(machine, signal);
  await machine.saveSnapshot(join(draft, 'state'), signal);
  return { guest: spec.guest, image: image.id };
}

/** Waits until the boot is over, and leaves nothing dirty or cached in the guest: every drill starts from the snapshot. */
async function finishBoot(machine: QemuMachine, signal: AbortSignal): Promise<void> {
  const { stdout } = await machine.exec(['systemctl', 'is-system-running', '--wait'], {
    reason: 'the guest to finish its boot',
    timeoutMs: 120_000,
    signal,
  });
  if (stdout.trim() !== 'running') {
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
