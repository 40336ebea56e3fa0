import { type Field, readFields, siblingsOf } from './fields.js';
import type { Statement, StatementReader } from './statement.js';

/**
 * The ends of containers in `kubectl get pod -o yaml` and `-o json`, `kubectl describe pod`, and `crictl inspect`: a state
 * has its reason and exit code next to each other (Kubernetes API, ContainerStateTerminated; kubectl, describe.go).
 */
export const readPodStates: StatementReader = ({ text }) => {
  if (!/OOM ?Killed|137/.test(text)) return [];
  const fields = readFields(text);
  return fields.flatMap(({ key, value }, index) => {
    if (!/^reason$/i.test(key)) return [];
    return IS_OOM.test(value) || exitNextTo(fields, index) === '137' ? describeEnd(fields, index) : [];
  });
};

/** The exit code of a container that was asked to end: 128 and the signal. */
const SIGTERM = '143';

const IS_OOM = /^OOM ?Killed$/;

function exitNextTo(fields: readonly Field[], at: number): string | undefined {
  const state = siblingsOf(fields, at);
  return state.get('exitCode') ?? state.get('Exit Code');
}

function describeEnd(fields: readonly Field[], at: number): Statement[] {
  const { key, value: reason, depth } = fields[at] as Field;
  const exit = exitNextTo(fields, at) ?? 'not given';
  const name = key === 'reason' ? nameAfter(fields, at, depth) : nameBefore(fields, at);
  const container = name === undefined ? 'a container' : `the container ${name}`;
  const facts = `reason ${reason}, exit code ${exit}`;
  const about = name === undefined ? {} : { subject: name };
  const isOom = IS_OOM.test(reason);
  if (isOom && (exit === '137' || exit === 'not given'))
    return [{ shows: 'stopped', ...about, text: `Kubernetes: ${container} ended by an OOM kill (${facts}).` }];
  if (isOom)
    return [
      {
        shows: 'oom-kill',
        ...about,
        ...(exit !== '0' && exit !== SIGTERM && { endedWith: exit }),
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
    if (field.depth < depth && field.value === '' && field.key !== 'Containers') return field.key;
  }
  return undefined;
}

/** Events of a cluster, the list of `kubectl get pods`, and lines of the kubelet and of container runtimes. */
export const readKubernetesLog: StatementReader = ({ lines }) => {
  const statements = new Map<string, Statement>();
  for (const { text } of lines) {
    const statement =
      readEviction(text) ??
      readEvictionLog(text) ??
      readMap(text) ??
      readRow(text) ??
      readSystemOom(text) ??
      readRuntime(text) ??
      readKilling(text);
    if (statement) statements.set(statement.text, statement);
  }
  return [...statements.values()];
};

/** Of the eviction manager (kubelet, pkg/kubelet/eviction/helpers.go); one for disk space has nothing to do with memory. */
function readEviction(text: string): Statement | undefined {
  const resource = /The node was low on resource: ?\[?([\w-]+)/.exec(text)?.[1];
  if (resource === undefined) return undefined;
  const pod = /\bpod\/([\w.-]{1,253})/.exec(text)?.[1];
  const which = pod === undefined ? 'a pod' : `the pod ${pod}`;
  if (resource !== 'memory')
    return { shows: 'note', text: `Kubernetes: the kubelet evicted ${which} for ${resource}, not for memory.` };
  return { shows: 'killed-all', text: `Kubernetes: the kubelet evicted ${which}, because the node was low on memory.` };
}

/** The kubelet's own log of it (pkg/kubelet/eviction/eviction_manager.go); a later line names each pod. */
function readEvictionLog(text: string): Statement | undefined {
  if (/must evict pod\(s\) to reclaim"? (?:resourceName="?)?memory/.test(text))
    return {
      shows: 'killed-all',
      text: 'Kubernetes: the kubelet had to evict pods, because the node was low on memory.',
    };
  const pod = /[Ee]viction manager: pod (?:(\S{1,253}) )?is evicted successfully(?:" pod="([^"]{1,253})")?/.exec(text);
  return pod ? { shows: 'note', text: `Kubernetes: the kubelet evicted the pod ${pod[1] ?? pod[2]}.` } : undefined;
}

/** `map[terminated:map[exitCode:137 reason:OOMKilled ...]]` of `kubectl get pod -o go-template`. */
function readMap(text: string): Statement | undefined {
  const [, exit, reason] =
    /terminated:map\[.{0,200}?exitCode:(\d+) .{0,200}?reason:(OOM ?Killed|Error)\b/.exec(text) ?? [];
  if (reason === undefined || exit !== '137') return undefined;
  const facts = `(reason ${reason}, exit code ${exit})`;
  return reason === 'Error'
    ? { shows: 'sigkill', text: `Kubernetes: a container ended by SIGKILL ${facts}.` }
    : { shows: 'stopped', text: `Kubernetes: a container ended by an OOM kill ${facts}.` };
}

/** `NAME READY STATUS RESTARTS AGE` of `kubectl get pods`. */
function readRow(text: string): Statement | undefined {
  const evicted = /(?:^|\s)([\w.-]{1,253})\s+\d+\/\d+\s+Evicted\s/.exec(`${text} `)?.[1];
  if (evicted !== undefined)
    return {
      shows: 'note',
      text: `Kubernetes: the pod ${evicted} was evicted; this list does not say whether for memory.`,
    };
  const pod = /(?:^|\s)([\w.-]{1,253})\s+\d+\/\d+\s+(?:Init:)?OOMKilled\s/.exec(`${text} `)?.[1];
  if (pod === undefined) return undefined;
  return {
    shows: 'stopped',
    subject: pod,
    text: `Kubernetes: a container of the pod ${pod} ended by an OOM kill (OOMKilled).`,
  };
}

/**
 * The kubelet's event for a kill of which it knows no container: it is outside of all, or the kernel's lines were not
 * understood (pkg/kubelet/oom/oom_watcher_linux.go; cadvisor, utils/oomparser, where `/` stands for an unknown one).
 */
function readSystemOom(text: string): Statement | undefined {
  const [, comm, pid] = /System OOM encountered, victim process: (.{1,64}?), pid: (\d+)/.exec(text) ?? [];
  if (comm === undefined) return undefined;
  const victim = `${comm} (PID ${pid})`;
  return {
    shows: 'oom-kill',
    victim,
    text: `Kubernetes: the kernel killed ${victim}, and where it ran is unknown (SystemOOM).`,
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
