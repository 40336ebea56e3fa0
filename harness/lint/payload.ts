import { basename } from 'node:path';
import {
  type ContainerCommand,
  type ContainerEngine,
  findContainerCommand,
  isContainerClient,
} from '../formats/container-command.js';
import { splitCommandLine, unwrapCommand } from './commands.js';
import type { Subject } from './subject.js';

/** What a service starts outside of its own cgroup, so that its own limits do not hold it. */
export type Payload =
  | { readonly kind: 'client'; readonly command: ContainerCommand }
  /** A daemon that others ask to start something. */
  | ({ readonly kind: 'daemon' } & Daemon);

/** What a daemon starts, and where. */
export interface Daemon {
  readonly what: 'container' | 'pod' | 'virtual machine';
  /** What decides where it is; undefined where the files of a tree do not say. */
  readonly engine: ContainerEngine | 'kubelet' | undefined;
}

const DOCKER: Daemon = { what: 'container', engine: 'docker' };
const PODMAN: Daemon = { what: 'container', engine: 'podman' };
const RUNTIME: Daemon = { what: 'container', engine: undefined };
const LXC: Daemon = { what: 'container', engine: 'lxc' };
const KUBELET: Daemon = { what: 'pod', engine: 'kubelet' };
const LIBVIRT: Daemon = { what: 'virtual machine', engine: 'machined' };

/**
 * Daemons whose containers or machines are in cgroups of their own: docker-ID.scope and cri-containerd-ID.scope
 * (opencontainers/runc, libcontainer/cgroups/systemd), crio-ID.scope, kubepods.slice (kubelet, --cgroup-driver),
 * libpod-ID.scope (podman-run(1), --cgroup-parent), machine.slice (systemd.special(7)), lxc.payload.NAME (lxc-start).
 */
const DAEMONS: Readonly<Record<string, Daemon>> = {
  dockerd: DOCKER,
  'dockerd-rootless.sh': DOCKER,
  containerd: RUNTIME,
  crio: RUNTIME,
  kubelet: KUBELET,
  k3s: KUBELET,
  rke2: KUBELET,
  lxd: LXC,
  incusd: LXC,
  'lxc-autostart': LXC,
  libvirtd: LIBVIRT,
  virtqemud: LIBVIRT,
};

/** The same by the names of units, of which a tree may have only drop-ins. */
const DAEMON_UNITS: Readonly<Record<string, Daemon>> = {
  'docker.service': DOCKER,
  'containerd.service': RUNTIME,
  'crio.service': RUNTIME,
  'cri-o.service': RUNTIME,
  'kubelet.service': KUBELET,
  'k3s.service': KUBELET,
  'k3s-agent.service': KUBELET,
  'rke2-server.service': KUBELET,
  'rke2-agent.service': KUBELET,
  'podman.service': PODMAN,
  'libvirtd.service': LIBVIRT,
  'virtqemud.service': LIBVIRT,
  'incus.service': LXC,
  // It runs lxc-autostart by a script, lxc-containers (lxc, config/init/systemd).
  'lxc.service': LXC,
  'lxd.service': LXC,
  'snap.lxd.daemon.service': LXC,
  'snap.docker.dockerd.service': DOCKER,
};

/** Programs that only wait, or do nothing, while a container runs elsewhere. */
const WAITS: ReadonlySet<string> = new Set([
  'true',
  'sleep',
  'tail',
  'echo',
  'wait',
  'cat',
  'exit',
  ':',
  'systemd-notify',
]);

/** Finds what a service starts outside of its own cgroup; undefined if its limits hold what it starts, or if that is unknown. */
export function findPayload(subject: Subject): Payload | undefined {
  if (subject.type !== 'service') return undefined;
  const daemon = findDaemon(DAEMON_UNITS, subject.template);
  if (daemon) return { kind: 'daemon', ...daemon };
  const main = commandsOf(subject, 'ExecStart');
  const last = main.at(-1);
  if (!last) return undefined;
  const program = basename(last[0] ?? '');
  const started = findDaemon(DAEMONS, program);
  if (started) return { kind: 'daemon', ...started };
  // A service that ends with a program of its own holds that.
  if (!isContainerClient(program) && !WAITS.has(program)) return undefined;
  const others = [...commandsOf(subject, 'ExecStartPre'), ...commandsOf(subject, 'ExecStartPost')];
  const command = firstContainer(main) ?? firstContainer(others, (found) => found.isDetached && !isSetUp(found));
  return command && { kind: 'client', command };
}

const findDaemon = (daemons: Readonly<Record<string, Daemon>>, name: string): Daemon | undefined =>
  Object.hasOwn(daemons, name) ? daemons[name] : undefined;

/** A container that is only built or pulled, and one that ends before the service starts, are not its payload. */
const isSetUp = ({ name }: ContainerCommand): boolean => name.endsWith(' exec');

function firstContainer(
  commands: readonly (readonly string[])[],
  isPayload: (found: ContainerCommand) => boolean = () => true,
): ContainerCommand | undefined {
  return commands.flatMap((words) => findContainerCommand(words) ?? []).find(isPayload);
}

/** The commands of a directive, of which those of a client of containers without the wrappers around them. */
function commandsOf({ unit }: Subject, key: string): readonly (readonly string[])[] {
  return unit
    .values('Service', key)
    .flatMap(splitCommandLine)
    .map((words) => unwrapCommand(words, isClientOrDaemon) ?? words);
}

const isClientOrDaemon = (program: string): boolean =>
  isContainerClient(program) || Object.hasOwn(DAEMONS, basename(program));

/** Where an engine puts what it starts, unless it is configured otherwise. */
interface Home {
  readonly slice: string;
  /** The beginning of the names of its scopes, whose drop-ins apply to each of them; undefined if it makes none. */
  readonly scope: string | undefined;
}

/** Homes by engine: dockerd(8) --cgroup-parent, podman-run(1) --cgroup-parent, systemd.special(7) machine.slice. */
export const HOMES = {
  docker: { slice: 'system.slice', scope: 'docker-.scope' },
  podman: { slice: 'machine.slice', scope: 'libpod-.scope' },
  nerdctl: { slice: 'system.slice', scope: 'nerdctl-.scope' },
  machined: { slice: 'machine.slice', scope: 'machine-.scope' },
  lxc: { slice: '-.slice', scope: undefined },
  systemd: { slice: 'system.slice', scope: 'run-.scope' },
} as const satisfies Record<ContainerEngine, Home>;
