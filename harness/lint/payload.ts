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
  | { readonly kind: 'daemon'; readonly what: string };

/**
 * Daemons whose containers or machines are in cgroups of their own: docker-ID.scope and cri-containerd-ID.scope
 * (opencontainers/runc, libcontainer/cgroups/systemd), crio-ID.scope, kubepods.slice (kubelet, --cgroup-driver),
 * libpod-ID.scope (podman-run(1), --cgroup-parent), machine.slice (systemd.special(7)), lxc.payload.NAME (lxc-start).
 */
const DAEMONS: Readonly<Record<string, string>> = {
  dockerd: 'container',
  'dockerd-rootless.sh': 'container',
  containerd: 'container',
  crio: 'container',
  kubelet: 'pod',
  k3s: 'pod',
  rke2: 'pod',
  lxd: 'container',
  incusd: 'container',
  libvirtd: 'virtual machine',
  virtqemud: 'virtual machine',
};

/** The same by the names of units, of which a tree may have only drop-ins. */
const DAEMON_UNITS: Readonly<Record<string, string>> = {
  'docker.service': 'container',
  'containerd.service': 'container',
  'crio.service': 'container',
  'cri-o.service': 'container',
  'kubelet.service': 'pod',
  'k3s.service': 'pod',
  'k3s-agent.service': 'pod',
  'podman.service': 'container',
  'libvirtd.service': 'virtual machine',
  'virtqemud.service': 'virtual machine',
  'incus.service': 'container',
  'snap.lxd.daemon.service': 'container',
  'snap.docker.dockerd.service': 'container',
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
  const daemon = DAEMON_UNITS[subject.template];
  if (daemon !== undefined && Object.hasOwn(DAEMON_UNITS, subject.template)) return { kind: 'daemon', what: daemon };
  const main = commandsOf(subject, 'ExecStart');
  const last = main.at(-1);
  if (!last) return undefined;
  const program = basename(last[0] ?? '');
  if (Object.hasOwn(DAEMONS, program)) return { kind: 'daemon', what: DAEMONS[program] ?? 'container' };
  // A service that ends with a program of its own holds that.
  if (!isContainerClient(program) && !WAITS.has(program)) return undefined;
  const others = [...commandsOf(subject, 'ExecStartPre'), ...commandsOf(subject, 'ExecStartPost')];
  const command = firstContainer(main) ?? firstContainer(others, (found) => found.isDetached && !isSetUp(found));
  return command && { kind: 'client', command };
}

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
