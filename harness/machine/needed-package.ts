import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { machineError } from '../core/errors.js';
import type { DoctorCheck } from './doctor-check.js';

/** A Debian package that is needed, and what shows that it is there, or something that does the same: a program in PATH, or a file. */
export type NeededPackage = {
  readonly package: string;
  /** A service that the package starts and that is not needed, which the set-up stops. */
  readonly service?: string;
} & ({ readonly program: string } | { readonly file: string });

/** What drills on any kind of machine need. */
export const COMMON_PACKAGES: readonly NeededPackage[] = [
  { program: 'ssh', package: 'openssh-client' },
  { program: 'ssh-keygen', package: 'openssh-client' },
  { program: 'setpriv', package: 'util-linux' },
  { program: 'flock', package: 'util-linux' },
  { program: 'tar', package: 'tar' },
];

/** What draws pictures of a report. */
export const BROWSER_PACKAGES: readonly NeededPackage[] = [{ program: 'chromium', package: 'chromium' }];

/** What builds the guest programs; only where they are not there (`guest-programs.ts`). */
export const COMPILER_PACKAGES: readonly NeededPackage[] = [
  { program: 'gcc', package: 'gcc' },
  { file: '/usr/lib/x86_64-linux-gnu/libc.a', package: 'libc6-dev' },
];

/** The path of a program; undefined where it is not installed. */
export async function onPath(program: string): Promise<string | undefined> {
  // mke2fs and its like stand in sbin, which a plain user's PATH may lack.
  const dirs = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const dir of dirs) {
    const path = join(dir, program);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

/** The path that shows that a package is there; undefined where it is not installed. */
async function locate(needed: NeededPackage): Promise<string | undefined> {
  if ('program' in needed) return onPath(needed.program);
  return existsSync(needed.file) ? needed.file : undefined;
}

/** What people know it by: its program, or its package where it has none. */
export const nameOfNeeded = (needed: NeededPackage): string => ('program' in needed ? needed.program : needed.package);

/** Those that are not installed. */
export async function findMissing(packages: readonly NeededPackage[]): Promise<NeededPackage[]> {
  const paths = await Promise.all(packages.map(locate));
  return packages.filter((_, index) => paths[index] === undefined);
}

/** Looks for packages without which nothing can be drilled. */
export function lookForPackages(packages: readonly NeededPackage[]): Promise<DoctorCheck[]> {
  return Promise.all(
    packages.map(async (needed): Promise<DoctorCheck> => {
      const what = nameOfNeeded(needed);
      const path = await locate(needed);
      if (path) return { what, state: 'ok', found: path };
      return { what, state: 'missing', found: 'it is not installed', fix: `apt-get install ${needed.package}` };
    }),
  );
}

/**
 * Refuses to start where something is not installed.
 *
 * @param what needs it: `A drill with --machine qemu`
 * @param part of the set-up that installs it, where it is not the usual one
 * @throws OomdrillError `PROGRAMS_MISSING`
 */
export function requireNone(missing: readonly NeededPackage[], what: string, part?: string): void {
  if (missing.length === 0) return;
  const names = missing.map(nameOfNeeded).join(', ');
  const command = part === undefined ? 'npx oomdrill setup' : `npx oomdrill setup ${part}`;
  throw machineError('PROGRAMS_MISSING', `${what} needs what is not installed: ${names}.`, `Run \`${command}\`.`);
}
