import { machineError } from '../../core/errors.js';
import type { GuestShell } from '../machine.js';

/** What a kernel and its parameters must give to a guest of whatever origin. @throws OomdrillError `GUEST_NO_CGROUP_V2`, `GUEST_NO_PSI` */
export async function refuseUnfit(machine: GuestShell, guest: string, signal: AbortSignal): Promise<void> {
  const script =
    'grep -qw memory /sys/fs/cgroup/cgroup.controllers || echo cgroup; cat /proc/pressure/memory >/dev/null || echo psi';
  const { stdout } = await machine.exec(['sh', '-c', script], { reason: 'what its kernel has', signal });
  const hint = 'Take another kernel or image: drills need CONFIG_MEMCG and CONFIG_PSI.';
  if (stdout.includes('cgroup'))
    throw machineError('GUEST_NO_CGROUP_V2', `The guest ${guest} has no cgroup v2 with the memory controller.`, hint);
  if (stdout.includes('psi'))
    throw machineError(
      'GUEST_NO_PSI',
      `The kernel of the guest ${guest} has no PSI, though it was booted with psi=1.`,
      hint,
    );
}
