import { findPod, readPodLimit } from '../../formats/quadlet-container.js';
import type { Rule } from '../rule.js';

export const quadletRefused: Rule = {
  id: 'quadlet-refused',
  severity: 'error',
  title: 'A quadlet that podman refuses',
  why: 'Its generator then makes no service of the file: the container does not start, and says so only in the journal.',
  source:
    'containers/podman#24712, #27305; podman, pkg/systemd/quadlet/quadlet.go, checkForUnknownKeys(); podman-systemd.unit(5)',
  fix: 'Correct the file; `/usr/lib/systemd/system-generators/podman-system-generator --dryrun` shows what podman makes of it.',
  *check({ quadlets }) {
    for (const { name, faults } of quadlets)
      for (const { at, why, fix, since, upTo } of faults)
        if (since !== undefined) {
          const message = `podman before ${since} makes no service of ${name}: there, ${why}.`;
          yield { at, message, severity: 'note', fix };
        } else if (upTo !== undefined) {
          const message = `podman up to ${upTo} makes no service of ${name}: ${why}.`;
          yield { at, message, severity: 'warning', fix };
        } else yield { at, message: `podman makes no service of ${name}: ${why}.`, fix };
  },
};

export const podLimitElsewhere: Rule = {
  id: 'pod-limit-elsewhere',
  severity: 'error',
  title: 'A limit of a pod that does not hold its quadlets',
  why: 'podman runs a quadlet with --cgroups=split, in the cgroup of its own service: the limit of the pod holds the infra container alone.',
  source: 'containers/podman#23664; podman-run(1), --cgroups',
  fix: 'Limit each container under its [Service], or put them into one slice with Slice= and limit that.',
  *check({ quadlets }) {
    for (const pod of quadlets) {
      const limit = readPodLimit(pod);
      const inside = quadlets.filter((each) => findPod(each) === pod.name).map(({ name }) => name);
      if (!limit || inside.length === 0) continue;
      yield {
        at: limit.at,
        message: `${limit.written} of ${pod.name} does not hold ${inside.join(', ')}.`,
      };
    }
  },
};
