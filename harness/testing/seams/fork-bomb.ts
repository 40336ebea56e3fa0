import { parseJson } from '../../core/json.js';
import type { Injection, InjectionKind, InjectionPlan } from '../../inject/injection.js';
import { settledOrStuck } from '../../inject/ramp.js';
import { progressSchema } from '../../record/schema.js';

/** A kind of injection that is none of memory, for tests: so many processes, each of which sleeps. */
export interface ForkBomb extends Injection {
  readonly kind: InjectionKind<ForkBomb>;
  readonly processes: number;
}

/** Slower than any guest forks. */
const SLOWEST_FORKS_PER_MS = 0.001;

export const FORK_BOMB: InjectionKind<ForkBomb> = {
  name: 'fork-bomb',
  summary: 'Processes that fork until there are so many of them.',
  words: { noun: 'bomb', verb: 'fork' },
  contradictionIn: ({ processes }) => (processes > 0 ? undefined : 'forks no process'),
  unfitAsBystander: () => 'has a fork bomb for a bystander',
  inWords: ({ comm, processes }) => `\`${comm}\` forks to ${processes} processes`,
  expectedRampMs: ({ processes }) => processes * 10,
  needsMemoryMax: () => false,
  fit: (injection) => ({ injection }),
  plan: planForkBomb,
};

export const forkBomb = (shape: Omit<ForkBomb, 'kind'>): ForkBomb => ({ kind: FORK_BOMB, ...shape });

/** What runs in the guest: it counts itself into the cgroup, forks, and writes its progress down. */
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
    watchRamp: (startedT) => settledOrStuck({ startedT, slowestPerMs: SLOWEST_FORKS_PER_MS }),
  };
}
