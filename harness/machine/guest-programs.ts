import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../core/assets.js';
import { machineError, type OomdrillError } from '../core/errors.js';
import { makeDirs } from '../core/make-dirs.js';
import { cacheDir } from './places.js';

/** A program for guests that is compiled from one C file. */
export interface CompiledProgram {
  /** Its file name, as it is built. */
  readonly name: string;
  /** Absolute path of its source. */
  readonly source: string;
}

/** What takes memory (guest/hog.c). */
export const HOG: CompiledProgram = { name: 'oomdrill-hog', source: assets.guestSource('hog.c') };

/** What samples a cgroup (guest/sampler.c). */
export const SAMPLER: CompiledProgram = { name: 'oomdrill-sampler', source: assets.guestSource('sampler.c') };

/** The drill's control group: a server of our own (guest/canary.c). */
export const CANARY: CompiledProgram = { name: 'oomdrill-canary', source: assets.guestSource('canary.c') };

/** What takes CPU, disk and tasks (guest/strain.c). */
export const STRAIN: CompiledProgram = { name: 'oomdrill-strain', source: assets.guestSource('strain.c') };

/** All of them. */
export const COMPILED_PROGRAMS: readonly CompiledProgram[] = [HOG, SAMPLER, CANARY, STRAIN];

/**
 * Static: a guest may have any C library, or none. Stripped and without a build id: what is left depends on the source and the
 * compiler alone, and not on the folder or the time.
 */
const FLAGS = ['-O2', '-static', '-s', '-Wl,--build-id=none'];

/** Guests are amd64, whatever this machine is; in the words of Node.js. */
export const GUEST_ARCHITECTURE = 'x64';

/** What gcc and its linker say where the C library's headers or archives are not installed. */
const LACKS_C_LIBRARY = /cannot find -lc\b|fatal error: \S+\.h: No such file/;

const COMPILER_HINT = 'Run `npx oomdrill setup`, or install gcc and libc6-dev.';

/** Where programs are looked for before any is built. */
interface Places {
  /** Folder of those that oomdrill ships, or that the build of a clone made. */
  readonly shippedDir?: string;
}

/** The path of a program that is there: shipped, or built earlier by `ensureGuestProgram`. */
export async function findGuestProgram(
  program: CompiledProgram,
  { shippedDir = assets.guestProgram() }: Places = {},
): Promise<string | undefined> {
  const shipped = join(shippedDir, program.name);
  if (existsSync(shipped)) return shipped;
  const cached = await cachedPath(program).catch(() => undefined);
  return cached !== undefined && existsSync(cached) ? cached : undefined;
}

/**
 * The path of a program, which is compiled into the cache where it is not there. Nothing is written where oomdrill is installed.
 *
 * @throws OomdrillError `TOOLKIT_MISSING`, `TOOLKIT_BUILD`
 */
export async function ensureGuestProgram(program: CompiledProgram, places: Places = {}): Promise<string> {
  const found = await findGuestProgram(program, places);
  if (found !== undefined) return found;
  const file = await cachedPath(program).catch((cause: unknown) => {
    throw missingError(program, `its source ${program.source} cannot be read`, 'Install oomdrill again.', cause);
  });
  await compileGuestProgram(program, file);
  return file;
}

/**
 * Compiles a program. The file is replaced at once: a reader gets the old program or the new one.
 *
 * @throws OomdrillError `TOOLKIT_MISSING` where this machine has no compiler for it, `TOOLKIT_BUILD` with gcc's last
 *   words, or where the file cannot be written
 */
export async function compileGuestProgram(program: CompiledProgram, file: string): Promise<void> {
  if (process.arch !== GUEST_ARCHITECTURE)
    throw missingError(
      program,
      `guests are amd64, and this machine is ${process.arch}`,
      'Build it on an amd64 machine.',
    );
  const draft = `${file}.${process.pid}`;
  try {
    await makeDirs(dirname(file));
    // By its name alone, in its own folder: no path gets into the program.
    const source = basename(program.source);
    await execa('gcc', [...FLAGS, '-o', draft, source], { cwd: dirname(program.source), env: { LC_ALL: 'C' } });
    await rename(draft, file);
  } catch (thrown) {
    throw compileError(program, thrown);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Named by what it is made of, so that a program of an older source is never used. */
async function cachedPath({ name, source }: CompiledProgram): Promise<string> {
  const hash = createHash('sha256')
    .update(JSON.stringify(FLAGS))
    .update(await readFile(source));
  return join(cacheDir(), 'guest-programs', hash.digest('hex').slice(0, 16), name);
}

function compileError(program: CompiledProgram, thrown: unknown): OomdrillError {
  const {
    code,
    stderr = '',
    message = String(thrown),
  } = thrown as Partial<{ code: string; stderr: string; message: string }>;
  if (code === 'ENOENT') return missingError(program, 'gcc is not installed', COMPILER_HINT, thrown);
  if (LACKS_C_LIBRARY.test(stderr))
    return missingError(program, "the C library's files for static programs are not installed", COMPILER_HINT, thrown);
  const words = (stderr || message).trim().split('\n').slice(-3).join(' | ');
  return machineError('TOOLKIT_BUILD', `Could not build ${program.name}: ${words}.`, undefined, thrown);
}

const missingError = ({ name }: CompiledProgram, why: string, hint: string, cause?: unknown): OomdrillError =>
  machineError(
    'TOOLKIT_MISSING',
    `The guest program ${assets.guestProgram(name)} is missing, and could not be built: ${why}.`,
    hint,
    cause,
  );
