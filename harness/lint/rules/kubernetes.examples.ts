import { type ExamplesOf, files } from '../../testing/rule-examples.js';
import type * as rules from './kubernetes.js';

const KUBELET = 'var/lib/kubelet/config.yaml';
const kubelet = (lines: string) =>
  files({ [KUBELET]: `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${lines}\n` });

export const examples: ExamplesOf<typeof rules> = {
  kubeletSettings: {
    bad: [
      { tree: kubelet('memorySwap:\n  swapBehavior: UnlimitedSwap'), at: `${KUBELET}:4`, says: /from 1\.30 on/ },
      { tree: kubelet('memoryThrottlingFactor: 1.5'), at: `${KUBELET}:3` },
      { tree: kubelet('memoryThrottlingFactor: 0'), says: /does not start/ },
      { tree: kubelet('memoryReservationPolicy: Tiered'), says: /None and TieredReservation/ },
      {
        tree: kubelet('featureGates: {MemoryQoS: false}\nmemoryReservationPolicy: TieredReservation'),
        says: /needs the feature gate/,
      },
      {
        tree: kubelet('enforceNodeAllocatable: [pods, system-reserved]'),
        at: `${KUBELET}:3`,
        says: /^enforceNodeAllocatable has system-reserved, and there is no systemReservedCgroup: the kubelet does not/,
        fixes: /^Set systemReservedCgroup/,
      },
      { tree: kubelet('enforceNodeAllocatable: [pods, kube-reserved]'), says: /no kubeReservedCgroup/ },
      {
        tree: kubelet("enforceNodeAllocatable: [kube-reserved-compressible]\nkubeReservedCgroup: ''"),
        says: /has kube-reserved-compressible, and there is no kubeReservedCgroup/,
      },
      { tree: kubelet('enforceNodeAllocatable: [none, pods]'), says: /has more than none/ },
      {
        tree: kubelet('evictionSoft: {memory.available: 1Gi}'),
        at: `${KUBELET}:3`,
        says: /^evictionSoft\.memory\.available: 1Gi has no evictionSoftGracePeriod/,
        fixes: /^Set evictionSoftGracePeriod\.memory\.available/,
      },
      {
        tree: kubelet('evictionSoft: {memory.available: 1Gi}\nevictionSoftGracePeriod: {nodefs.available: 1m}'),
        says: /^evictionSoft\.memory\.available/,
      },
    ],
    good: [
      { tree: kubelet('memorySwap:\n  swapBehavior: LimitedSwap\nmemoryThrottlingFactor: 0.9') },
      { tree: kubelet('memorySwap: {}\nmemoryReservationPolicy: TieredReservation') },
      { tree: kubelet('enforceNodeAllocatable: [pods, system-reserved]\nsystemReservedCgroup: /system.slice') },
      { tree: kubelet('enforceNodeAllocatable: [none]') },
      { tree: kubelet('evictionSoft: {memory.available: 1Gi}\nevictionSoftGracePeriod: {memory.available: 1m}') },
      { tree: kubelet('evictionSoft: {memory.available: 0%}') },
      // OpenShift puts it over settings of its own.
      {
        tree: files({
          'etc/kubernetes/a.yaml':
            'apiVersion: machineconfiguration.openshift.io/v1\nkind: KubeletConfig\nspec:\n  kubeletConfig:\n    enforceNodeAllocatable: [pods, system-reserved]\n',
        }),
      },
    ],
  },
  kubeletEviction: {
    bad: [
      { tree: kubelet('evictionHard:\n  nodefs.available: 10%'), at: `${KUBELET}:3` },
      { tree: kubelet('evictionHard: {memory.available: 0%}'), says: /evicts no pod/ },
    ],
    good: [
      { tree: kubelet('evictionHard:\n  memory.available: 100Mi') },
      { tree: kubelet('evictionHard:\n  nodefs.available: 10%\nmergeDefaultEvictionSettings: true') },
      { tree: kubelet('maxPods: 110') },
    ],
  },
  kubeletDriver: {
    bad: [{ tree: kubelet('cgroupDriver: cgroupfs'), at: `${KUBELET}:3` }],
    good: [{ tree: kubelet('cgroupDriver: systemd') }, { tree: kubelet('') }],
  },
};
