import { machineError } from '../../harness/core/errors.js';
import { parseJson } from '../../harness/core/json.js';
import type { Injection, InjectionKind, InjectionPlan } from '../../harness/inject/injection.js';
import { settledOrStuck } from '../../harness/inject/ramp.js';
import { run } from '../../harness/machine/run.js';
import { progressSchema } from '../../harness/record/schema.js';

/** Processes that use something else than memory, to see which cause a silence is given. */
interface Processes extends Injection {
  readonly kind: InjectionKind<Processes>;
  readonly count: number;
  /** What each of them runs, for sh(1). */
  readonly script: string;
  /** Whether they are in the server's cgroup, or in one of their own. */
  readonly isInServersCgroup: boolean;
}

/** Any guest starts more. */
const MIN_STARTS_PER_MS = 0.001;

const PROCESSES: InjectionKind<Processes> = {
  name: 'processes',
  summary: 'Processes that run a script.',
  words: { noun: 'crowd', verb: 'start' },
  contradictionIn: () => undefined,
  unfitAsBystander: () => 'has processes as a bystander',
  inWords: ({ comm, count }) => `${count} times \`${comm}\``,
  expectedRampMs: ({ count }) => count * 50,
  needsMemoryMax: () => false,
  fit: (injection) => ({ injection }),
  plan: planProcesses,
};

/** Declares them. */
export const processes = (shape: Omit<Processes, 'kind'>): Processes => ({ kind: PROCESSES, ...shape });

/** Starts them in the guest, and writes its progress to a file. All are of one process group, by which they are killed. */
const STARTER = `
[ "$4" = own ] || echo $$ >"/sys/fs/cgroup$2/cgroup.procs"
for n in $(seq "$3"); do
  sh "$5" &
done
echo "{\\"state\\":\\"holding\\",\\"value\\":$3,\\"unit\\":\\"processes\\",\\"target\\":$3,\\"pid\\":$$}" >"$1"
wait`;

function planProcesses({ name, count, script, isInServersCgroup }: Processes): InjectionPlan {
  const stateFile = `/run/oomdrill/${name}.state`;
  return {
    recorded: { describes: `to ${count} processes` },
    holdsAt: undefined,
    stateFile,
    readProgress: (text) => progressSchema.safeParse(parseJson(text).value).data,
    async start(machine, { cgroup }, signal) {
      const orThrow = (words: string) =>
        machineError('PROCESSES_START', `The processes could not be started: ${words}.`);
      const options = { reason: 'the processes to start', signal, orThrow };
      // systemd would expand the variables of a script on a command line (systemd.service(5), "Command lines").
      const [starter, each] = [`/run/oomdrill/${name}-starter`, `/run/oomdrill/${name}-each`];
      const write = 'mkdir -p /run/oomdrill && printf %s "$2" >"$1" && printf %s "$4" >"$3"';
      await run(machine, ['sh', '-c', write, 'sh', starter, STARTER, each, script], options);
      const where = isInServersCgroup ? 'server' : 'own';
      const unit = ['systemd-run', '--quiet', '--collect', `--unit=oomdrill-${name}.service`];
      await run(machine, [...unit, 'sh', starter, stateFile, cgroup, String(count), where, each], options);
      return {
        async release() {
          const kill = `kill -KILL -$(sed 's/.*"pid":\\([0-9]*\\).*/\\1/' ${stateFile})`;
          await machine.exec(['sh', '-c', kill], { reason: 'the processes to end', signal });
        },
      };
    },
    watchRamp: (startedT) => settledOrStuck({ startedT, slowestPerMs: MIN_STARTS_PER_MS }),
  };
}
