import { readCompose } from '../../formats/compose.js';
import type { Container, ContainerFault, ContainerFile, Stated } from '../../formats/container.js';
import { readIncus } from '../../formats/incus.js';
import { type Kubelet, readKubelets } from '../../formats/kubelet.js';
import { type KubernetesObject, readObjects } from '../../formats/kubernetes.js';
import { dig, itemsOf, type LocatedFault, scalarOf } from '../../formats/located.js';
import { readLxc } from '../../formats/lxc.js';
import { findFactor, memoryHighOf } from '../../formats/memory-qos.js';
import type { FilePlace } from '../../formats/place.js';
import { type Pod, type PodContainer, readPod } from '../../formats/pod.js';
import type { Quadlet } from '../../formats/quadlet.js';
import { readQuadletContainer } from '../../formats/quadlet-container.js';
import type { FileInTree } from '../../formats/unit-in-tree.js';
import { readYamlFiles } from '../../formats/yaml-files.js';

/** The containers that the files of a tree describe, of whatever program. */
export interface ContainerScene {
  /** Containers of one file, or of files that are read as one. */
  readonly groups: readonly (readonly Container[])[];
  readonly pods: readonly Pod[];
  readonly kubelets: readonly Kubelet[];
  readonly faults: readonly ContainerFault[];
  /** YAML that is none. */
  readonly broken: readonly { readonly path: string; readonly fault: LocatedFault }[];
}

/**
 * Reads every file of containers in a tree: Compose, Kubernetes, LXC, Incus and LXD; and quadlets.
 *
 * @param context paths of files that only resolve others: nothing is said about them
 */
export function readContainers(
  files: readonly FileInTree[],
  context: ReadonlySet<string>,
  quadlets: readonly Quadlet[] = [],
): ContainerScene {
  const yaml = readYamlFiles(files);
  const objects = readObjects(yaml);
  const kubelets = readKubelets(yaml);
  const pods = objects.flatMap((object) => readPod(object) ?? []);
  const others: readonly ContainerFile[] = [
    ...readCompose(yaml, files),
    ...readIncus(yaml),
    ...readLxc(files),
    ...quadlets.flatMap((each) => readQuadletContainer(each) ?? []),
  ];
  const hasDefaults = objects.some(givesDefaults);
  // Of several it is not known which node a pod runs on.
  const kubelet = kubelets.length === 1 ? kubelets[0] : undefined;
  const isAsked = ({ at }: { readonly at: FilePlace }) => !context.has(at.path);
  const inPods = pods.flatMap((pod) => pod.containers.map((each) => placeInPod(each, pod, { kubelet, hasDefaults })));
  return {
    groups: [...others.map(({ containers }) => containers), inPods].map((group) => group.filter(isAsked)),
    pods: pods.filter(isAsked),
    kubelets: kubelets.filter(isAsked),
    faults: [...others, ...pods, ...kubelets].flatMap((each) => each.faults).filter(isAsked),
    broken: yaml.flatMap(({ file, fault }) => (fault && !context.has(file.shown) ? [{ path: file.shown, fault }] : [])),
  };
}

/** Whether an object gives a limit to containers that state none (LimitRange, default). */
const givesDefaults = ({ kind, value }: KubernetesObject): boolean =>
  kind === 'LimitRange' &&
  itemsOf(dig(value, 'spec', 'limits')).some((each) => scalarOf(dig(each, 'default', 'memory')) !== undefined);

/** What the node and the pod make of a container. */
function placeInPod(
  { container, request }: PodContainer,
  pod: Pod,
  { kubelet, hasDefaults }: { readonly kubelet: Kubelet | undefined; readonly hasDefaults: boolean },
): Container {
  const swaps = kubelet?.swapBehavior?.text === 'LimitedSwap' && pod.qos === 'Burstable' && container.max !== request;
  return {
    ...container,
    max: container.max ?? pod.max,
    high: kubelet && findHigh(container, request, kubelet),
    swap: swaps ? { use: 'some', amount: 'in proportion to its request (LimitedSwap)' } : container.swap,
    groupKill: kubelet?.singleProcessOomKill?.text === 'true' ? undefined : container.groupKill,
    isKnownInPart: hasDefaults,
  };
}

/** KEP-2570, alpha of 1.27: between the request and the limit, in whole pages; none where they are equal. */
function findHigh(container: Container, request: Stated | undefined, kubelet: Kubelet): Stated | undefined {
  const factor = findFactor(kubelet);
  const limit = container.max?.bytes;
  if (!container.max || limit === undefined || request?.bytes === undefined) return undefined;
  const bytes = memoryHighOf({ request: request.bytes, limit }, factor);
  if (bytes === undefined) return undefined;
  const by = kubelet.throttlingFactor?.written ?? `a memoryThrottlingFactor of ${factor}`;
  return {
    written: `memory.high by MemoryQoS (${by})`,
    bytes,
    at: container.max.at,
  };
}
