import type { ContainerCommand, ContainerEngine } from '../formats/container-command.js';
import { type Daemon, HOMES, type Payload } from './payload.js';
import type { Scene } from './scene.js';
import { isFiniteLimit, renderLimit, type Subject } from './subject.js';

/** The limit of what a service starts elsewhere. */
export interface CapOfPayload {
  readonly text: string;
  /** Whether it is one of everything in a slice. */
  readonly isOfAll: boolean;
}

/** The limit that really holds what a service starts elsewhere, as far as the files of a tree tell. */
export function findCapOfPayload(payload: Payload, subject: Subject, scene: Scene): CapOfPayload | undefined {
  if (payload.kind === 'client') return findCapOfCommand(payload.command, subject, scene);
  // The kubelet puts all pods there (pkg/kubelet/cm, defaultNodeAllocatableCgroupName).
  if (payload.engine === 'kubelet') return findCapOfSlice('kubepods.slice', scene);
  return payload.engine && findCapOfEngine(payload.engine, findSlice(payload.engine, scene), scene);
}

/** The limit that holds what a command starts: its own, that of its scope, or that of its slice. */
function findCapOfCommand(command: ContainerCommand, subject: Subject, scene: Scene): CapOfPayload | undefined {
  if (command.cap !== undefined) return { text: command.cap, isOfAll: false };
  // Without root, containers are below the user's manager.
  const slice = command.parent ?? (isRootless(command, subject) ? 'user-.slice' : findSlice(command.engine, scene));
  return findCapOfEngine(command.engine, slice, scene);
}

function findCapOfEngine(engine: ContainerEngine, slice: string, scene: Scene): CapOfPayload | undefined {
  const { scope: name } = HOMES[engine];
  const scope = name === undefined ? undefined : scene.unit(name).own('MemoryMax', scene.host.memory);
  if (isFiniteLimit(scope)) return { text: `${renderLimit(scope)} of ${scope.by}`, isOfAll: false };
  return findCapOfSlice(slice, scene);
}

function findCapOfSlice(slice: string, scene: Scene): CapOfPayload | undefined {
  const cap = slice.endsWith('.slice') ? scene.unit(slice).tightest('MemoryMax', scene.host.memory) : undefined;
  return cap && { text: `${renderLimit(cap)} of ${cap.by}`, isOfAll: true };
}

function findSlice(engine: ContainerEngine, { docker }: Scene): string {
  const parent = docker?.parent ?? docker?.parentFlag;
  return engine === 'docker' && parent ? parent.name : HOMES[engine].slice;
}

/** Whether podman runs as a user of its own: Docker's client talks to the daemon, which is root. */
function isRootless({ engine }: ContainerCommand, subject: Subject): boolean {
  if (engine !== 'podman' && engine !== 'nerdctl') return false;
  const user = subject.unit.value('Service', 'User')?.value ?? 'root';
  return subject.manager === 'user' || (user !== 'root' && user !== '0');
}

/** What an engine starts, in a sentence. */
export const WHAT: Readonly<Record<ContainerEngine, string>> = {
  docker: 'the container',
  nerdctl: 'the container',
  podman: 'the container',
  machined: 'the machine',
  lxc: 'the container',
  systemd: 'the transient unit',
};

/** Where the limits of what a command starts are, if they are not among its options. */
interface Elsewhere {
  readonly command: RegExp;
  /** What may set a limit, in a sentence. */
  readonly file: string;
  readonly fix: string;
}

const ELSEWHERE: readonly Elsewhere[] = [
  {
    // compose-spec, 05-services.md: mem_limit, memswap_limit, cgroup_parent.
    command: /\bcompose (?:up|start|restart|run)$/,
    file: 'the Compose file',
    fix: 'Limit each service in the Compose file (mem_limit: 2g, memswap_limit: 2g), or put them into a slice that is limited (cgroup_parent: NAME.slice).',
  },
  {
    command: /stack deploy$/,
    file: 'the Compose file',
    fix: 'Limit each service in the Compose file: deploy.resources.limits.memory.',
  },
  {
    // podman-kube-play(1) has an option neither for a limit nor for a slice, and reads those of the manifest.
    command: /(?:kube play|play kube)$/,
    file: 'the manifest',
    fix: 'Set resources.limits.memory of each container in the manifest; or cap the slice that holds all of podman (machine.slice; without root, user-.slice).',
  },
  {
    // podman-pod-create(1), --memory.
    command: /pod (?:start|restart)$/,
    file: 'the pod',
    fix: 'Give the limit to `podman pod create`: --memory=2g.',
  },
  {
    // docker-create(1), docker-update(1), podman-create(1), podman-update(1).
    command: /^(?:docker|podman|nerdctl) (?:start|restart|exec)$/,
    file: 'the container itself',
    fix: 'Give the limit to the container where it is made (--memory=2g --memory-swap=2g), or with the command `update`.',
  },
  {
    // lxc.container.conf(5), lxc.cgroup2.[controller name]; Incus and LXD, "Instance options", limits.memory.
    command: /^(?:lxc-start|lxc|incus)\b/,
    file: 'the configuration of the container',
    fix: 'Set the limit in the configuration of the container: limits.memory, or lxc.cgroup2.memory.max.',
  },
  { command: /^virsh /, file: 'the domain', fix: 'Give the domain less memory, or cap machine.slice.' },
  {
    command: /^(?:machinectl|systemd-nspawn)\b/,
    file: 'a drop-in of its unit',
    fix: 'Cap its scope or machine.slice, or use --keep-unit with systemd-nspawn.',
  },
];

/** What may limit the payload of a command besides its options; undefined if nothing else does. */
export const findOtherFile = ({ name }: ContainerCommand): string | undefined =>
  ELSEWHERE.find(({ command }) => command.test(name))?.file;

const CONTAINER_FIX =
  'Give the limit to the container (--memory=2g --memory-swap=2g), or to a slice that holds it (--cgroup-parent=NAME.slice).';

/** How to limit what a service starts elsewhere, as an instruction. */
export function adviseLimit(payload: Payload, { name }: Subject, { quadlets }: Scene): string {
  if (payload.kind === 'daemon') return adviseLimitOfDaemon(payload);
  const { command } = payload;
  const quadlet = quadlets.find(({ service }) => service === name);
  const own = quadlet && QUADLET_FIX[quadlet.kind.extension];
  if (own !== undefined) return own;
  const elsewhere = ELSEWHERE.find((each) => each.command.test(command.name));
  if (elsewhere) return elsewhere.fix;
  if (command.engine === 'systemd') return 'Give the limit to systemd-run itself: -p MemoryMax=2G.';
  if (command.engine === 'podman')
    return 'Run it with --cgroups=split or as a quadlet, so that the limits of the unit hold it; or give it --memory=2g --memory-swap=2g.';
  return CONTAINER_FIX;
}

/**
 * For quadlets, where the command is podman's own. `--cgroups=split` is what it gives a `.container` (podman-systemd.unit(5)),
 * which then is not in the cgroup of its pod (containers/podman#23664).
 */
const QUADLET_FIX: Readonly<Record<string, string>> = {
  container:
    'Remove --cgroups= or CgroupsMode=, so that the limits under [Service] hold the container; or write PodmanArgs=--memory=2g --memory-swap=2g.',
  pod: 'Limit each container of the pod under its [Service], or put them into one slice with Slice= and limit that; PodmanArgs=--memory=2g here holds only containers without --cgroups=split.',
};

function adviseLimitOfDaemon({ what, engine }: Daemon): string {
  if (what === 'pod')
    return 'If it is meant for the pods, cap kubepods.slice, with --system-reserved and --kube-reserved of kubelet.';
  if (what === 'virtual machine') return 'If it is meant for the machines, cap machine.slice.';
  if (engine === 'lxc')
    return 'If it is meant for the containers, set the limit in the configuration of each: limits.memory, or lxc.cgroup2.memory.max.';
  return 'If it is meant for the containers, cap the slice that holds them, such as the cgroup-parent of Docker.';
}
