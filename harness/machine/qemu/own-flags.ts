import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { messageOf, usageError } from '../../core/errors.js';
import { DEFAULT_GUEST } from '../image/guests.js';
import type { FlagValues, MachineFlags } from '../provider.js';
import { nameOfImage } from './image-name.js';

/** What a user brings along in place of a guest of ours, or of its kernel. Paths are absolute. */
export interface OwnGuest {
  readonly image?: string | undefined;
  readonly kernel?: string | undefined;
  readonly initrd?: string | undefined;
  /** As results name it. */
  readonly name: string;
}

export const OWN_GUEST_FLAGS: MachineFlags = {
  options: [
    {
      name: 'image',
      flags: '--image <file>',
      description:
        'drill on a cloud image of your own, in place of a guest: a qcow2 for x86_64 with systemd, cgroup v2, cloud-init and Python; it is only read',
    },
    {
      name: 'kernel',
      flags: '--kernel <file>',
      description: 'boot this kernel (bzImage) in place of that of the guest or the image',
    },
    {
      name: 'initrd',
      flags: '--initrd <file>',
      description:
        'with --kernel: its initial RAM file system; without one the kernel must have ext4 and virtio built in',
    },
  ],
  misplaced: (kind, option) =>
    usageError(
      'QEMU_FLAGS',
      `${option} cannot be used with --machine ${kind}: it is an option of --machine qemu.`,
      `Add --machine qemu, or leave ${option} out.`,
    ),
};

/**
 * Reads them; undefined where none was given.
 *
 * @throws OomdrillError `IMAGE_AND_GUEST`, `KERNEL_ONE_GUEST`, `KERNEL_MISSING`, `KERNEL_INVALID`
 */
export function chooseOwnGuest(flags: FlagValues): OwnGuest | undefined {
  const [image, kernel, initrd] = ['image', 'kernel', 'initrd'].map((name) => pathOf(flags[name]));
  const guests = [flags.guest ?? DEFAULT_GUEST].flat().map(String);
  if (initrd !== undefined && kernel === undefined)
    throw usageError('KERNEL_MISSING', '--initrd must be used with --kernel.', 'It belongs to a kernel.');
  if (kernel !== undefined) checkKernel(kernel);
  if (image !== undefined && (guests.length > 1 || guests[0] !== DEFAULT_GUEST))
    throw usageError('IMAGE_AND_GUEST', '--image cannot be used with --guest.', 'It takes the place of the guest.');
  if (kernel !== undefined && guests.length > 1)
    throw usageError('KERNEL_ONE_GUEST', '--kernel must be used with a single guest.', 'Run once for each of them.');
  if (image === undefined && kernel === undefined) return undefined;
  const root = image === undefined ? String(guests[0]) : nameOfImage(image);
  return { image, kernel, initrd, name: kernel === undefined ? root : `${root}+${nameOfImage(basename(kernel))}` };
}

const pathOf = (value: unknown): string | undefined => (value === undefined ? undefined : resolve(String(value)));

/** Where a bzImage says what it is, and the letters (Documentation/arch/x86/boot.rst, "header"). */
const MAGIC_AT = 0x202;
const MAGIC = 'HdrS';

/** @throws OomdrillError `KERNEL_INVALID` */
function checkKernel(file: string): void {
  let found: string;
  try {
    found = readFileSync(file).toString('latin1', MAGIC_AT, MAGIC_AT + MAGIC.length);
  } catch (cause) {
    throw usageError('KERNEL_INVALID', `The kernel ${file} cannot be read: ${messageOf(cause)}.`, undefined, cause);
  }
  if (found !== MAGIC)
    throw usageError(
      'KERNEL_INVALID',
      `The file ${file} is not a kernel that QEMU can boot on x86_64.`,
      'Name a bzImage, such as /boot/vmlinuz-VERSION or arch/x86/boot/bzImage.',
    );
}
