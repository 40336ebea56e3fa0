import { createHash } from 'node:crypto';
import { type Bytes, parseBytes, renderBytes } from '../core/bytes.js';
import { isLimit } from '../formats/container.js';
import type { Kubelet } from '../formats/kubelet.js';
import { dig, scalarOf } from '../formats/located.js';
import { findFactor, killsAsGroup, memoryHighOf, protectionOf } from '../formats/memory-qos.js';
import type { Pod } from '../formats/pod.js';
import { cutToPages } from '../systemd/memory-value.js';
import { slicePath } from '../systemd/unit-name.js';
import { type Bundle, type BundleFile, UNIT_DIR } from './bundle.js';
import { minorOf, type ServingPod } from './pod.js';
import { type NamedContainer, podError, readServingPod } from './pod-manifest.js';

/** A container of a pod with what the kubelet asks the runtime to set. Bytes, limits in whole pages as the kernel has them; undefined for what it leaves unset. */
export interface NodeContainer {
  readonly written: NamedContainer;
  readonly max: Bytes | undefined;
  readonly high: Bytes | undefined;
  /** memory.min or memory.low. */
  readonly protection: { readonly file: 'min' | 'low'; readonly bytes: Bytes } | undefined;
  readonly killsAsGroup: boolean;
  readonly oomScoreAdj: number;
  readonly cpuShares: number;
  /** Microseconds of each 100 ms; 0 for no limit. */
  readonly cpuQuota: number;
}

/** A pod as it is on a node: what the kubelet makes itself, and what it has the runtime make. */
export interface NodePod {
  /** `web` of `Pod web`. */
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** Its own slice. */
  readonly slice: string;
  /** The slices above its containers, as unit files: what the kubelet sets in them. */
  readonly slices: readonly BundleFile[];
  readonly containers: readonly NodeContainer[];
  readonly serving: NodeContainer;
}

/** What the kubelet of a bundle makes of its pod. @param bundle at scale or not @throws OomdrillError `POD_MANIFEST` */
export function placeOnNode(bundle: Pick<Bundle, 'files' | 'manifest'>, serving: ServingPod): NodePod {
  const { pod, containers, serving: chosen, kubelet } = readServingPod(bundle, serving);
  const capacity = parseBytes(bundle.manifest.host.memory);
  const node: Node = {
    minor: minorOf(serving),
    kubelet: kubelet ?? NO_SETTINGS,
    capacity,
    allocatable: allocatableOf(capacity, kubelet),
    cpus: bundle.manifest.host.cpus,
  };
  refuseSwap(kubelet);
  const placed = containers.map((written) => placeContainer(written, pod, node));
  const [kind = '', name = kind.toLowerCase()] = pod.name.split(' ');
  const uid = uidOf(`${pod.namespace}/${pod.name}`);
  const slice = sliceOf(pod, uid);
  return {
    name,
    namespace: pod.namespace || 'default',
    uid,
    slice,
    slices: renderSlices(slice, pod, placed, node),
    containers: placed,
    serving: placed[containers.indexOf(chosen)] as NodeContainer,
  };
}

/** What a kubelet knows of its node. */
interface Node {
  readonly minor: number;
  readonly kubelet: KubeletSettings;
  readonly capacity: Bytes;
  /** What is left for pods. */
  readonly allocatable: Bytes;
  readonly cpus: number;
}

type KubeletSettings = Pick<Kubelet, 'memoryQos' | 'throttlingFactor' | 'reservationPolicy' | 'singleProcessOomKill'>;

const NO_SETTINGS: KubeletSettings = {
  memoryQos: undefined,
  throttlingFactor: undefined,
  reservationPolicy: undefined,
  singleProcessOomKill: undefined,
};

/** What kubepods.slice may have; evictionHard is not taken off (kubernetes, pkg/kubelet/cm/node_container_manager_linux.go). */
const allocatableOf = (capacity: Bytes, kubelet: Kubelet | undefined): Bytes =>
  Math.max(0, capacity - (kubelet?.systemReserved?.bytes ?? 0) - (kubelet?.kubeReserved?.bytes ?? 0));

function refuseSwap(kubelet: Kubelet | undefined): void {
  const { swapBehavior } = kubelet ?? {};
  if (swapBehavior?.text === 'LimitedSwap')
    throw podError(
      swapBehavior.at,
      `${swapBehavior.written}: a drill makes no pod that swaps`,
      'Set memorySwap.swapBehavior: NoSwap.',
    );
}

function placeContainer(written: NamedContainer, pod: Pod, node: Node): NodeContainer {
  const { kubelet, minor, allocatable } = node;
  const max = bytesOf(written.container.max ?? pod.max);
  const request = bytesOf(written.request) ?? 0;
  const protection = protectionOf(pod.qos, kubelet, minor);
  const factor = findFactor(kubelet, minor);
  const cpu = (kind: 'requests' | 'limits') => milliCpus(scalarOf(dig(written.value, 'resources', kind, 'cpu')));
  return {
    written,
    max: max === undefined ? undefined : cutToPages(max),
    high: memoryHighOf({ request, limit: max ?? allocatable }, factor, minor),
    protection: protection && request > 0 ? { file: protection, bytes: request } : undefined,
    killsAsGroup: killsAsGroup(kubelet, minor),
    oomScoreAdj: oomScoreOf(pod.qos, request, node.capacity),
    cpuShares: sharesOf(cpu('requests') ?? cpu('limits') ?? 0),
    cpuQuota: quotaOf(cpu('limits') ?? 0),
  };
}

/** Bytes that are stated as a limit; undefined for none. */
const bytesOf = (stated: NamedContainer['request']): Bytes | undefined => (isLimit(stated) ? stated.bytes : undefined);

/** kubernetes, pkg/kubelet/qos/policy.go, GetContainerOOMScoreAdjust(). */
function oomScoreOf(qos: Pod['qos'], request: Bytes, capacity: Bytes): number {
  if (qos === 'Guaranteed') return GUARANTEED_SCORE;
  if (qos === 'BestEffort') return 1000;
  return Math.min(999, Math.max(1000 + GUARANTEED_SCORE, 1000 - Math.floor((1000 * request) / capacity)));
}

const GUARANTEED_SCORE = -997;

/** CPUs in thousandths, from `500m` or `0.5`. */
function milliCpus(text: string | undefined): number | undefined {
  const [, amount, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(text ?? '') ?? [];
  return amount === undefined ? undefined : Math.ceil(Number(amount) * (milli ? 1 : 1000));
}

/** kubernetes, pkg/kubelet/cm/helpers_linux.go, MilliCPUToShares(). */
const sharesOf = (milli: number): number => Math.min(262_144, Math.max(2, Math.floor((milli * 1024) / 1000)));

/** Of a period of 100 ms (the same, MilliCPUToQuota()). */
const quotaOf = (milli: number): number => (milli === 0 ? 0 : Math.max(1000, milli * 100));

/** The weight that shares are (runc, libcontainer/cgroups, ConvertCPUSharesToCgroupV2Value(); 1.3.2 and later have another one). */
const weightOf = (shares: number): number => 1 + Math.floor(((shares - 2) * 9999) / 262_142);

/** The same for the same pod, as that of a static pod is. */
function uidOf(text: string): string {
  const hex = createHash('md5').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** kubernetes, pkg/kubelet/cm, CgroupName.ToSystemd(): a Guaranteed pod is in kubepods.slice itself. */
function sliceOf({ qos }: Pod, uid: string): string {
  const above = qos === 'Guaranteed' ? 'kubepods' : `kubepods-${qos.toLowerCase()}`;
  return `${above}-pod${uid.replaceAll('-', '_')}.slice`;
}

/**
 * kubepods.slice (node_container_manager_linux.go), the slice of its class (qos_container_manager_linux.go, UpdateCgroups()) and its
 * own (helpers_linux.go, ResourceConfigForPod()).
 */
function renderSlices(
  slice: string,
  pod: Pod,
  containers: readonly NodeContainer[],
  { allocatable, cpus }: Node,
): BundleFile[] {
  const sum = (amount: (container: NodeContainer) => number | undefined) =>
    containers.reduce((total, each) => total + (amount(each) ?? 0), 0);
  const isLimited = containers.every(({ max }) => max !== undefined);
  const max = bytesOf(pod.max) ?? (isLimited ? sum((each) => each.max) : undefined);
  const file = containers.find(({ protection }) => protection)?.protection?.file;
  const protection = file && [`Memory${file === 'min' ? 'Min' : 'Low'}=${sum((each) => each.protection?.bytes)}`];
  const quota = containers.every(({ cpuQuota }) => cpuQuota > 0) ? sum(({ cpuQuota }) => cpuQuota) : 0;
  const weight = `CPUWeight=${weightOf(sum(({ cpuShares }) => cpuShares))}`;
  const above = [`CPUWeight=${weightOf(sharesOf(cpus * 1000))}`, `MemoryMax=${renderBytes(allocatable)}`];
  const own = [
    weight,
    ...(max === undefined ? [] : [`MemoryMax=${renderBytes(max)}`]),
    ...(quota === 0 ? [] : [`CPUQuota=${quota / 1000}%`]),
  ];
  return slicePath(slice)
    .split('/')
    .filter(Boolean)
    .map((name) => ({
      path: `${UNIT_DIR}/${name}`,
      text: [
        '[Slice]',
        ...(name === slice ? own : name === 'kubepods.slice' ? above : [weight]),
        ...(protection ?? []),
        '',
      ].join('\n'),
    }));
}
