import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { assets, REBUILD_HINT } from '../core/assets.js';
import { machineError } from '../core/errors.js';
import { MAKE_IMAGE_PROGRAM } from '../workload/make-image.js';
import { CRI_PROGRAM } from '../workload/pod/cri-program.js';
import { STAND_INS } from '../workload/stand-ins.js';
import { CANARY_PROGRAM, HOG_PROGRAM, SAMPLER_PROGRAM, STRAIN_PROGRAM } from './guest-paths.js';
import {
  CANARY,
  COMPILED_PROGRAMS,
  type CompiledProgram,
  ensureGuestProgram,
  findGuestProgram,
  HOG,
  SAMPLER,
  STRAIN,
} from './guest-programs.js';
import type { GuestShell } from './machine.js';
import { run } from './run.js';

/** A program that every guest gets. */
interface ToolkitProgram {
  /** Its path in the guest. */
  readonly place: string;
  /** Its path on this machine. @throws OomdrillError `TOOLKIT_MISSING`, `TOOLKIT_BUILD` */
  locate(): Promise<string>;
}

const compiled = (program: CompiledProgram, place: string): ToolkitProgram => ({
  place,
  locate: () => ensureGuestProgram(program),
});

/** oomdrill's own programs, and scripts, which are always shipped. */
const PROGRAMS: readonly ToolkitProgram[] = [
  compiled(HOG, HOG_PROGRAM),
  compiled(SAMPLER, SAMPLER_PROGRAM),
  compiled(CANARY, CANARY_PROGRAM),
  compiled(STRAIN, STRAIN_PROGRAM),
  ...STAND_INS.map(({ program, path }) => ({ place: path, locate: async () => builtFile(program) })),
  { place: MAKE_IMAGE_PROGRAM, locate: async () => assets.guestSource('make-image.sh') },
  { place: CRI_PROGRAM, locate: async () => builtFile('cri') },
];

/** Their places in a guest. */
export const TOOLKIT_FILES: readonly string[] = PROGRAMS.map(({ place }) => place);

function builtFile(name: string): string {
  const file = assets.guestProgram(name);
  if (existsSync(file)) return file;
  throw machineError('TOOLKIT_MISSING', `The guest program ${file} is missing.`, REBUILD_HINT);
}

/** What of the toolkit is not on this machine. */
export interface MissingToolkit {
  /** Built where there is a compiler. */
  readonly compiled: readonly CompiledProgram[];
  /** Paths of scripts, which are shipped. */
  readonly scripts: readonly string[];
}

/** Looks for the programs, and builds none. */
export async function findMissingToolkit(): Promise<MissingToolkit> {
  const paths = await Promise.all(COMPILED_PROGRAMS.map((program) => findGuestProgram(program)));
  return {
    compiled: COMPILED_PROGRAMS.filter((_, index) => paths[index] === undefined),
    scripts: STAND_INS.map(({ program }) => assets.guestProgram(program)).filter((file) => !existsSync(file)),
  };
}

/** The paths of the programs on this machine, which are built where they are not there. @throws OomdrillError `TOOLKIT_MISSING`, `TOOLKIT_BUILD` */
export async function ensureToolkit(): Promise<readonly string[]> {
  const files = [];
  for (const program of PROGRAMS) files.push(await program.locate());
  return files;
}

/** The programs by their places in a guest, with their paths on this machine. @throws OomdrillError `TOOLKIT_MISSING`, `TOOLKIT_BUILD` */
export async function listToolkit(): Promise<readonly { readonly place: string; readonly file: string }[]> {
  const files = await ensureToolkit();
  return files.map((file, index) => ({ place: TOOLKIT_FILES[index] ?? '', file }));
}

async function contents(): Promise<[place: string, bytes: Buffer][]> {
  const programs = await listToolkit();
  return Promise.all(programs.map(async ({ place, file }) => [place, await readFile(file)]));
}

/** Changes when any program does, so that snapshots with old programs are not used. */
export async function hashToolkit(): Promise<string> {
  const hash = createHash('sha256');
  for (const [place, bytes] of await contents()) hash.update(`\0${place}\0`).update(bytes);
  return hash.digest('hex');
}

/** Copies the programs into a guest. @throws OomdrillError `TOOLKIT_MISSING`, `TOOLKIT_BUILD`, `TOOLKIT_INSTALL` */
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
