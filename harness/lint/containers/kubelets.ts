import type { Kubelet } from '../../formats/kubelet.js';
import { DEFAULT_FACTOR, findFactor } from '../../formats/memory-qos.js';
import type { Sighting } from '../rule.js';
import type { Scene } from '../scene.js';

const VERSIONS = 'from 1.27 to 1.36 (0.8 from 1.22 to 1.26, and none from 1.37 on)';

/** MemoryQoS: a band below the limit of every Burstable container of the node (KEP-2570). */
export function* checkThrottling({ containers }: Scene): Iterable<Sighting> {
  for (const kubelet of containers.kubelets) {
    const factor = findFactor(kubelet);
    const setting = kubelet.throttlingFactor ?? kubelet.memoryQos;
    if (factor === undefined || !setting || !(factor > 0 && factor < 1)) continue;
    const when = kubelet.throttlingFactor
      ? kubelet.memoryQos
        ? ''
        : ' from Kubernetes 1.37 on, where MemoryQoS is on by default,'
      : ` with the default of ${DEFAULT_FACTOR} ${VERSIONS},`;
    const share = Math.round(factor * 100);
    yield {
      at: setting.at,
      // Which version reads it is not in the file.
      severity: kubelet.throttlingFactor && kubelet.memoryQos ? 'error' : 'warning',
      message: `${setting.written}:${when} the kubelet sets memory.high of Burstable containers ${share} % of the way from their request to their limit, and above it the kernel throttles and kills none.`,
      fix: 'Set memoryThrottlingFactor: 1.0, or featureGates.MemoryQoS: false.',
    };
  }
}

/** Pods are held below the node's memory only if the settings of the kubelet say so (`pods`, which is the default). */
export function* checkEnforcement({ containers }: Scene): Iterable<Sighting> {
  for (const { enforceNodeAllocatable: enforced } of containers.kubelets)
    if (enforced && !enforced.names.includes('pods'))
      yield {
        at: enforced.at,
        message: `enforceNodeAllocatable: [${enforced.names.join(', ')}] leaves out pods: kubepods.slice has no memory.max, and pods without a limit can exhaust the node.`,
        fix: 'Add pods to enforceNodeAllocatable.',
      };
}

/** kubepods.slice is limited to what is left of the node's memory; evictionHard is not taken off (cm/node_container_manager_linux.go). */
export function* checkReserved({ containers }: Scene): Iterable<Sighting> {
  for (const kubelet of containers.kubelets) {
    if (kubelet.isKnownInPart || kubelet.systemReserved || kubelet.kubeReserved) continue;
    if (kubelet.enforceNodeAllocatable && !kubelet.enforceNodeAllocatable.names.includes('pods')) continue;
    yield {
      at: kubelet.at,
      severity: 'note',
      message:
        'Neither systemReserved nor kubeReserved has memory here: unless flags of the kubelet say otherwise, memory.max of kubepods.slice is all of the memory of the node.',
      fix: 'Set systemReserved.memory and kubeReserved.memory.',
    };
  }
}

/** KEP-2400: Burstable containers swap in proportion to their request. */
export function* checkSwap({ containers, host }: Scene): Iterable<Sighting> {
  for (const { swapBehavior } of containers.kubelets) {
    if (swapBehavior?.text !== 'LimitedSwap' || host.swap === 0) continue;
    const message = `${swapBehavior.written}: Burstable containers may swap, in proportion to their request${host.swap === undefined ? ', if the node has swap' : ''}.`;
    const fix = 'Set memorySwap.swapBehavior: NoSwap.';
    yield host.swap === undefined
      ? { at: swapBehavior.at, message, fix, severity: 'note' }
      : { at: swapBehavior.at, message, fix };
  }
}

/** From 1.28 on, with cgroup v2, it is the default that the kernel kills a container as a whole. */
export function* checkGroupKill({ containers }: Scene): Iterable<Sighting> {
  for (const { singleProcessOomKill: setting } of containers.kubelets)
    if (setting?.text === 'false')
      yield {
        at: setting.at,
        severity: 'note',
        message: `${setting.written}: one OOM kill at the limit of a container ends all of its processes (memory.oom.group).`,
        fix: 'Set singleProcessOOMKill: true where containers run servers that outlive a child.',
      };
}

/** Settings of a kubelet that it does not start with, or that do nothing. */
export function* checkKubeletValues({ containers }: Scene): Iterable<Sighting> {
  for (const kubelet of containers.kubelets) {
    yield* checkValues(kubelet);
    // Another file may have what is missing.
    if (!kubelet.isKnownInPart) yield* checkCompleteness(kubelet);
  }
}

/**
 * Settings that need another one: enforceNodeAllocatable (pkg/kubelet/apis/config/validation/validation.go), and evictionSoft
 * (pkg/kubelet/eviction/helpers.go, ParseThresholdConfig(), which leaves out thresholds of 0% and 100%). Flags of the kubelet
 * come after its file.
 */
function* checkCompleteness(kubelet: Kubelet): Iterable<Sighting> {
  const { enforceNodeAllocatable: enforced, evictionSoft, graceSignals } = kubelet;
  for (const reserved of ['system', 'kube'] as const) {
    const name = enforced?.names.find((each) => each.replace(/-compressible$/, '') === `${reserved}-reserved`);
    const key = `${reserved}ReservedCgroup` as const;
    if (!enforced || name === undefined || (kubelet[key]?.text ?? '') !== '') continue;
    yield {
      at: enforced.at,
      message: `enforceNodeAllocatable has ${name}, and there is no ${key}: the kubelet does not start, unless its flag --${reserved}-reserved-cgroup names one.`,
      fix: `Set ${key}, such as /${reserved}.slice, or remove ${name} from enforceNodeAllocatable.`,
    };
  }
  if (enforced?.names.includes('none') && enforced.names.length > 1)
    yield {
      at: enforced.at,
      message: `enforceNodeAllocatable: [${enforced.names.join(', ')}] has more than none, and the kubelet does not start.`,
      fix: 'Remove none from enforceNodeAllocatable.',
    };
  for (const [signal, threshold] of evictionSoft)
    if (!graceSignals.includes(signal) && !/^(?:0|100)%$/.test(threshold.text))
      yield {
        at: threshold.at,
        message: `${threshold.written} has no evictionSoftGracePeriod: the kubelet does not start, unless its flag --eviction-soft-grace-period gives one.`,
        fix: `Set evictionSoftGracePeriod.${signal}, such as 1m30s.`,
      };
}

function* checkValues(kubelet: Kubelet): Iterable<Sighting> {
  const { swapBehavior, throttlingFactor, reservationPolicy, memoryQos } = kubelet;
  if (swapBehavior && !/^(?:NoSwap|LimitedSwap|)$/.test(swapBehavior.text))
    yield {
      at: swapBehavior.at,
      message: `${swapBehavior.written} is none of NoSwap and LimitedSwap, and the kubelet does not start${swapBehavior.text === 'UnlimitedSwap' ? ' from 1.30 on' : ''}.`,
      fix: 'Set memorySwap.swapBehavior: NoSwap.',
    };
  const factor = Number(throttlingFactor?.text ?? 1);
  if (throttlingFactor && !(factor > 0 && factor <= 1))
    yield {
      at: throttlingFactor.at,
      message: `${throttlingFactor.written} is not above 0 and at most 1.0, and the kubelet does not start.`,
      fix: 'Set memoryThrottlingFactor: 1.0.',
    };
  if (reservationPolicy && !/^(?:None|TieredReservation|)$/.test(reservationPolicy.text))
    yield {
      at: reservationPolicy.at,
      message: `${reservationPolicy.written} is none of None and TieredReservation, and the kubelet does not start.`,
      fix: 'Set memoryReservationPolicy: None, or TieredReservation.',
    };
  else if (reservationPolicy?.text === 'TieredReservation' && memoryQos?.text === 'false')
    yield {
      at: reservationPolicy.at,
      message: `${reservationPolicy.written} needs the feature gate MemoryQoS, which is off here.`,
      fix: 'Remove memoryReservationPolicy, or the feature gate.',
    };
}
