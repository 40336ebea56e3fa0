import { formatBytes } from '../../core/bytes.js';
import { type Container, isLimit, type MemoryVolume, type Stated } from '../../formats/container.js';
import { checkIgnored, checkRefused, groupByFile, listNames } from '../containers/checks.js';
import { bytesOf, isCapped } from '../containers/limits.js';
import type { Rule, Sighting } from '../rule.js';
import type { Scene } from '../scene.js';

export const containerUncapped: Rule = {
  id: 'container-uncapped',
  severity: 'warning',
  title: 'Containers without a limit next to limited ones',
  why: 'The next runaway starts where there is no cap. It exhausts the host, and the limited containers suffer with it.',
  source:
    'Incident 2026-06-22; moby v28, "Runtime constraints on resources"; kubernetes v1.33, pkg/kubelet/cm/helpers_linux.go, ResourceConfigForPod()',
  fix: 'Limit every container.',
  *check(scene) {
    for (const group of scene.containers.groups) {
      const capped = group.find((each) => isCapped(each, scene));
      if (!capped) continue;
      const limit = isLimit(capped.max) ? capped.max.written : 'a limit by its slice';
      for (const bare of groupByFile(group.filter((each) => !each.isKnownInPart && !isCapped(each, scene)))) {
        const [first] = bare;
        const instead = bare.length === 1 && first.insteadOfCap ? `, ${first.insteadOfCap},` : '';
        yield {
          at: first.at,
          message: `${listNames(bare)} ${bare.length === 1 ? 'has' : 'have'} no memory limit${instead} while ${capped.name} has ${limit}${explainPod(bare, scene)}.`,
          fix: first.words.cap,
        };
      }
    }
  },
};

/** The limit of a pod is the sum of its containers', and there is none if one of them has none. */
function explainPod(bare: readonly Container[], { containers }: Scene): string {
  const names = new Set(bare.map(({ name }) => name));
  const pod = containers.pods.find(
    ({ containers }) =>
      containers.some(({ container }) => names.has(container.name)) &&
      containers.some(({ container }) => isLimit(container.max)),
  );
  return pod ? `: the pod of ${pod.name} has no memory.max then either` : '';
}

export const containerRefused: Rule = {
  id: 'container-refused',
  severity: 'error',
  title: 'Limits that exclude each other',
  why: 'The container is not made: its limits are in no effect, and neither is it.',
  source:
    'moby v28, daemon/daemon_unix.go, verifyPlatformContainerResources(); compose-go v2, loader/validate.go; kubernetes v1.33, pkg/apis/core/validation',
  fix: 'Correct one of the two.',
  check: checkRefused,
};

export const containerIgnored: Rule = {
  id: 'container-ignored',
  severity: 'warning',
  title: 'A setting that does nothing with cgroup v2',
  why: 'cgroup v2 has no such setting: the file shows a setting that is not in effect.',
  source: 'moby v28, daemon/daemon_unix.go, "OomKillDisable discarded"; cgroup-v2.rst',
  fix: 'Remove it.',
  check: checkIgnored,
};

export const memoryVolume: Rule = {
  id: 'memory-volume',
  severity: 'warning',
  title: 'Files in memory without a size',
  why: 'What is written there counts as memory of the container, and no kill frees it: the kernel kills a process, and the files stay until the pod or the container is gone.',
  source:
    'tmpfs(5), size= (default: half of the memory); Kubernetes, "emptyDir" (medium: Memory); cgroup-v2.rst, memory.stat, shmem',
  fix: 'Give it a size well below the limit of the container.',
  *check(scene) {
    for (const pod of scene.containers.pods) {
      const limits = pod.containers.map(({ container }) => container.max ?? pod.max);
      for (const volume of pod.volumes)
        yield* checkVolume(
          volume,
          sumOf(limits),
          scene,
          'Set emptyDir.sizeLimit, well below the limits of the containers.',
        );
    }
    for (const container of scene.containers.groups.flat())
      for (const volume of container.volumes)
        yield* checkVolume(volume, container.max, scene, 'Write a size: tmpfs: /tmp:size=64m.', container);
  },
};

/** What containers may use together; undefined if one of them has no limit. */
function sumOf(limits: readonly (Stated | undefined)[]): Stated | undefined {
  const [first] = limits;
  if (!first || limits.some((limit) => limit?.bytes === undefined)) return undefined;
  const bytes = limits.reduce((sum, limit) => sum + (limit?.bytes ?? 0), 0);
  return limits.length === 1 ? first : { written: `limits of ${formatBytes(bytes)} in all`, bytes, at: first.at };
}

function* checkVolume(
  { name, at, size }: MemoryVolume,
  limit: Stated | undefined,
  scene: Scene,
  fix: string,
  container?: Container,
): Iterable<Sighting> {
  const where = container ? `${name} of ${container.name}` : name;
  if (!size) {
    const all = isLimit(limit)
      ? `its files may use all of ${limit.written}`
      : 'its files may use half of the memory of the host';
    const message = `${where} is in memory and has no size: ${all}.`;
    // Below a limit they can harm their own container alone.
    yield isLimit(limit) ? { at, message, fix, severity: 'note' } : { at, message, fix };
    return;
  }
  const [bytes, cap] = [bytesOf(size, scene), bytesOf(limit, scene)];
  if (bytes !== undefined && cap !== undefined && isLimit(limit) && bytes >= cap)
    yield {
      at: size.at,
      message: `${where} is in memory, and its ${size.written} is not below ${limit.written}.`,
      fix,
    };
}

export const staysDown: Rule = {
  id: 'stays-down',
  severity: 'note',
  title: 'A limited service that stays down after a kill',
  why: 'Where the kernel kills the main process of a container the container ends, and nothing starts it again.',
  source: 'compose-spec, 05-services.md, restart (default: no)',
  fix: 'Set a restart policy.',
  *check(scene) {
    for (const container of scene.containers.groups.flat()) {
      const { staysDown: down, isKnownInPart, max } = container;
      if (down && !isKnownInPart && isLimit(max))
        yield {
          at: down.at,
          message: `${down.why}: an OOM kill of its main process at ${max.written} ends it.`,
          fix: down.fix,
        };
    }
  },
};
