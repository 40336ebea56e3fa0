/**
 * Kernel command line of the guests that we make. psi=1: Debian's kernels have PSI off or on by version; panic=-1 with QEMU's -no-reboot: a
 * panic ends QEMU at once.
 */
export const KERNEL_COMMAND_LINE = commandLineOf('root=/dev/vda rw');

/** The same for another root. @param root the parameters that say what it is */
export function commandLineOf(root: string): string {
  return `${root} console=ttyS0 psi=1 net.ifnames=0 panic=-1 systemd.show_status=0`;
}
