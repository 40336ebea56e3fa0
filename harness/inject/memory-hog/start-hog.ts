import type { Bytes } from '../../core/bytes.js';
import { machineError } from '../../core/errors.js';
import { GUEST_RUN_DIR, HOG_PROGRAM } from '../../machine/guest-paths.js';
import type { GuestShell } from '../../machine/machine.js';
import { asProtectedUnit } from '../../machine/protected-unit.js';
import { run } from '../../machine/run.js';
import type { RunningInjection, Spot } from '../injection.js';
import type { Hog } from './hog.js';

/** Where the hog's controller writes its state (guest/hog.c). */
export const hogStateFile = (name: string): string => `${GUEST_RUN_DIR}/hog-${name}.state`;

/** A box that thrashes takes minutes to carry out an order, if the OOM killer does not end it first: 115 s were seen. */
const RELEASE_MS = 240_000;

const hogUnit = (name: string): string => `oomdrill-hog-${name}.service`;

/** How a hog grows in the guest. */
export interface Growth {
  /** Where memory.current is to settle, or for an `own` target how large the hog is; null: it grows until it is stopped. */
  readonly targetBytes: Bytes | null;
  readonly bytesPerSecond?: number | undefined;
  /** Until memory.current is there it may grow by large batches. */
  readonly briskUntilBytes?: Bytes | undefined;
  /** Whether it sleeps at its target until it is woken. */
  readonly sleeps?: boolean | undefined;
  /** From where on it grows slowly, and how slowly. */
  readonly creep?: { readonly fromBytes: Bytes; readonly bytesPerSecond: number } | undefined;
}

/**
 * Starts a hog in a cgroup, from outside: its controller runs in oomdrill's own protected slice, the hog itself is put into
 * the cgroup before it touches memory, so it works with any server.
 *
 * @param spot.limitingCgroup the cgroup whose memory.current is to settle at the target
 * @throws OomdrillError `HOG_START`
 */
export async function startHog(
  machine: GuestShell,
  hog: Hog,
  growth: Growth,
  spot: Spot,
  signal: AbortSignal,
): Promise<RunningInjection> {
  await run(machine, [...controller(hog.name), ...hogArguments(hog, growth, spot)], {
    reason: 'the hog to be started',
    signal,
    orThrow: (words) => machineError('HOG_START', `The hog ${hog.name} could not be started: ${words}.`),
  });
  return running(machine, hog, signal);
}

/** Has a hog that sleeps grow on. @throws OomdrillError `HOG_START` */
export async function wakeHog(
  machine: GuestShell,
  hog: Hog,
  growth: Growth,
  signal: AbortSignal,
): Promise<RunningInjection> {
  await run(machine, [HOG_PROGRAM, 'wake', ...courseArguments(hog, growth)], {
    reason: 'the hog to be woken',
    signal,
    orThrow: (words) => machineError('HOG_START', `The hog ${hog.name} could not be woken: ${words}.`),
  });
  return running(machine, hog, signal);
}

/** A hog that was started. */
function running(machine: GuestShell, hog: Hog, signal: AbortSignal): RunningInjection {
  return {
    async release() {
      // The controller answers SIGTERM with SIGKILL to its hogs. When it has ended, so have they, and its unit is gone.
      const command = ['systemctl', 'kill', '--signal=TERM', hogUnit(hog.name)];
      await machine.exec(command, { reason: 'the hog to be killed', signal, timeoutMs: RELEASE_MS });
    },
  };
}

const controller = (name: string): string[] => [
  ...asProtectedUnit(hogUnit(name), ['OOMScoreAdjust=-1000', 'MemoryMin=4M', 'KillMode=process']),
  HOG_PROGRAM,
  'run',
];

const whole = (number: number | undefined) => (number === undefined ? undefined : String(Math.round(number)));

/** How it grows, for its start and for when it is woken. */
function courseArguments(hog: Hog, { targetBytes, bytesPerSecond, briskUntilBytes, creep }: Growth): string[] {
  const options: readonly (readonly [string, string | undefined])[] = [
    ['--state', hogStateFile(hog.name)],
    ['--target', targetBytes === null ? 'none' : whole(targetBytes)],
    ['--hold', hog.hold ?? 'idle'],
    ['--rate', whole(bytesPerSecond)],
    ['--brisk-until', whole(briskUntilBytes)],
    ['--creep-from', whole(creep?.fromBytes)],
    ['--creep-rate', whole(creep?.bytesPerSecond)],
  ];
  const given = options.flatMap(([option, value]) => (value === undefined ? [] : [option, value]));
  if (hog.target.kind === 'own') given.push('--own');
  return given;
}

/** Bytes of a page, and of a word that is written there. */
const PAGE_BYTES = 4096;
const WORD_BYTES = 8;

/** How many bytes of each page do not compress. */
const noiseOf = ({ incompressible }: Hog): string | undefined =>
  incompressible === undefined
    ? undefined
    : String(Math.round((incompressible * PAGE_BYTES) / WORD_BYTES) * WORD_BYTES);

/** The controller's own arguments (guest/hog.c). */
function hogArguments(hog: Hog, growth: Growth, { cgroup, limitingCgroup, firstProcess }: Spot): string[] {
  const options: readonly (readonly [string, string | undefined])[] = [
    ['--name', hog.name],
    ['--comm', hog.comm],
    ['--cgroup', `/sys/fs/cgroup${cgroup}`],
    ['--limiting-cgroup', `/sys/fs/cgroup${limitingCgroup}`],
    [hog.origin === 'exec' ? '--exec-in' : '--child-of', whole(firstProcess)],
    ['--oom-score-adj', whole(hog.oomScoreAdj ?? 0)],
    ['--tasks', whole(hog.tasks ?? 1)],
    ['--memory', hog.memory ?? 'anonymous'],
    ['--noise', noiseOf(hog)],
  ];
  const given = options.flatMap(([option, value]) => (value === undefined ? [] : [option, value]));
  given.push(...courseArguments(hog, growth));
  if (growth.sleeps) given.push('--asleep');
  if (hog.program) given.push('--', ...hog.program);
  return given;
}
