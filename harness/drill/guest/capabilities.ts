import { machineError } from '../../core/errors.js';
import type { GuestShell } from '../../machine/machine.js';
import { CAPABILITY_MISSING } from '../../verdict/summarize.js';
import type { Requirement } from '../scenario.js';

/** How a guest shows that it has each of them, and what it lacks otherwise. */
const SIGNS: Readonly<Record<Requirement, { readonly test: string; readonly lacks: string }>> = {
  'cgroup-v2': {
    test: 'grep -qw memory /sys/fs/cgroup/cgroup.controllers',
    lacks: 'cgroup v2 with the memory controller',
  },
  psi: { test: 'test -r /proc/pressure/memory', lacks: 'PSI (boot with psi=1)' },
  // tmux, CHANGES FROM 3.3a TO 3.4.
  'tmux-scopes': {
    test: 'printf "3.4\\n%s\\n" "$(tmux -V | cut -d" " -f2)" | sort --version-sort --check=silent',
    lacks: 'tmux that gives each pane a scope of its own (3.4)',
  },
  // Asked, and not concluded from the version: it came with 253, and 252.5 has it too (systemd-stable, pull request 246).
  'scope-oom-policy': {
    test: 'systemctl show --property=OOMPolicy init.scope | grep -q =',
    lacks: 'OOMPolicy= for scopes (systemd 252.5)',
  },
  mglru: {
    test: 'grep -q 0x0007 /sys/kernel/mm/lru_gen/enabled',
    lacks: 'multi-generational LRU that is on',
  },
  // Podman 4.4, release notes.
  quadlets: {
    test: 'test -x /usr/lib/systemd/system-generators/podman-system-generator',
    lacks: 'Podman that makes services of quadlets (4.4)',
  },
  'postgresql-17': { test: 'test -x /usr/lib/postgresql/17/bin/postgres', lacks: 'PostgreSQL 17 (Debian 13)' },
  // Debian 11 builds systemd 247 without it.
  'systemd-oomd': { test: 'test -x /lib/systemd/systemd-oomd', lacks: 'systemd-oomd' },
  // madvise(2). The version, for an address that is not mapped gives no answer that a shell can ask for.
  'populate-write': {
    test: 'printf "5.14\\n%s\\n" "$(uname -r)" | sort --version-sort --check=silent',
    lacks: 'kernel that touches memory by batches (5.14)',
  },
  // On ACPI up to 6.9, on the platform bus afterwards (drivers/virt/vmgenid.c).
  vmgenid: {
    test: 'ls -d /sys/bus/*/drivers/vmgenid',
    lacks: 'kernel that draws new random numbers when it is restored (vmgenid, 5.18)',
  },
  // The sandbox of a pod is busybox, and the client that speaks CRI is a program for Node.js.
  cri: {
    test: 'command -v containerd ctr runc node >/dev/null && test -x /bin/busybox',
    lacks: 'containerd with its CRI (containerd, runc, nodejs, busybox-static)',
  },
  zram: { test: 'test -e /sys/block/zram0 || modprobe --dry-run zram', lacks: 'kernel with zram (CONFIG_ZRAM)' },
  // Debian's kernels for clouds are built without it.
  zswap: { test: 'test -e /sys/module/zswap/parameters/enabled', lacks: 'kernel with zswap (CONFIG_ZSWAP)' },
};

/** Which of these a guest lacks. */
export async function findLacking(
  machine: GuestShell,
  asked: readonly Requirement[],
  signal: AbortSignal,
): Promise<Requirement[]> {
  if (asked.length === 0) return [];
  const script = asked.map((name) => `${SIGNS[name].test} >/dev/null 2>&1 || echo ${name}`).join('; ');
  const { stdout } = await machine.exec(['sh', '-c', script], { reason: "the guest's capabilities", signal });
  return asked.filter((name) => stdout.split('\n').includes(name));
}

/**
 * Checks what a scenario requires of its guest.
 *
 * @throws OomdrillError `CAPABILITY_MISSING` that names all that is missing; the drill is then skipped
 */
export async function requireCapabilities(
  machine: GuestShell,
  requires: readonly Requirement[],
  signal: AbortSignal,
): Promise<void> {
  const missing = await findLacking(machine, requires, signal);
  if (missing.length === 0) return;
  const lacks = missing.map((name) => SIGNS[name].lacks).join(' and ');
  throw machineError(
    CAPABILITY_MISSING,
    `The guest has no ${lacks}.`,
    'Choose another guest or box for this scenario.',
  );
}
