import type { Bytes } from '../core/bytes.js';
import { cutToPages } from '../systemd/memory-value.js';
import type { Kubelet } from './kubelet.js';

/**
 * What a kubelet makes of its settings, by its version: MemoryQoS (KEP-2570; kubernetes, pkg/kubelet/kuberuntime/
 * kuberuntime_container_linux.go, generateLinuxContainerResources()), and whether the kernel kills a container as a whole.
 */

/** The minor of a version of Kubernetes from which each rule holds: 27 of 1.27. */
const SINCE = { high: 22, band: 27, groupKill: 28, singleProcessOomKill: 32, tiers: 36, on: 37 } as const;

/** Of 1.27 to 1.36; 0.8 from 1.22 to 1.26, and none from 1.37 on (kubernetes, pkg/kubelet/apis/config/v1beta1/defaults.go). */
export const DEFAULT_FACTOR = 0.9;

/** Below it no memory.high is set. @param minor undefined where the version is not known: whether a kubelet throttles is not decided by its settings alone */
export function findFactor({ memoryQos, throttlingFactor }: QosSettings, minor?: number): number | undefined {
  if (minor !== undefined && !isMemoryQosOn({ memoryQos }, minor)) return undefined;
  if (memoryQos?.text === 'false' || (!memoryQos && !throttlingFactor)) return undefined;
  if (throttlingFactor) return Number(throttlingFactor.text);
  if (minor === undefined) return DEFAULT_FACTOR;
  return minor < SINCE.band ? 0.8 : minor < SINCE.on ? DEFAULT_FACTOR : undefined;
}

/** Those of a kubelet's settings that this is about. */
type QosSettings = Pick<Kubelet, 'memoryQos' | 'throttlingFactor'>;

const isMemoryQosOn = ({ memoryQos }: Pick<Kubelet, 'memoryQos'>, minor: number): boolean =>
  minor >= SINCE.high && (memoryQos ? memoryQos.text === 'true' : minor >= SINCE.on);

/** A container's memory, as a kubelet knows it. Bytes. */
interface Known {
  /** 0 where none is stated. */
  readonly request: Bytes;
  /** Its limit; where it has none, what the node can give to pods. */
  readonly limit: Bytes;
}

/** memory.high of a container, or undefined for none. @param minor of the version; by default one of 27 to 36 */
export function memoryHighOf({ request, limit }: Known, factor: number | undefined, minor = 27): Bytes | undefined {
  if (factor === undefined || !(factor > 0 && factor <= 1)) return undefined;
  // Until 1.26 a share of the limit, which the kernel itself cuts to pages; nothing where it lies below the request.
  if (minor < SINCE.band) return limit * factor > request ? cutToPages(limit * factor) : undefined;
  const high = cutToPages(request + factor * (limit - request));
  return request < limit && high > request ? high : undefined;
}

/** What protects the memory of a pod up to its request: `memory.min`, from 1.36 on by tiers, where these are asked for. */
export function protectionOf(
  qos: 'Guaranteed' | 'Burstable' | 'BestEffort',
  kubelet: Pick<Kubelet, 'memoryQos' | 'reservationPolicy'>,
  minor: number,
): 'min' | 'low' | undefined {
  if (qos === 'BestEffort' || !isMemoryQosOn(kubelet, minor)) return undefined;
  if (minor < SINCE.tiers) return 'min';
  if (kubelet.reservationPolicy?.text !== 'TieredReservation') return undefined;
  return qos === 'Guaranteed' ? 'min' : 'low';
}

/** Whether the kernel kills a container as a whole (memory.oom.group; kuberuntime_container_linux.go, calculateLinuxResources()). */
export function killsAsGroup({ singleProcessOomKill }: Pick<Kubelet, 'singleProcessOomKill'>, minor: number): boolean {
  if (minor < SINCE.groupKill) return false;
  return minor < SINCE.singleProcessOomKill || singleProcessOomKill?.text !== 'true';
}
