/**
 * Kernel command line of the guests that we make. psi=1: Debian's kernels have PSI off or on by version; panic=-1 with QEMU's -no-reboot: a
 * panic ends QEMU at once.
 */
export const KERNEL_COMMAND_LINE = 'root=/dev/vda rw console=ttyS0 psi=1 net.ifnames=0 panic=-1 systemd.show_status=0';
