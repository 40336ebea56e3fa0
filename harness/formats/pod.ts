import type { Bytes } from '../core/bytes.js';
import {
  type Container,
  type ContainerFault,
  type ContainerWords,
  type MemoryVolume,
  type Stated,
  UNSTATED,
} from './container.js';
import type { KubernetesObject } from './kubernetes.js';
import { dig, itemsOf, type Located, scalarOf } from './located.js';
import { parseQuantity } from './quantity.js';

const WORDS: ContainerWords = {
  reader: 'Kubernetes',
  source: 'kubernetes v1.33, pkg/kubelet/cm/helpers_linux.go, ResourceConfigForPod(); KEP-2570',
  cap: 'Set resources.limits.memory on the container.',
  lowerCap: 'Lower resources.limits.memory.',
  noSwap: 'Set memorySwap.swapBehavior: NoSwap in the settings of the kubelet.',
  noHigh:
    'Set requests.memory to the value of limits.memory, or memoryThrottlingFactor: 1.0 in the settings of the kubelet.',
  killable: 'Run it with another QoS class.',
  isOfOneHost: false,
};

/** A container of a pod, with what the node makes of its requests. */
export interface PodContainer {
  readonly container: Container;
  /** As the manifest has it. */
  readonly value: Located;
  /** requests.memory, which is the limit where none is stated; undefined if neither is. */
  readonly request: Stated | undefined;
}

/** The pod of a manifest: by itself, or in the template of what makes pods. */
export interface Pod {
  /** The object that it is written in: `Deployment web`. */
  readonly name: string;
  readonly namespace: string;
  readonly at: Located['at'];
  readonly spec: Located;
  /** All that may be in it at once: containers, and init containers that stay (sidecars). */
  readonly containers: readonly PodContainer[];
  /** Its own limit (spec.resources, Kubernetes 1.34); undefined if it states none. */
  readonly max: Stated | undefined;
  readonly qos: 'Guaranteed' | 'Burstable' | 'BestEffort';
  readonly volumes: readonly MemoryVolume[];
  readonly faults: readonly ContainerFault[];
}

/** Paths at which an object holds a pod's spec: Pod, what has a pod template, CronJob, Knative. */
const SPECS: readonly (readonly string[])[] = [
  ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ['spec', 'template', 'spec'],
  ['template', 'spec'],
  ['spec'],
];

/** The pod that an object describes; undefined if it describes none. */
export function readPod({ name, namespace, value }: KubernetesObject): Pod | undefined {
  const spec = SPECS.map((path) => dig(value, ...path)).find((each) => dig(each, 'containers')?.kind === 'list');
  return spec && new PodReading(name, namespace, spec).read();
}

class PodReading {
  readonly #faults: ContainerFault[] = [];
  readonly #name: string;
  readonly #namespace: string;
  readonly #spec: Located;

  constructor(name: string, namespace: string, spec: Located) {
    this.#name = name;
    this.#namespace = namespace;
    this.#spec = spec;
  }

  read(): Pod {
    const values = [
      ...itemsOf(dig(this.#spec, 'containers')),
      // An init container that is restarted stays (Kubernetes 1.29, sidecar containers).
      ...itemsOf(dig(this.#spec, 'initContainers')).filter((each) => scalarOf(dig(each, 'restartPolicy')) === 'Always'),
    ];
    return {
      name: this.#name,
      namespace: this.#namespace,
      at: this.#spec.at,
      spec: this.#spec,
      max: this.#amount(this.#spec, this.#name, 'limits'),
      containers: values.map((value) => this.#readContainer(value)),
      qos: this.#findQos(values),
      volumes: this.#readVolumes(),
      faults: this.#faults,
    };
  }

  #readContainer(value: Located): PodContainer {
    const name = `container ${scalarOf(dig(value, 'name')) ?? '?'} of ${this.#name}`;
    const max = this.#amount(value, name, 'limits');
    const stated = this.#amount(value, name, 'requests');
    if (max?.bytes !== undefined && stated?.bytes !== undefined && stated.bytes > max.bytes && max.bytes > 0)
      this.#faults.push({
        kind: 'refused',
        at: stated.at,
        message: `${stated.written} of ${name} lies above ${max.written}, and Kubernetes refuses the pod.`,
        fix: 'Lower the request to the limit at most.',
      });
    const container: Container = {
      ...UNSTATED,
      name,
      at: value.at,
      words: WORDS,
      // A limit of zero is none (ResourceConfigForPod(), IsZero()).
      max: max?.bytes === 0 ? undefined : max,
      swap: { use: 'none', amount: 'nothing' },
      groupKill: max && this.#findGroupKill(value, name),
      insteadOfCap: stated && `only ${stated.written}, which is for the scheduler and not a cap`,
    };
    return { container, value, request: stated ?? max };
  }

  #amount(value: Located, name: string, kind: 'limits' | 'requests'): Stated | undefined {
    const found = dig(value, 'resources', kind, 'memory');
    const text = scalarOf(found);
    if (!found || text === undefined) return undefined;
    const written = `${kind}.memory: ${text}`;
    const bytes = parseQuantity(text);
    // A template's placeholder is filled in before Kubernetes reads it.
    if (bytes === undefined && !/[{$<]/.test(text))
      this.#faults.push({
        kind: 'value',
        at: found.at,
        message: `${written} of ${name} is not a quantity, and Kubernetes refuses the pod.`,
        fix: 'Write a number with Ki, Mi or Gi, such as 512Mi.',
      });
    return { written, bytes, at: found.at };
  }

  /** Kubernetes, core/v1 helper/qos/qos.go, ComputePodQOS(): by the containers' requests and limits of CPU and memory. */
  #findQos(values: readonly Located[]): Pod['qos'] {
    const stated = values.flatMap((value) =>
      ['cpu', 'memory'].map((resource) => {
        const limit = this.#plain(dig(value, 'resources', 'limits', resource));
        return { limit, request: this.#plain(dig(value, 'resources', 'requests', resource)) ?? limit };
      }),
    );
    if (stated.every(({ limit, request }) => !limit && !request)) return 'BestEffort';
    return stated.every(({ limit, request }) => limit && limit === request) ? 'Guaranteed' : 'Burstable';
  }

  /** An amount as a number; undefined for none and for zero. */
  #plain(value: Located | undefined): Bytes | undefined {
    const text = scalarOf(value);
    // Of CPUs, `500m` and `0.5` are the same.
    const [, amount, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(text ?? '') ?? [];
    const number = amount === undefined ? parseQuantity(text ?? '') : Number(amount) / (milli ? 1000 : 1);
    return number === 0 ? undefined : number;
  }

  /** Servers that are known to go on when one of their processes dies. */
  #findGroupKill(value: Located, name: string): Container['groupKill'] {
    const words = [scalarOf(dig(value, 'image')) ?? '']
      .map((image) => image.replace(/^.*\//, '').replace(/[:@].*$/, ''))
      .concat(['command', 'args'].flatMap((key) => itemsOf(dig(value, key)).map((item) => scalarOf(item) ?? '')));
    const server = SEVERAL_PROCESSES.find((each) => words.some((word) => each.pattern.test(word)));
    return (
      server && {
        at: value.at,
        why: `${name} runs ${server.name}, which goes on when the kernel kills one of its processes: from 1.28 on, with cgroup v2, the kubelet has the kernel kill all of them at the limit (memory.oom.group)`,
        fix: 'Set singleProcessOOMKill: true in the settings of the kubelet (1.32 and later), or run one process a container.',
      }
    );
  }

  #readVolumes(): MemoryVolume[] {
    return itemsOf(dig(this.#spec, 'volumes')).flatMap((volume): MemoryVolume[] => {
      const empty = dig(volume, 'emptyDir');
      if (scalarOf(dig(empty, 'medium')) !== 'Memory') return [];
      const limit = dig(empty, 'sizeLimit');
      const text = scalarOf(limit);
      const size =
        limit && text !== undefined
          ? { written: `sizeLimit: ${text}`, bytes: parseQuantity(text), at: limit.at }
          : undefined;
      const name = `the emptyDir ${scalarOf(dig(volume, 'name')) ?? ''} of ${this.#name}`;
      return [{ name, at: dig(empty, 'medium')?.at ?? volume.at, size }];
    });
  }
}

/** By the name of an image or a word of the command. */
const SEVERAL_PROCESSES: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'PostgreSQL', pattern: /^(?:postgres|postgresql|postgis|timescaledb)$/ },
  { name: 'gunicorn', pattern: /^(?:.*\/)?gunicorn$/ },
  { name: 'uWSGI', pattern: /^(?:.*\/)?uwsgi$/ },
  { name: 'Celery', pattern: /^(?:.*\/)?celery$/ },
  { name: 'PHP-FPM', pattern: /^(?:.*\/)?php-fpm[\d.]*$/ },
  { name: 'Apache', pattern: /^(?:.*\/)?(?:httpd|apache2-foreground)$/ },
  { name: 'Puma', pattern: /^(?:.*\/)?puma$/ },
  { name: 'supervisord', pattern: /^(?:.*\/)?supervisord$/ },
];
