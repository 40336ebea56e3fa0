import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { assets } from '../core/assets.js';
import { machineError } from '../core/errors.js';
import type { GuestShell } from './machine.js';

/** oomdrill's own programs, and the server's stand-in, by their place in the guest. */
const PROGRAMS = {
  'oomdrill-hog': '/usr/lib/oomdrill/hog',
  'oomdrill-sampler': '/usr/lib/oomdrill/sampler',
  t3: '/usr/bin/t3',
} as const;

/** Their places. */
export const TOOLKIT_FILES: readonly string[] = Object.values(PROGRAMS);

async function contents(): Promise<[string, Buffer][]> {
  return Promise.all(
    Object.entries(PROGRAMS).map(async ([name, place]): Promise<[string, Buffer]> => {
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

/** Changes when any program does, so that frozen machines with old programs are not used. */
export async function toolkitHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const [place, bytes] of await contents()) hash.update(`\0${place}\0`).update(bytes);
  return hash.digest('hex');
}

/** Copies the programs into a guest. */
export async function installToolkit(machine: GuestShell, signal: AbortSignal): Promise<void> {
  for (const [place, bytes] of await contents()) {
    const { exitCode, stderr } = await machine.exec(
      [
        'sh',
        '-c',
        'mkdir -p "$(dirname "$1")" && cat >"$1.new" && chmod 755 "$1.new" && mv "$1.new" "$1"',
        'sh',
        place,
      ],
      {
        reason: `${place} to be copied into the guest`,
        input: bytes,
        signal,
      },
    );
    if (exitCode !== 0)
      throw machineError('TOOLKIT_INSTALL', `${place} could not be written in the guest: ${stderr.trim()}.`);
  }
}
