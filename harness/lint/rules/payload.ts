import type { ContainerCommand, ContainerEngine } from '../../formats/container-command.js';
import { HOMES, type Payload } from '../payload.js';
import type { Rule, Sighting } from '../rule.js';
import type { Scene } from '../scene.js';
import { isFiniteLimit, type Limit, renderLimit, type Subject } from '../subject.js';

/** Limits and protections that reach nothing outside of the unit's own cgroup, the most telling first. */
const KEYS = ['MemoryMax', 'MemoryLimit', 'MemoryHigh', 'MemorySwapMax', 'MemoryMin', 'MemoryLow'];

export const payloadElsewhere: Rule = {
  id: 'payload-elsewhere',
  severity: 'error',
  title: 'A limit on a unit whose containers run in another cgroup',
  why: 'The limit holds the client or the daemon alone. Containers and machines are in cgroups of their own, which are not below that of the unit: the runaway in one of them meets no limit there.',
  source:
    'coreos/bugs#242; moby/moby#29278; containers/podman#22521; podman-run(1), --cgroups; dockerd(8), --cgroup-parent',
  fix: 'Give the limit to the container itself (--memory), or to a slice that holds it (--cgroup-parent); with podman, run it with --cgroups=split or as a quadlet.',
  *check(scene) {
    for (const [subject, payload] of scene.payloads) {
      const limit = findOwnLimit(subject, scene);
      if (!limit) continue;
      const sighting =
        payload.kind === 'daemon' ? aboutDaemon(limit, payload) : aboutClient(limit, payload.command, subject, scene);
      if (sighting) yield sighting;
    }
  },
};

/** A limit that its author may take for one of the containers. */
function findOwnLimit(subject: Subject, { host }: Scene): Limit | undefined {
  return KEYS.map((key) => subject.own(key, host.memory)).find((limit) => isFiniteLimit(limit) && limit.bytes !== 0);
}

function aboutDaemon(limit: Limit, { what }: Extract<Payload, { kind: 'daemon' }>): Sighting | undefined {
  // To protect a daemon is a reason of its own.
  if (limit.key === 'MemoryMin' || limit.key === 'MemoryLow') return undefined;
  return {
    at: limit.at,
    message: `${renderLimit(limit)} of ${limit.by} holds the daemon alone, and no ${what}.`,
    severity: 'warning',
    fix: DAEMON_FIX[what],
  };
}

const DAEMON_FIX: Readonly<Record<string, string>> = {
  container: 'If it is meant for the containers, cap the slice that holds them, such as the cgroup-parent of Docker.',
  pod: 'If it is meant for the pods, cap kubepods.slice, with --system-reserved and --kube-reserved of kubelet.',
  'virtual machine': 'If it is meant for the machines, cap machine.slice.',
};

function aboutClient(limit: Limit, command: ContainerCommand, subject: Subject, scene: Scene): Sighting {
  const cap = findCapOfPayload(command, subject, scene);
  const what = WHAT[command.engine];
  const rest =
    cap === undefined ? '' : cap.isOfAll ? `; all of them together have ${cap.text}` : `; ${what.one} has ${cap.text}`;
  const unless = command.variable === undefined ? '' : `, unless ${command.variable} says otherwise`;
  return {
    at: limit.at,
    message: `${renderLimit(limit)} of ${subject.name} holds \`${command.name}\` alone: ${what.one} runs in another cgroup${unless}${rest}.`,
    severity: severityOf(command, cap),
    fix: what.fix,
  };
}

function severityOf(command: ContainerCommand, cap: CapOfPayload | undefined): Sighting['severity'] {
  if (cap && !cap.isOfAll) return 'note';
  return cap || command.variable !== undefined ? 'warning' : 'error';
}

/** What an engine starts, and how to limit it. */
interface What {
  readonly one: string;
  readonly fix: string;
}

const CONTAINER_FIX =
  'Give the limit to the container (--memory=2g --memory-swap=2g), or to a slice that holds it (--cgroup-parent=NAME.slice).';

const WHAT: Readonly<Record<ContainerEngine, What>> = {
  docker: { one: 'the container', fix: CONTAINER_FIX },
  nerdctl: { one: 'the container', fix: CONTAINER_FIX },
  podman: {
    one: 'the container',
    fix: 'Run it with --cgroups=split or as a quadlet, so that the limits of the unit hold it; or give it --memory=2g --memory-swap=2g.',
  },
  machined: { one: 'the machine', fix: 'Cap its scope or machine.slice, or use --keep-unit with systemd-nspawn.' },
  lxc: { one: 'the container', fix: 'Set the limit in the configuration of the container.' },
  systemd: { one: 'the transient unit', fix: 'Give the limit to systemd-run itself: -p MemoryMax=2G.' },
};

/** The limit of what a command starts. */
interface CapOfPayload {
  readonly text: string;
  /** Whether it is one of everything in a slice. */
  readonly isOfAll: boolean;
}

/** The limit that really holds what a command starts: its own, that of its scope, or that of its slice. */
function findCapOfPayload(command: ContainerCommand, subject: Subject, scene: Scene): CapOfPayload | undefined {
  if (command.cap !== undefined) return { text: command.cap, isOfAll: false };
  const home = HOMES[command.engine];
  const { memory } = scene.host;
  const scope = home.scope === undefined ? undefined : scene.unit(home.scope).own('MemoryMax', memory);
  if (isFiniteLimit(scope)) return { text: `${renderLimit(scope)} of ${scope.by}`, isOfAll: false };
  // Without root, containers are below the user's manager.
  const slice = command.parent ?? (isRootless(command, subject) ? 'user-.slice' : findSlice(command.engine, scene));
  const cap = slice.endsWith('.slice') ? scene.unit(slice).tightest('MemoryMax', memory) : undefined;
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
