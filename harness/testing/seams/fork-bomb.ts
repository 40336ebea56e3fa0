import { parseJson } from '../../core/json.js';
import type { Injection, InjectionKind, InjectionPlan } from '../../inject/injection.js';
import { settledOrStuck } from '../../inject/ramp.js';
import { progressSchema } from '../../record/schema.js';

/** A kind of injection that does not use memory, for tests: a number of sleeping processes. */
export interface ForkBomb extends Injection {
  readonly kind: InjectionKind<ForkBomb>;
  readonly processes: number;
}

/** Any guest forks faster than this. */
const MIN_FORKS_PER_MS = 0.001;

export const FORK_BOMB: InjectionKind<ForkBomb> = {
  name: 'fork-bomb',
  summary: 'Processes that fork up to a number of processes.',
  words: { noun: 'bomb', verb: 'fork' },
  contradictionIn: ({ processes }) => (processes > 0 ? undefined : 'forks no process'),
  unfitAsBystander: () => 'has a fork bomb as a bystander',
  inWords: ({ comm, processes }) => `\`${comm}\` forks to ${processes} processes`,
  expectedRampMs: ({ processes }) => processes * 10,
  needsMemoryMax: () => false,
  fit: (injection) => ({ injection }),
  plan: planForkBomb,
};

export const forkBomb = (shape: Omit<ForkBomb, 'kind'>): ForkBomb => ({ kind: FORK_BOMB, ...shape });

/** Runs in the guest: it moves itself into the cgroup, forks, and writes its progress to a file. */
const SCRIPT = `
echo $$ >"/sys/fs/cgroup$2/cgroup.procs"
for n in $(seq "$3"); do
  sleep infinity &
  echo "{\\"state\\":\\"ramping\\",\\"value\\":$n,\\"unit\\":\\"processes\\",\\"target\\":$3,\\"pid\\":$$}" >"$1"
done
sed -i s/ramping/holding/ "$1"
wait`;

function planForkBomb({ name, processes }: ForkBomb): InjectionPlan {
  const unit = `oomdrill-bomb-${name}.service`;
  const stateFile = `/run/oomdrill/bomb-${name}.state`;
  return {
    recorded: { describes: `to ${processes} processes` },
    holdsAt: undefined,
    stateFile,
    readProgress: (text) => progressSchema.safeParse(parseJson(text).value).data,
    async start(machine, { cgroup }, signal) {
      const script = ['sh', '-c', SCRIPT, 'sh', stateFile, cgroup, String(processes)];
      const command = ['systemd-run', '--quiet', '--collect', `--unit=${unit}`, ...script];
      await machine.exec(command, { reason: 'the bomb to be lit', signal });
      return {
        async release() {
          await machine.exec(['systemctl', 'kill', '--signal=KILL', unit], { reason: 'the bomb to end', signal });
        },
      };
    },
    watchRamp: (startedT, slowness) => settledOrStuck({ startedT, slowness, slowestPerMs: MIN_FORKS_PER_MS }),
  };
}
