import { parseUnitName } from '../../systemd/unit-name.js';
import type { Rule } from '../rule.js';

export const dockerParent: Rule = {
  id: 'docker-no-parent',
  severity: 'error',
  title: 'Docker without a cgroup-parent',
  why: 'Containers then run in system.slice, next to the services of the host and without a cap; a docker.slice with a cap holds none of them.',
  source: 'dockerd(8), --cgroup-parent (default: system.slice with the systemd driver); scenario runaway-in-container',
  fix: 'Add "cgroup-parent": "docker.slice" to /etc/docker/daemon.json, and cap docker.slice.',
  *check(scene) {
    const { docker } = scene;
    if (!docker || docker.fault || docker.parent || docker.parentFlag) return;
    // Single files do not show how the daemon is configured elsewhere.
    if (!scene.whole && !docker.hasSettingsFile) return;
    yield { at: docker.at, message: 'The Docker daemon has no cgroup-parent setting.' };
  },
};

export const dockerParentName: Rule = {
  id: 'docker-parent-name',
  severity: 'error',
  title: 'A cgroup-parent that is not a slice',
  why: 'With the systemd driver, Docker refuses to start any container.',
  source: 'moby/moby, "cgroup-parent for systemd cgroup should be a valid slice named as \\"xxx.slice\\""',
  fix: 'Set it to the name of a slice, without a path: docker.slice.',
  *check(scene) {
    const { docker } = scene;
    for (const parent of [docker?.parent, docker?.parentFlag]) {
      if (!parent || docker?.driver !== 'systemd' || parseUnitName(parent.name)?.type === 'slice') continue;
      yield { at: parent.at, message: `cgroup-parent "${parent.name}" does not name a slice.` };
    }
  },
};

export const dockerParentUncapped: Rule = {
  id: 'docker-parent-uncapped',
  severity: 'error',
  title: 'A cgroup-parent without a cap',
  why: 'Containers without a limit of their own then have none at all: systemd creates a slice without limits if no unit file describes it.',
  source: 'systemd.slice(5); scenario runaway-in-container',
  fix: 'Write etc/systemd/system/NAME.slice with MemoryMax= and MemorySwapMax=0 under [Slice].',
  *check(scene) {
    const { docker } = scene;
    const parent = docker?.parent ?? docker?.parentFlag;
    if (!scene.whole || !parent || parseUnitName(parent.name)?.type !== 'slice') return;
    if (!scene.slice(parent.name).tightest('MemoryMax', scene.host.memory))
      yield { at: parent.at, message: `${parent.name}, in which all containers run, has no MemoryMax.` };
  },
};

export const dockerSettings: Rule = {
  id: 'docker-settings',
  severity: 'error',
  title: 'A daemon.json that Docker rejects',
  why: 'The daemon does not start, and neither does any container.',
  source: 'dockerd(8), daemon configuration file: JSON, without options that are also on the command line',
  fix: 'Correct the file; `dockerd --validate` checks it.',
  *check(scene) {
    const { docker } = scene;
    if (docker?.fault)
      yield {
        at: docker.fault.at,
        message: `daemon.json is not valid: ${docker.fault.why}.`,
      };
    if (docker?.parent && docker.parentFlag)
      yield {
        at: docker.parent.at,
        message: `cgroup-parent is set here and on the command line at ${docker.parentFlag.at.path}:${docker.parentFlag.at.line}.`,
      };
  },
};

export const dockerDriver: Rule = {
  id: 'docker-cgroupfs',
  severity: 'warning',
  title: 'Docker with the cgroupfs driver on a host with systemd',
  why: 'Docker then creates cgroups without systemd: the limits of a slice apply to them only if their path happens to be below it.',
  source: 'Docker, "Runtime metrics"; systemd, CGROUP_DELEGATION ("one writer per cgroup")',
  fix: 'Remove native.cgroupdriver=cgroupfs; with cgroup v2, systemd is the default.',
  *check(scene) {
    const { docker } = scene;
    if (docker?.driver === 'cgroupfs')
      yield {
        at: docker.at,
        message: 'native.cgroupdriver=cgroupfs: systemd does not manage the cgroups of containers.',
      };
  },
};
