import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** One thing that `doctor` looked at. `note` is worth knowing and stops nothing. */
export interface DoctorCheck {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'missing';
  readonly found: string;
  /** The command that fixes it. */
  readonly fix?: string;
  /** What runs guests' CPUs, where that was looked at and a trial has shown it: `kvm` or `tcg`. The Vagrantfile reads it. */
  readonly accelerator?: string;
}

/** A program that is needed, and the Debian package that has it. */
export interface NeededProgram {
  readonly program: string;
  readonly package: string;
}

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

/** Looks for programs without which nothing can be drilled. */
export function lookForPrograms(programs: readonly NeededProgram[]): Promise<DoctorCheck[]> {
  return Promise.all(
    programs.map(async ({ program, package: name }): Promise<DoctorCheck> => {
      const path = await onPath(program);
      if (path) return { what: program, state: 'ok', found: path };
      return { what: program, state: 'missing', found: 'it is not installed', fix: `apt-get install ${name}` };
    }),
  );
}
