import { parseUnitName } from '../../systemd/unit-name.js';
import type { Rule } from '../rule.js';

export const dockerParent: Rule = {
  id: 'docker-no-parent',
  severity: 'error',
  title: 'Docker without a cgroup-parent',
  why: 'Containers then run in system.slice, each by itself and uncapped, beside the services of the host; a docker.slice with a cap holds none of them.',
  source: 'dockerd(8), --cgroup-parent (default: system.slice with the systemd driver); scenario runaway-in-container',
  fix: 'Write { "cgroup-parent": "docker.slice" } into /etc/docker/daemon.json, and cap docker.slice.',
  *check(scene) {
    const { docker } = scene;
    if (!docker || docker.fault || docker.parent || docker.parentFlag) return;
    // Files without their surroundings do not say what the daemon is told elsewhere.
    if (!scene.whole && !docker.hasSettingsFile) return;
    yield { at: docker.at, message: 'The Docker daemon is told no cgroup-parent.' };
  },
};

export const dockerParentName: Rule = {
  id: 'docker-parent-name',
  severity: 'error',
  title: 'A cgroup-parent that is no slice',
  why: 'With the systemd driver Docker refuses to start any container.',
  source: 'moby/moby, "cgroup-parent for systemd cgroup should be a valid slice named as \\"xxx.slice\\""',
  fix: 'Name a slice, without its path: docker.slice.',
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
  why: 'Containers without a limit of their own then have none at all: a slice that no file describes is made without limits.',
  source: 'systemd.slice(5); scenario runaway-in-container',
  fix: 'Write etc/systemd/system/NAME.slice with [Slice], MemoryMax= and MemorySwapMax=0.',
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
  title: 'A daemon.json that Docker does not take',
  why: 'The daemon does not start, and with it no container.',
  source: 'dockerd(8), daemon configuration file: JSON, and no option both there and on the command line',
  fix: 'Correct the file; `dockerd --validate` checks it.',
  *check(scene) {
    const { docker } = scene;
    if (docker?.fault)
      yield {
        at: docker.fault.at,
        message: `daemon.json is not JSON of settings: ${docker.fault.why}.`,
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
  title: 'Docker with the cgroupfs driver beside systemd',
  why: 'Docker then makes cgroups behind the back of systemd, outside of its slices: a slice of systemd holds them only by luck of the path.',
  source: 'Docker, "Runtime metrics"; systemd, CGROUP_DELEGATION ("one writer per cgroup")',
  fix: 'Remove native.cgroupdriver=cgroupfs; systemd is the default with cgroup v2.',
  *check(scene) {
    const { docker } = scene;
    if (docker?.driver === 'cgroupfs')
      yield { at: docker.at, message: 'Containers are no units of systemd: native.cgroupdriver=cgroupfs.' };
  },
};
