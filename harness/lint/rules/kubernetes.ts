import { checkKubeletValues } from '../containers/kubelets.js';
import type { Rule } from '../rule.js';

export const kubeletSettings: Rule = {
  id: 'kubelet-settings',
  severity: 'error',
  title: 'A memory setting with which the kubelet does not start',
  why: 'The node stays without pods, or goes on with the settings of its last start.',
  source:
    'kubernetes v1.33, pkg/kubelet/apis/config/validation/validation.go; pkg/kubelet/eviction/helpers.go, ParseThresholdConfig(); Kubernetes 1.30 (UnlimitedSwap removed)',
  fix: 'Correct the value.',
  check: checkKubeletValues,
};

export const kubeletEviction: Rule = {
  id: 'kubelet-no-eviction',
  severity: 'warning',
  title: 'evictionHard without memory.available',
  why: 'A list in evictionHard takes the place of the whole default: without memory.available the kubelet evicts no pod for memory, and a node without memory comes to the OOM killer of the whole host.',
  source:
    'Kubernetes, "Node-pressure Eviction" (evictionHard; mergeDefaultEvictionSettings from 1.32); kubernetes v1.33, pkg/kubelet/eviction/helpers.go',
  fix: 'Add memory.available to evictionHard, such as 500Mi.',
  *check({ containers }) {
    for (const { evictionHard, evictionHardAt, mergesEvictionDefaults } of containers.kubelets) {
      if (!evictionHard || !evictionHardAt || mergesEvictionDefaults) continue;
      const threshold = evictionHard.get('memory.available');
      const isOff = threshold && /^(?:0|0%|100%)$/.test(threshold.text);
      if (threshold && !isOff) continue;
      yield {
        at: threshold?.at ?? evictionHardAt,
        message: threshold
          ? `${threshold.written}: the kubelet evicts no pod for memory.`
          : 'evictionHard has no memory.available: the kubelet evicts no pod for memory.',
      };
    }
  },
};

export const kubeletDriver: Rule = {
  id: 'kubelet-cgroupfs',
  severity: 'warning',
  title: 'A kubelet with the cgroupfs driver',
  why: 'On a host with systemd two programs then manage cgroups: limits of slices apply to pods only if their paths happen to be below, and nodes have become unstable under memory pressure.',
  source: 'Kubernetes, "Container Runtimes", cgroup drivers; systemd, CGROUP_DELEGATION ("one writer per cgroup")',
  fix: 'Set cgroupDriver: systemd, in the container runtime as well.',
  *check({ containers }) {
    for (const { cgroupDriver } of containers.kubelets)
      if (cgroupDriver?.text === 'cgroupfs')
        yield { at: cgroupDriver.at, message: `${cgroupDriver.written}: systemd does not manage the cgroups of pods.` };
  },
};
