import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { formatSeconds, startClock } from '../core/clock.js';
import { machineError } from '../core/errors.js';
import { makeDirs } from '../core/make-dirs.js';
import { replaceFile } from '../core/replace-file.js';
import { dyingWithUs } from './dying-with-us.js';
import type { Initramfs } from './image/distribution.js';
import type { Boot } from './image/store.js';
import type { Progress } from './machine.js';
import { cacheDir } from './places.js';

const acceleratorSchema = z.object({
  name: z.enum(['kvm', 'tcg']),
  cpu: z.string(),
  /** Why this one, in a sentence. */
  why: z.string(),
});
export type Accelerator = z.infer<typeof acceleratorSchema>;

export const QEMU = 'qemu-system-x86_64';

/** A guest that boots under KVM says so within two or three seconds; one that hangs never does. */
const TRIAL_MS = 8_000;

/** What a trial is made with: a guest's kernel and initial RAM file system, and how the latter shows that it runs. */
export interface TrialGuest extends Boot {
  readonly initramfs: Initramfs;
}

interface Telling {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress | undefined;
}

const KVM = { name: 'kvm', cpu: 'host' } as const;
const TCG = { name: 'tcg', cpu: 'max' } as const;

/** What runs a guest where KVM was not tried: an image that is booted once, before its kernel is at hand. */
export const EMULATION: Accelerator = { ...TCG, why: 'KVM was not tried yet' };

/** QEMU's version, as it prints it. @throws OomdrillError `QEMU_MISSING` */
export async function readQemuVersion(): Promise<string> {
  const { stdout, failed } = await execa(QEMU, ['--version'], { reject: false });
  if (failed) throw machineError('QEMU_MISSING', `Could not run ${QEMU}.`, 'Run `npx oomdrill setup`.');
  return /version (\S+)/.exec(stdout)?.[1] ?? stdout;
}

/**
 * Chooses KVM only if it has booted this very kernel to user space: /dev/kvm may open, and even create a machine, and still
 * not run a guest (nested or restricted hosts). The finding is kept for this host's kernel, processor and QEMU.
 *
 * @throws OomdrillError `QEMU_MISSING`, `QEMU_DIED` where the trial was killed
 */
export async function chooseAccelerator(trial: TrialGuest, telling: Telling = {}): Promise<Accelerator> {
  const known = await readKnownAccelerator();
  if (known) return known;
  const found = canOpenKvm()
    ? await tryKvm(trial, telling)
    : { ...TCG, why: '/dev/kvm is not there or may not be opened' };
  await keepFinding(found);
  return found;
}

/** What was found out earlier about this host's kernel, processor, QEMU and rights; undefined when nothing was. */
export async function readKnownAccelerator(): Promise<Accelerator | undefined> {
  return readFile(await findingFile(), 'utf8')
    .then((text) => acceleratorSchema.parse(JSON.parse(text)))
    .catch(() => undefined);
}

/** A cache that cannot be written to costs a trial the next time, and no drill. */
async function keepFinding(found: Accelerator): Promise<void> {
  const file = await findingFile();
  try {
    await makeDirs(dirname(file));
    await replaceFile(file, JSON.stringify(found));
  } catch {
    // The next drill tries again.
  }
}

async function findingFile(): Promise<string> {
  const key = createHash('sha256')
    .update([await readQemuVersion(), release(), cpus()[0]?.model, String(canOpenKvm())].join('\n'))
    .digest('hex')
    .slice(0, 16);
  return join(cacheDir(), `accelerator-${key}.json`);
}

export function canOpenKvm(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Boots a guest without a disk under KVM, and says whether it came to user space. */
async function tryKvm(trial: TrialGuest, { signal, progress }: Telling): Promise<Accelerator> {
  progress?.('trying whether KVM really runs a guest here');
  const clock = startClock();
  const { booted, said, timedOut } = await runTrial(trial, signal);
  const after = formatSeconds(clock.now());
  if (booted) return { ...KVM, why: `a trial guest reached user space under KVM in ${after}` };
  const last = said
    .trim()
    .split('\n')
    .findLast((line) => /error|assert|fail|kvm/i.test(line));
  const because = last ? ` (${last.trim()})` : '';
  const ended = timedOut
    ? `was not in user space within ${after}`
    : `ended after ${after} without having reached user space`;
  return { ...TCG, why: `/dev/kvm opens, but a trial guest ${ended}${because}` };
}

const KILLED_HINT = 'Was it killed for memory on the host? `dmesg` says so.';

/** Runs the trial guest until its console shows user space, or its time is over. */
async function runTrial(
  trial: TrialGuest,
  signal: AbortSignal | undefined,
): Promise<{ booted: boolean; said: string; timedOut: boolean }> {
  const guest = execa(...dyingWithUs(QEMU, trialArgs(trial)), {
    reject: false,
    stdin: 'ignore',
    all: true,
    timeout: TRIAL_MS,
    killSignal: 'SIGKILL',
    cancelSignal: signal,
  });
  let said = '';
  const booted = await new Promise<boolean>((resolve) => {
    guest.all.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(trial.initramfs.sentinel)) resolve(true);
    });
    void guest.then(() => resolve(false));
  });
  guest.kill('SIGKILL');
  const { timedOut, signal: endedBy } = await guest;
  signal?.throwIfAborted();
  // Not by us, and not by itself: that says nothing about KVM, and must not be kept as a finding.
  if (!booted && !timedOut && (endedBy === 'SIGKILL' || endedBy === 'SIGTERM'))
    throw machineError(
      'QEMU_DIED',
      `QEMU was killed (${endedBy}) while it was tried whether KVM runs a guest here.`,
      KILLED_HINT,
    );
  return { booted, said, timedOut };
}

// biome-ignore format: an option and its value on one line
const trialArgs = ({ kernel, initrd, initramfs }: TrialGuest): string[] => [
  '-nodefaults', '-no-user-config', '-no-reboot',
  '-display', 'none',
  '-machine', 'q35',
  '-accel', KVM.name,
  '-cpu', KVM.cpu,
  '-m', '512M',
  '-kernel', kernel,
  ...(initrd === undefined ? [] : ['-initrd', initrd]),
  '-serial', 'stdio',
  '-append', `console=ttyS0 panic=-1 ${initramfs.stop}`,
];
