import { machineError } from '../../core/errors.js';
import { parseJson } from '../../core/json.js';
import { GUEST_RUN_DIR, STRAIN_PROGRAM } from '../../machine/guest-paths.js';
import type { GuestShell } from '../../machine/machine.js';
import { asProtectedUnit } from '../../machine/protected-unit.js';
import { run } from '../../machine/run.js';
import { progressSchema } from '../../record/schema.js';
import type { Injection, InjectionPlan, RunningInjection, Scaling, Spot } from '../injection.js';
import { settledOrStuck } from '../ramp.js';

/** What is asked of guest/strain.c. */
export interface Strain {
  /** What it strains. */
  readonly what: 'cpu' | 'disk' | 'forks';
  /** How many processes of it there are to be. */
  readonly count: number;
  /** The same in words that go on from the name: `with 64 processes`. */
  readonly describes: string;
}

/** A guest that forks more slowly is stuck. */
const MIN_PROCESSES_PER_MS = 0.001;

/** A box without free tasks or CPU takes its time to carry out an order. */
const RELEASE_MS = 120_000;

/** A strain of a box, the same on every bundle and at every scale: it is of processes, not of memory. */
export function planStrain({ name, comm }: Injection, strain: Strain, { oomScoreAdj }: Scaling): InjectionPlan {
  const stateFile = `${GUEST_RUN_DIR}/strain-${name}.state`;
  return {
    recorded: { describes: strain.describes },
    holdsAt: undefined,
    stateFile,
    readProgress: (text) => progressSchema.safeParse(parseJson(text).value).data,
    start: (machine, spot, signal) => start(machine, { name, comm, stateFile, oomScoreAdj, ...strain }, spot, signal),
    watchRamp: (startedT, slowness) => settledOrStuck({ startedT, slowness, slowestPerMs: MIN_PROCESSES_PER_MS }),
  };
}

interface Started extends Strain {
  readonly name: string;
  readonly comm: string;
  readonly stateFile: string;
  readonly oomScoreAdj: number;
}

/** Starts it from outside of the cgroup that it strains: what steers and reports must have CPU and tasks there. @throws OomdrillError `STRAIN_START` */
async function start(
  machine: GuestShell,
  { name, comm, stateFile, oomScoreAdj, what, count }: Started,
  { cgroup }: Spot,
  signal: AbortSignal,
): Promise<RunningInjection> {
  const unit = `oomdrill-strain-${name}.service`;
  const controller = asProtectedUnit(unit, ['OOMScoreAdjust=-1000', 'MemoryMin=4M', 'TasksMax=infinity']);
  const options = ['--cgroup', `/sys/fs/cgroup${cgroup}`, '--state', stateFile, '--count', String(count)];
  const process = ['--comm', comm, '--oom-score-adj', String(oomScoreAdj)];
  await run(machine, [...controller, STRAIN_PROGRAM, what, ...options, ...process], {
    reason: `${name} to be started`,
    signal,
    orThrow: (words) => machineError('STRAIN_START', `The injection ${name} could not be started: ${words}.`),
  });
  return {
    async release() {
      // All of it dies with its controller.
      const command = ['systemctl', 'kill', '--signal=KILL', unit];
      await machine.exec(command, { reason: `${name} to end`, signal, timeoutMs: RELEASE_MS });
    },
  };
}
