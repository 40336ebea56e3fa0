import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { assets } from '../core/assets.js';
import { machineError } from '../core/errors.js';
import { STAND_INS } from '../workload/stand-ins.js';
import { HOG_PROGRAM, SAMPLER_PROGRAM } from './guest-paths.js';
import type { GuestShell } from './machine.js';
import { run } from './run.js';

/** oomdrill's own programs, and the servers' stand-ins: the built program's name, and its place in the guest. */
const PROGRAMS: readonly (readonly [name: string, place: string])[] = [
  ['oomdrill-hog', HOG_PROGRAM],
  ['oomdrill-sampler', SAMPLER_PROGRAM],
  ...STAND_INS.map(({ program, path }) => [program, path] as const),
];

/** Their names, as they are built. */
export const TOOLKIT_PROGRAMS: readonly string[] = PROGRAMS.map(([name]) => name);

/** Their places. */
export const TOOLKIT_FILES: readonly string[] = PROGRAMS.map(([, place]) => place);

async function contents(): Promise<[string, Buffer][]> {
  return Promise.all(
    PROGRAMS.map(async ([name, place]): Promise<[string, Buffer]> => {
      try {
        return [place, await readFile(assets.guestProgram(name))];
      } catch (cause) {
        throw machineError(
          'TOOLKIT_MISSING',
          `The guest program ${assets.guestProgram(name)} is not built.`,
          'Run `npm run build`.',
          cause,
        );
      }
    }),
  );
}

/** Changes when any program does, so that snapshots with old programs are not used. */
export async function hashToolkit(): Promise<string> {
  const hash = createHash('sha256');
  for (const [place, bytes] of await contents()) hash.update(`\0${place}\0`).update(bytes);
  return hash.digest('hex');
}

/** Copies the programs into a guest. @throws OomdrillError `TOOLKIT_MISSING`, `TOOLKIT_INSTALL` */
export async function installToolkit(machine: GuestShell, signal: AbortSignal): Promise<void> {
  const script = 'mkdir -p "$(dirname "$1")" && cat >"$1.new" && chmod 755 "$1.new" && mv "$1.new" "$1"';
  for (const [place, bytes] of await contents()) {
    await run(machine, ['sh', '-c', script, 'sh', place], {
      reason: `${place} to be copied into the guest`,
      input: bytes,
      signal,
      orThrow: (words) => machineError('TOOLKIT_INSTALL', `${place} could not be written in the guest: ${words}.`),
    });
  }
}
