import { userInfo } from 'node:os';
import { machineError } from '../core/errors.js';
import { GUEST_ARCHITECTURE } from './guest-programs.js';
import { COMMON_PACKAGES, findMissing, type NeededPackage, requireNone } from './needed-package.js';
import { ensureToolkit } from './toolkit.js';

/**
 * Refuses to drill where this host lacks something, before anything is started or waited for.
 *
 * @param machine the name of the kind of machine
 * @param missing what the kind itself lacks
 * @param part of the set-up that installs it, where it is not the usual one
 * @throws OomdrillError `PROGRAMS_MISSING`, `ACCOUNT_MISSING`, `TOOLKIT_MISSING`, `TOOLKIT_BUILD`
 */
export async function requireReady(machine: string, missing: readonly NeededPackage[], part?: string): Promise<void> {
  requireNone([...missing, ...(await findMissing(COMMON_PACKAGES))], `A drill with --machine ${machine}`, part);
  requireAccount();
  await ensureToolkit();
}

/**
 * ssh and ssh-keygen refuse to run for a user without an account, which a container may be started with.
 *
 * @throws OomdrillError `ACCOUNT_MISSING`
 */
export function requireAccount(lookUp: () => unknown = userInfo): void {
  try {
    lookUp();
  } catch (cause) {
    throw machineError(
      'ACCOUNT_MISSING',
      `User ${process.getuid?.()} has no account on this system, and ssh does not run without one.`,
      'In a container: run as root, or as a user that the image has.',
      cause,
    );
  }
}

/** Refuses to make a VM on a machine of another architecture. @throws OomdrillError `ARCHITECTURE` */
export function requireArchitecture(): void {
  if (process.arch === GUEST_ARCHITECTURE) return;
  throw machineError(
    'ARCHITECTURE',
    `VMs for drills are amd64, and this machine is ${process.arch}.`,
    'Drill on an amd64 machine, or on one by --machine ssh.',
  );
}
