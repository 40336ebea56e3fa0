import { parseUnitName } from '../../systemd/unit-name.js';
import { HOMES } from '../payload.js';
import type { Rule, Sighting } from '../rule.js';
import { findCapped, type Scene } from '../scene.js';
import { isFiniteLimit, renderLimit } from '../subject.js';

export const dockerParent: Rule = {
  id: 'docker-no-parent',
  severity: 'warning',
  title: 'Docker without a cgroup-parent',
  why: 'Containers then run in system.slice, next to the services of the host, and nothing of their own limits their sum; a docker.slice holds none of them.',
  source: 'dockerd(8), --cgroup-parent (default: system.slice with the systemd driver); scenario runaway-in-container',
  fix: 'Add "cgroup-parent": "docker.slice" to /etc/docker/daemon.json, and cap docker.slice.',
  *check(scene) {
    const { docker } = scene;
    if (!docker || docker.fault || docker.parent || docker.parentFlag) return;
    // Single files do not show how the daemon is configured elsewhere.
    if (!scene.whole && !docker.hasSettingsFile) return;
    yield { at: docker.at, ...describeMissingParent(scene) };
  },
};

/** What holds containers without a cgroup-parent, and how severe that is. */
function describeMissingParent(scene: Scene): Pick<Sighting, 'message' | 'severity'> {
  const { memory } = scene.host;
  const says = 'The Docker daemon has no cgroup-parent setting';
  const idle = scene.unit('docker.slice').own('MemoryMax', memory);
  if (isFiniteLimit(idle))
    return { message: `${says}: ${renderLimit(idle)} of docker.slice holds no container.`, severity: 'error' };
  const each = scene.unit(HOMES.docker.scope).own('MemoryMax', memory);
  if (isFiniteLimit(each))
    return {
      message: `${says}: each container has ${renderLimit(each)} of docker-.scope, and nothing limits their sum.`,
    };
  const shared = scene.unit(HOMES.docker.slice).tightest('MemoryMax', memory);
  if (shared)
    return {
      message: `${says}: containers share ${renderLimit(shared)} of ${shared.by} with the services of the host.`,
    };
  // Whether anything is to be contained at all shows in what is.
  const isContained =
    scene.serving.length > 0 ||
    findCapped(scene).length > 0 ||
    [...scene.payloads.keys()].some((subject) => isFiniteLimit(subject.own('MemoryMax', memory)));
  const severity = isContained ? 'warning' : 'note';
  return { message: `${says}, so nothing limits the sum of its containers.`, severity };
}

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
    if (scene.unit(parent.name).tightest('MemoryMax', scene.host.memory)) return;
    const each = scene.unit(HOMES.docker.scope).own('MemoryMax', scene.host.memory);
    const says = `${parent.name}, in which all containers run, has no MemoryMax`;
    if (isFiniteLimit(each))
      yield {
        at: parent.at,
        message: `${says}: each of them has ${renderLimit(each)} of docker-.scope, and nothing limits their sum.`,
        severity: 'warning',
      };
    else yield { at: parent.at, message: `${says}.` };
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
