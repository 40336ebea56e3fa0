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
};

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
  if (requires.length === 0) return;
  const script = requires.map((name) => `${SIGNS[name].test} 2>/dev/null || echo ${name}`).join('; ');
  const { stdout } = await machine.exec(['sh', '-c', script], { reason: "the guest's capabilities", signal });
  const missing = requires.filter((name) => stdout.split('\n').includes(name));
  if (missing.length === 0) return;
  const lacks = missing.map((name) => SIGNS[name].lacks).join(' and ');
  throw machineError(
    CAPABILITY_MISSING,
    `The guest has no ${lacks}.`,
    'Choose another guest or box for this scenario.',
  );
}
