import type { Bytes } from '../core/bytes.js';
import { machineError } from '../core/errors.js';
import type { GuestShell } from '../machine/machine.js';
import type { Place } from './place.js';
import type { Target } from './target.js';

/** A memory hog to be let loose. */
export interface HogShape {
  /** Short and plain: it names the hog's unit and state file in the guest. */
  readonly name: string;
  /** The process' name as the kernel and a killer see it. */
  readonly comm: string;
  readonly target: Target;
  /** In the serving unit's own cgroup when absent. */
  readonly place?: Place;
  /** Anonymous when absent. Page cache comes from a file of holes: it costs no disk, and the kernel takes it back under pressure. */
  readonly memory?: 'anonymous' | 'shared' | 'page-cache';
  /** Transparent huge pages; without them the hog places page by page. */
  readonly hugePages?: boolean;
  /** Bytes per second, at real scale; as fast as one thread touches pages when absent. */
  readonly rate?: string;
  /** `idle` sits still as the incident's did; `churn` keeps rewriting its memory. */
  readonly hold?: 'idle' | 'churn';
  /** Where the scenario does not say: the serving unit's own for a hog in it, neutral elsewhere (proc_pid_oom_score_adj(5)). */
  readonly oomScoreAdj?: number;
  /** So many processes share the target. */
  readonly tasks?: number;
  /** It grows slowly once what cannot be reclaimed is so near to the limit, so that what becomes of the server there is seen place by place. Sizes of the guest: a server's text does not scale, and neither does the brim. */
  readonly creep?: { readonly belowMax: string; readonly perSecond: string };
  /** A real program in place of ours, with its arguments: it swells by a line without end that it is fed on standard input. */
  readonly program?: readonly [string, ...string[]];
}

/** Where the hog's controller writes its state, for the sampler to read. */
export const hogStateFile = (name: string): string => `/run/oomdrill/hog-${name}.state`;

/** A box that thrashes takes minutes to carry out an order, if the OOM killer does not end it first: 115 s were seen. */
const RELEASE_MS = 240_000;

const unitOf = (name: string): string => `oomdrill-hog-${name}.service`;

/** A hog that was let loose. */
export interface LooseHog {
  /** SIGKILL to every process of the hog that still lives. */
  release(): Promise<void>;
}

/** Where and how a hog grows in the guest. Cgroups are below the root of the hierarchy. */
export interface Into {
  readonly cgroup: string;
  readonly squeezed?: string;
  readonly targetBytes: Bytes | null;
  readonly rateBytesPerSecond?: number;
  readonly creep?: { readonly fromBytes: Bytes; readonly bytesPerSecond: number };
}

/**
 * Lets a hog loose in a cgroup, from outside: its controller runs in oomdrill's own protected slice, the hog itself is put
 * into the cgroup before it touches memory, so it works with any server.
 *
 * @param into.squeezed the cgroup whose memory.current is to come to rest at the target: an ancestor of the place, or the place itself when absent
 * @throws OomdrillError `HOG_START`
 */
export async function letLoose(
  machine: GuestShell,
  shape: HogShape,
  into: Into,
  signal: AbortSignal,
): Promise<LooseHog> {
  const started = await machine.exec(
    [
      'systemd-run',
      '--quiet',
      '--collect',
      `--unit=${unitOf(shape.name)}`,
      '--slice=oomdrill.slice',
      '--property=OOMScoreAdjust=-1000',
      '--property=MemoryMin=4M',
      '--property=KillMode=process',
      '/usr/lib/oomdrill/hog',
      'run',
      '--name',
      shape.name,
      '--comm',
      shape.comm,
      '--state',
      hogStateFile(shape.name),
      '--cgroup',
      `/sys/fs/cgroup${into.cgroup}`,
      '--squeezed',
      `/sys/fs/cgroup${into.squeezed ?? into.cgroup}`,
      '--target',
      into.targetBytes === null ? 'none' : String(into.targetBytes),
      '--hold',
      shape.hold ?? 'idle',
      '--oom-score-adj',
      String(shape.oomScoreAdj ?? 0),
      '--tasks',
      String(shape.tasks ?? 1),
      '--memory',
      shape.memory ?? 'anonymous',
      ...(shape.hugePages ? ['--huge-pages'] : []),
      ...(shape.target.kind === 'own' ? ['--own'] : []),
      ...(into.rateBytesPerSecond === undefined ? [] : ['--rate', String(Math.round(into.rateBytesPerSecond))]),
      ...(into.creep === undefined
        ? []
        : [
            '--creep-from',
            String(into.creep.fromBytes),
            '--creep-rate',
            String(Math.round(into.creep.bytesPerSecond)),
          ]),
      ...(shape.program === undefined ? [] : ['--', ...shape.program]),
    ],
    { reason: 'the hog to be let loose', signal },
  );
  if (started.exitCode !== 0)
    throw machineError('HOG_START', `The hog ${shape.name} could not be started: ${started.stderr.trim()}.`);
  return {
    async release() {
      // The controller answers SIGTERM with SIGKILL to its hogs. When it has ended, so have they, and its unit is gone.
      await machine.exec(['systemctl', 'kill', '--signal=TERM', unitOf(shape.name)], {
        reason: 'the hog to be killed',
        signal,
        timeoutMs: RELEASE_MS,
      });
    },
  };
}
