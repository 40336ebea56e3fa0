import type { Accelerator } from '../accelerator.js';

/**
 * Kernel command line of the guests that we make. psi=1: Debian's kernels have PSI off or on by version; panic=-1 with QEMU's -no-reboot: a
 * panic ends QEMU at once.
 */
export const KERNEL_COMMAND_LINE = commandLineOf('root=/dev/vda rw');

/** The same for another root. @param root the parameters that say what it is */
export function commandLineOf(root: string): string {
  return `${root} console=ttyS0 psi=1 net.ifnames=0 panic=-1 systemd.show_status=0`;
}

/**
 * What the kernel is to know of an emulated processor: to do without cmpxchg16b, its feature 4 * 32 + 13
 * (arch/x86/include/asm/cpufeatures.h; kernel-parameters.txt, clearcpuid). QEMU before 8.0 (gen_cmpxchg16b of
 * target/i386/tcg/translate.c) leaves flags of an older computation behind it, such as that of virtual 8086 mode; an interrupt that comes then
 * saves them, and the kernel dies of it in its allocator. Programs still see the instruction.
 */
const EMULATED = 'clearcpuid=141';

/** The command line, with what the kernel must know of what runs it. @param accelerator its name */
export const commandLineUnder = (accelerator: Accelerator['name'], commandLine: string): string =>
  accelerator === 'tcg' ? `${commandLine} ${EMULATED}` : commandLine;
