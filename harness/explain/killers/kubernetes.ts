import { type Field, readFields } from './fields.js';
import type { Statement, StatementReader } from './statement.js';

/** Where the state of a container begins: in `-o yaml`, `-o json` and `kubectl describe pod`. */
const STATE = /^(?:terminated|(?:Last )?State)$/;

/** Fields of a terminated state (Kubernetes API, ContainerStateTerminated; kubectl, describe.go, describeStatus). */
const OF_STATE = new Set([
  'reason',
  'exitCode',
  'message',
  'containerID',
  'startedAt',
  'finishedAt',
  'signal',
  'Reason',
  'Exit Code',
  'Message',
  'Started',
  'Finished',
  'Signal',
]);

/** The ends of containers in `kubectl get pod -o yaml`, `-o json`, and `kubectl describe pod`. */
export const readPodStates: StatementReader = ({ text }) => {
  if (!/OOM ?Killed|137/.test(text) || !/\b(?:terminated|State)"?:/.test(text)) return [];
  const fields = readFields(text);
  const statements = fields.flatMap((field, index) => {
    const isEnd = STATE.test(field.key) && (field.key === 'terminated' || field.value === 'Terminated');
    return isEnd ? describeEnd(fields, index) : [];
  });
  return statements;
};

function describeEnd(fields: readonly Field[], at: number): Statement[] {
  const state = new Map<string, string>();
  const isDescribed = fields[at]?.key !== 'terminated';
  let index = at + 1;
  for (; OF_STATE.has(fields[index]?.key ?? ''); index++) {
    const { key, value } = fields[index] as Field;
    state.set(key, value);
  }
  const reason = state.get('reason') ?? state.get('Reason') ?? 'not given';
  const exit = state.get('exitCode') ?? state.get('Exit Code') ?? 'not given';
  const name = isDescribed ? nameBefore(fields, at) : nameAfter(fields, index, fields[at]?.depth ?? 0);
  const container = name === undefined ? 'a container' : `the container ${name}`;
  const facts = `reason ${reason}, exit code ${exit}`;
  const about = name === undefined ? {} : { subject: name };
  const isOom = /^OOM ?Killed$/.test(reason);
  if (isOom && exit === '137')
    return [{ shows: 'stopped', ...about, text: `Kubernetes: ${container} ended by an OOM kill (${facts}).` }];
  if (isOom)
    return [
      {
        shows: 'oom-kill',
        ...about,
        text: `Kubernetes: an OOM killer killed in ${container}, and its first process did not end by SIGKILL (${facts}).`,
      },
    ];
  return exit === '137'
    ? [{ shows: 'sigkill', ...about, text: `Kubernetes: ${container} ended by SIGKILL (${facts}).` }]
    : [];
}

/** In YAML and JSON the fields of a container are in the order of the alphabet: its name follows its last state. */
function nameAfter(fields: readonly Field[], from: number, depth: number): string | undefined {
  const before = (index: number) => fields[index]?.key === 'name' && (fields[index]?.depth ?? 0) < depth;
  for (let index = from; index < Math.min(fields.length, from + 8); index++)
    if (before(index)) return fields[index]?.value;
  for (let index = from; index > Math.max(0, from - 16); index--) if (before(index)) return fields[index]?.value;
  return undefined;
}

/** In `kubectl describe` a container begins with its name alone on a line. */
function nameBefore(fields: readonly Field[], at: number): string | undefined {
  const { depth = 0 } = fields[at] ?? {};
  for (let index = at; index >= 0; index--) {
    const field = fields[index] as Field;
    if (field.depth < depth && field.value === '') return field.key;
  }
  return undefined;
}

/** Events of a cluster, the list of `kubectl get pods`, and lines of the kubelet and of container runtimes. */
export const readKubernetesLog: StatementReader = ({ lines }) => {
  const statements = new Map<string, Statement>();
  for (const { text } of lines) {
    const statement =
      readEviction(text) ?? readRow(text) ?? readSystemOom(text) ?? readRuntime(text) ?? readKilling(text);
    if (statement) statements.set(statement.text, statement);
  }
  return [...statements.values()];
};

/** Of the eviction manager (kubelet, pkg/kubelet/eviction/helpers.go); for disk space it is no matter of memory. */
function readEviction(text: string): Statement | undefined {
  const resource = /The node was low on resource: ?\[?([\w-]+)/.exec(text)?.[1];
  if (resource === undefined) return undefined;
  const pod = /\bpod\/([\w.-]{1,253})/.exec(text)?.[1];
  const which = pod === undefined ? 'a pod' : `the pod ${pod}`;
  if (resource !== 'memory')
    return { shows: 'note', text: `Kubernetes: the kubelet evicted ${which} for ${resource}, not for memory.` };
  return { shows: 'killed-all', text: `Kubernetes: the kubelet evicted ${which}, because the node was low on memory.` };
}

/** `NAME READY STATUS RESTARTS AGE` of `kubectl get pods`. */
function readRow(text: string): Statement | undefined {
  const pod = /(?:^|\s)([\w.-]{1,253})\s+\d+\/\d+\s+(?:Init:)?OOMKilled\s/.exec(`${text} `)?.[1];
  if (pod === undefined) return undefined;
  return {
    shows: 'stopped',
    subject: pod,
    text: `Kubernetes: a container of the pod ${pod} ended by an OOM kill (OOMKilled).`,
  };
}

/** The kubelet's event for a kill outside of all containers (pkg/kubelet/oom/oom_watcher_linux.go). */
function readSystemOom(text: string): Statement | undefined {
  const [, comm, pid] = /System OOM encountered, victim process: (.{1,64}?), pid: (\d+)/.exec(text) ?? [];
  if (comm === undefined) return undefined;
  return {
    shows: 'oom-kill',
    text: `Kubernetes: the kernel killed ${comm} (PID ${pid}), outside of all containers (SystemOOM).`,
  };
}

/** containerd, its shim as dockerd logs it, conmon of CRI-O and Podman, cAdvisor in old kubelets. */
function readRuntime(text: string): Statement | undefined {
  const isOom =
    /\bTaskOOM event\b|topic="?\/tasks\/oom|\bOOM (?:event )?received\b|Created an OOM event in container/.test(text);
  if (!isOom) return undefined;
  const id =
    /(?:container_id:\\?"|ContainerID:|container=|\bconmon )"?([0-9a-f]{12,64})/.exec(text)?.[1] ??
    /Created an OOM event in container "([^"]{1,300})"/.exec(text)?.[1];
  const container = id === undefined ? 'a container' : `the container ${id.startsWith('/') ? id : id.slice(0, 12)}`;
  return { shows: 'oom-kill', text: `The container runtime saw an OOM kill in ${container}.` };
}

/** The kubelet itself ends a container: a probe failed, or the pod is to go. */
function readKilling(text: string): Statement | undefined {
  const [, container, why] =
    /\bKilling\b.{0,200}\bContainer (\S{1,63}) (failed \w+ probe|definition changed)/.exec(text) ?? [];
  if (container === undefined) return undefined;
  return { shows: 'note', text: `Kubernetes: the kubelet itself ended the container ${container}: ${why}.` };
}
