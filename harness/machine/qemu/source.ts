import { createHash } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { timed } from '../../core/clock.js';
import { machineError } from '../../core/errors.js';
import { type Accelerator, chooseAccelerator, qemuVersion } from '../accelerator.js';
import { KERNEL_COMMAND_LINE } from '../image/boot.js';
import { ensureImage } from '../image/build.js';
import { createOverlay } from '../image/disk.js';
import { checkSeal, seal } from '../image/seal.js';
import { bootOf, type Image, snapshotsDir } from '../image/store.js';
import { withLock } from '../lock.js';
import type { MachineSource, MachineSpec } from '../machine.js';
import type { MachineContext } from '../provider.js';
import { installToolkit, toolkitHash } from '../toolkit.js';
import { makeWorkDir } from '../workdir.js';
import { QemuMachine } from './machine.js';

export interface QemuSourceOptions extends MachineContext {
  readonly spec: MachineSpec;
}

/**
 * Makes QEMU guests of one spec: boots the image once, freezes it with oomdrill's programs installed, and restores each
 * machine from there on a disk of its own. The frozen machine is kept in the cache for later runs.
 */
export async function qemuSource({ spec, ledger, progress, signal }: QemuSourceOptions): Promise<MachineSource> {
  const image = await ensureImage(spec.guest, progress, signal, spec.packages);
  const boot = bootOf(image);
  const accelerator = await chooseAccelerator(boot, { signal, progress });
  const frozen = await ensureFrozen({ spec, ledger, progress, signal, image, accelerator, ...boot });
  return {
    accelerator: accelerator.name,
    async start({ workDir, signal }) {
      const disk = await createOverlay(join(frozen, 'disk.qcow2'), workDir);
      const plan = {
        accelerator,
        ...boot,
        disk,
        workDir,
        memoryBytes: spec.memoryBytes,
        cpus: spec.cpus,
        incoming: join(frozen, 'state'),
      };
      return QemuMachine.start(plan, ledger, signal);
    },
    // Nothing runs between drills, and the cache is meant to stay.
    async [Symbol.asyncDispose]() {},
  };
}

interface FreezeOptions extends QemuSourceOptions {
  readonly image: Image;
  readonly accelerator: Accelerator;
  readonly kernel: string;
  readonly initrd: string;
}

async function ensureFrozen(options: FreezeOptions): Promise<string> {
  const { spec, image, accelerator, signal, progress } = options;
  const key = createHash('sha256')
    .update(
      JSON.stringify([
        image.id,
        image.facts.builtAt,
        spec,
        accelerator.accel,
        accelerator.cpu,
        await qemuVersion(),
        KERNEL_COMMAND_LINE,
        await toolkitHash(),
      ]),
    )
    .digest('hex')
    .slice(0, 16);
  const dir = join(snapshotsDir(), `${spec.guest}-${key}`);
  if (await checkSeal(dir)) return dir;
  return withLock(`${dir}.lock`, signal, async () => {
    if (await checkSeal(dir)) return dir;
    progress(`booting the ${spec.guest} guest once (${accelerator.name}: ${accelerator.why})`);
    const { ms } = await timed(() => freeze(options, dir));
    progress(`booted, prepared and froze it in ${Math.round(ms / 1000)} s`);
    return dir;
  });
}

async function freeze(
  { spec, ledger, signal, accelerator, image, kernel, initrd }: FreezeOptions,
  dir: string,
): Promise<void> {
  const draft = `${dir}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    await using workDir = await makeWorkDir(ledger);
    const disk = await createOverlay(join(image.dir, 'disk.qcow2'), draft);
    await using machine = await QemuMachine.start(
      { accelerator, kernel, initrd, disk, workDir: workDir.path, memoryBytes: spec.memoryBytes, cpus: spec.cpus },
      ledger,
      signal,
    );
    await installToolkit(machine, signal);
    await settle(machine, signal);
    await machine.freeze(join(draft, 'state'), signal);
    await machine[Symbol.asyncDispose]();
    await seal(draft, ['disk.qcow2', 'state'], { guest: spec.guest, image: image.id });
    await rm(dir, { recursive: true, force: true });
    await rename(draft, dir);
  } catch (thrown) {
    await rm(draft, { recursive: true, force: true });
    throw thrown;
  }
}

/** Waits until the boot is over, and leaves nothing dirty or cached in the guest: what is frozen is restored before every drill. */
async function settle(machine: QemuMachine, signal: AbortSignal): Promise<void> {
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
      '`oomdrill image rm` and a new build may mend it.',
    );
  }
  await machine.exec(['sh', '-c', 'sync && echo 3 >/proc/sys/vm/drop_caches'], {
    reason: 'the caches to be dropped',
    signal,
  });
}
