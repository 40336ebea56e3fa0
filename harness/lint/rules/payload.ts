import type { ContainerCommand } from '../../formats/container-command.js';
import type { Daemon, Payload } from '../payload.js';
import { adviseLimit, type CapOfPayload, findCapOfPayload, WHAT } from '../payload-limits.js';
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
        payload.kind === 'daemon'
          ? aboutDaemon(limit, payload, adviseLimit(payload, subject, scene))
          : aboutClient(limit, payload, subject, scene);
      if (sighting) yield sighting;
    }
  },
};

/** A limit that its author may take for one of the containers. */
function findOwnLimit(subject: Subject, { host }: Scene): Limit | undefined {
  return KEYS.map((key) => subject.own(key, host.memory)).find((limit) => isFiniteLimit(limit) && limit.bytes !== 0);
}

function aboutDaemon(limit: Limit, { what }: Daemon, fix: string): Sighting | undefined {
  // To protect a daemon is a reason of its own.
  if (limit.key === 'MemoryMin' || limit.key === 'MemoryLow') return undefined;
  return {
    at: limit.at,
    message: `${renderLimit(limit)} of ${limit.by} holds the daemon alone, and no ${what}.`,
    severity: 'warning',
    fix,
  };
}

function aboutClient(limit: Limit, payload: Extract<Payload, { kind: 'client' }>, subject: Subject, scene: Scene) {
  const { command } = payload;
  const cap = findCapOfPayload(payload, subject, scene);
  const what = WHAT[command.engine];
  const rest =
    cap === undefined ? '' : cap.isOfAll ? `; all of them together have ${cap.text}` : `; ${what} has ${cap.text}`;
  const unless = command.variable === undefined ? '' : `, unless ${command.variable} says otherwise`;
  return {
    at: limit.at,
    message: `${renderLimit(limit)} of ${subject.name} holds \`${command.name}\` alone: ${what} runs in another cgroup${unless}${rest}.`,
    severity: severityOf(command, cap),
    fix: adviseLimit(payload, subject, scene),
  };
}

function severityOf(command: ContainerCommand, cap: CapOfPayload | undefined): Sighting['severity'] {
  if (cap && !cap.isOfAll) return 'note';
  return cap || command.variable !== undefined ? 'warning' : 'error';
}
