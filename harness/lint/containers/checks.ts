import { formatBytes, MIB } from '../../core/bytes.js';
import { type Container, type ContainerFault, isLimit } from '../../formats/container.js';
import { parseUnitName } from '../../systemd/unit-name.js';
import type { Sighting } from '../rule.js';
import { hasHostKiller } from '../rules/band.js';
import { leavesTooLittle } from '../rules/caps.js';
import type { Scene } from '../scene.js';
import { renderLimit } from '../subject.js';
import * as kubelets from './kubelets.js';
import { bytesOf, capAbove, isCapped, listContainers, sliceOf, swapOf } from './limits.js';

/** What a rule about units finds in the files of containers: the same fault, in other words. */
interface ContainerCheck {
  /** The source of what it finds. */
  readonly source: string;
  readonly check: (scene: Scene) => Iterable<Sighting>;
}

/** A band below the cap, or without one. */
function* findBands(scene: Scene): Iterable<{ readonly container: Container; readonly message: string }> {
  for (const container of listContainers(scene)) {
    const { high, max, name } = container;
    const [low, top] = [bytesOf(high, scene), bytesOf(max, scene)];
    if (!isLimit(high) || (low !== undefined && top !== undefined && low >= top)) continue;
    const limit = `${high.written} of ${name}`;
    if (!isLimit(max)) yield { container, message: `${limit} has no hard limit above it` };
    else if (low === undefined || top === undefined) yield { container, message: `${limit} lies below ${max.written}` };
    else {
      const amount = /\d[A-Za-z]*$/.test(high.written) ? '' : ` (${formatBytes(low)})`;
      yield { container, message: `${limit}${amount} lies below ${max.written}: a band of ${formatBytes(top - low)}` };
    }
  }
}

function* checkSoftBand(scene: Scene): Iterable<Sighting> {
  for (const { container, message } of findBands(scene))
    if (container.high && swapOf(container, scene) === 'none')
      yield {
        at: container.high.at,
        message: `${message}, and ${container.name} may not swap.`,
        fix: container.words.noHigh,
      };
  for (const container of listContainers(scene)) {
    const high = container.highOfSome;
    const bytes = bytesOf(high, scene);
    if (!high || container.high || swapOf(container, scene) === 'some') continue;
    yield {
      at: high.at,
      severity: 'note',
      message: `${high.versions} also set memory.high to 90 % of ${high.written} of ${container.name}${bytes === undefined ? '' : `, to ${formatBytes(bytes)}`}: above it the kernel throttles and kills none.`,
      fix: 'Update it, and look at memory.high of the instance: it must be max.',
    };
  }
  yield* kubelets.checkThrottling(scene);
}

function* checkSoftLimit(scene: Scene): Iterable<Sighting> {
  for (const { container, message } of findBands(scene))
    if (container.high && swapOf(container, scene) !== 'none')
      yield { at: container.high.at, message: `${message}.`, fix: container.words.noHigh };
}

function* checkHighAboveMax(scene: Scene): Iterable<Sighting> {
  for (const { high, max, words } of listContainers(scene)) {
    const [low, top] = [bytesOf(high, scene), bytesOf(max, scene)];
    if (!isLimit(high) || !isLimit(max) || low === undefined || top === undefined || low < top) continue;
    yield {
      at: high.at,
      message: `${high.written} lies ${low === top ? 'at' : 'above'} ${max.written}: it can never act.`,
      fix: words.noHigh,
    };
  }
}

/** Once a file: that one container of it has none is for another rule. */
function* checkNoCap(scene: Scene): Iterable<Sighting> {
  for (const group of scene.containers.groups) {
    if (group.some((each) => each.isKnownInPart || isCapped(each, scene))) continue;
    for (const bare of groupByFile(group)) {
      const [has, them] = bare.length === 1 ? ['has', 'it'] : ['have', 'them'];
      yield {
        at: bare[0].at,
        severity: 'note',
        message: `${listNames(bare)} ${has} no memory limit: only the memory of the host limits ${them}.`,
        fix: bare[0].words.cap,
      };
    }
  }
  yield* kubelets.checkEnforcement(scene);
}

/** Containers of each file: what is said of several is said once in each of their files. */
export function groupByFile(containers: readonly Container[]): readonly (readonly [Container, ...Container[]])[] {
  const files = new Map<string, [Container, ...Container[]]>();
  for (const container of containers) {
    const known = files.get(container.at.path);
    if (known) known.push(container);
    else files.set(container.at.path, [container]);
  }
  return [...files.values()];
}

/** The names of containers in a sentence, the first five of many. */
export function listNames(containers: readonly Container[]): string {
  const names = containers.slice(0, 5).map(({ name }) => name);
  const rest = containers.length - names.length;
  return rest > 0 ? `${names.join(', ')} and ${rest} more` : names.join(', ');
}

function* checkMaxNearRam(scene: Scene): Iterable<Sighting> {
  const { memory } = scene.host;
  for (const { max, name, words } of listContainers(scene)) {
    const bytes = bytesOf(max, scene);
    if (memory === undefined || !isLimit(max) || bytes === undefined || !leavesTooLittle(memory, bytes)) continue;
    const rest = memory - bytes;
    yield {
      at: max.at,
      message:
        rest <= 0
          ? `${max.written} of ${name} is not below the host's ${formatBytes(memory)}.`
          : `${max.written} of ${name} leaves ${formatBytes(rest)} of the host's ${formatBytes(memory)} for everything else.`,
      fix: words.lowerCap,
    };
  }
  yield* kubelets.checkReserved(scene);
}

function* checkCapsOverRam(scene: Scene): Iterable<Sighting> {
  const { memory } = scene.host;
  if (memory === undefined || hasHostKiller(scene)) return;
  const capped = listContainers(scene).flatMap((container) => {
    const bytes = bytesOf(container.max, scene);
    const { count, words, max } = container;
    // A cap within a capped slice adds nothing.
    if (!isLimit(max) || !bytes || !count || !words.isOfOneHost || capAbove(container, scene)) return [];
    return [{ container, max, bytes: bytes * count, count }];
  });
  const sum = capped.reduce((total, { bytes }) => total + bytes, 0);
  const [first] = capped;
  if (!first || sum <= memory || capped.reduce((total, { count }) => total + count, 0) < 2) return;
  const parts = capped.map(({ container, bytes }) => `${formatBytes(bytes)} of ${container.name}`).join(', ');
  yield {
    at: first.max.at,
    message: `The caps add up to ${formatBytes(sum)} (${parts}) on a host of ${formatBytes(memory)}.`,
    fix: first.container.words.lowerCap,
  };
}

function* checkSwapAllowed(scene: Scene): Iterable<Sighting> {
  for (const container of listContainers(scene)) {
    const { max, name, swap, words, isKnownInPart } = container;
    const use = swapOf(container, scene);
    if (
      !isLimit(max) ||
      use === 'none' ||
      (isKnownInPart && swap.use === 'some' && /no memswap_limit/.test(swap.amount))
    )
      continue;
    const host =
      use === 'some' ? ` on a host with ${formatBytes(scene.host.swap ?? 0)} of swap` : ', if the host has swap';
    const said = `${name} is capped by ${max.written} and may swap ${swap.amount}${host}.`;
    yield use === 'some'
      ? { at: max.at, message: said, fix: words.noSwap }
      : { at: max.at, message: said, fix: words.noSwap, severity: 'note' };
  }
  yield* kubelets.checkSwap(scene);
}

function* checkAboveParent(scene: Scene): Iterable<Sighting> {
  for (const container of listContainers(scene)) {
    const above = capAbove(container, scene);
    const bytes = bytesOf(container.max, scene);
    if (!above || above.bytes === undefined || bytes === undefined || !isLimit(container.max) || bytes <= above.bytes)
      continue;
    yield {
      at: container.max.at,
      message: `${container.max.written} of ${container.name} lies above ${renderLimit(above)} of ${above.by}, which applies first.`,
      fix: container.words.lowerCap,
    };
  }
}

function* checkTiny(scene: Scene): Iterable<Sighting> {
  for (const { max, high, name, words } of listContainers(scene))
    for (const limit of [max, high])
      if (limit?.bytes !== undefined && limit.bytes < MIB)
        yield {
          at: limit.at,
          message: `${limit.written} of ${name} is ${formatBytes(limit.bytes)}${/\dm$/.test(limit.written) && !words.isOfOneHost ? ': m is a thousandth' : ''}.`,
          fix: words.isOfOneHost ? 'Add a unit, such as m or g.' : 'Write Mi or Gi.',
        };
}

function* checkUnbacked(scene: Scene): Iterable<Sighting> {
  for (const container of listContainers(scene)) {
    const slice = sliceOf(container, scene);
    if (!container.low || !slice || !scene.subjects.includes(slice)) continue;
    const { memory } = scene.host;
    const states = ['MemoryLow', 'MemoryMin', 'MemoryMax', 'MemoryHigh'].some((key) => slice.own(key, memory));
    if (!states)
      yield {
        at: container.low.at,
        message: `${container.low.written} of ${container.name} is not in effect: ${slice.name} has no MemoryLow.`,
        fix: `Set MemoryLow= on ${slice.name} and on the slices above it.`,
      };
  }
}

function* checkGroupKills(scene: Scene): Iterable<Sighting> {
  for (const { groupKill } of listContainers(scene))
    if (groupKill) yield { at: groupKill.at, severity: 'note', message: `${groupKill.why}.`, fix: groupKill.fix };
  yield* kubelets.checkGroupKill(scene);
}

function* checkUnkillable(scene: Scene): Iterable<Sighting> {
  for (const container of listContainers(scene)) {
    const { score, max, name, words } = container;
    const cap = isLimit(max) ? max.written : capAbove(container, scene)?.by;
    if (score?.value === -1000 && cap !== undefined)
      yield {
        at: score.at,
        message: `The kernel may kill nothing in ${name} when it reaches ${cap}: ${score.written}.`,
        fix: words.killable,
      };
  }
}

function* checkParentName(scene: Scene): Iterable<Sighting> {
  if (scene.docker?.driver === 'cgroupfs') return;
  for (const { slice, name } of listContainers(scene))
    if (slice && parseUnitName(slice.name)?.type !== 'slice')
      yield { at: slice.at, message: `cgroup_parent: ${slice.name} of ${name} does not name a slice.` };
}

function* checkParentCap(scene: Scene): Iterable<Sighting> {
  if (!scene.whole) return;
  for (const container of listContainers(scene)) {
    const { slice, name } = container;
    if (slice?.name.endsWith('.slice') && !isCapped(container, scene))
      yield { at: slice.at, message: `${name} has no limit, and ${slice.name}, in which it runs, has no MemoryMax.` };
  }
}

/** Faults of single settings. */
const checkFaults = (kind: ContainerFault['kind']) =>
  function* check({ containers }: Scene): Iterable<Sighting> {
    for (const { at, message, fix } of containers.faults.filter((fault) => fault.kind === kind))
      yield { at, message, fix };
  };

function* checkBroken({ containers }: Scene): Iterable<Sighting> {
  for (const { path, fault } of containers.broken)
    yield { at: { path, line: fault.line }, message: `Could not read ${path} as YAML: ${fault.why}.` };
}

const COMPOSE = 'moby v28, daemon/daemon_unix.go; compose-spec';

/** What rules about units find in containers, by the rule's name. */
export const CONTAINER_CHECKS: Readonly<Record<string, ContainerCheck>> = {
  'soft-band': {
    source:
      'Incident 2026-07-02; cgroup-v2.rst, memory.high; canonical/lxd#13147, #11360 and #13192; lxc/incus#760; Kubernetes KEP-2570',
    check: checkSoftBand,
  },
  'soft-limit': { source: 'cgroup-v2.rst, memory.high; lxc.container.conf(5)', check: checkSoftLimit },
  'high-above-max': { source: 'cgroup-v2.rst, memory.max; lxc.container.conf(5)', check: checkHighAboveMax },
  'no-cap': {
    source: 'moby v28, "Runtime constraints on resources"; Kubernetes, enforceNodeAllocatable',
    check: checkNoCap,
  },
  'max-near-ram': { source: 'Kubernetes, "Reserve Compute Resources for System Daemons"', check: checkMaxNearRam },
  'caps-over-ram': { source: COMPOSE, check: checkCapsOverRam },
  'swap-allowed': { source: `${COMPOSE} (memswap_limit); Kubernetes KEP-2400`, check: checkSwapAllowed },
  'limit-above-parent': { source: 'cgroup-v2.rst, memory.max; compose-spec, cgroup_parent', check: checkAboveParent },
  'tiny-limit': { source: 'docker/go-units, size.go; Kubernetes, quantity.go (m is milli)', check: checkTiny },
  'protection-unbacked': { source: 'cgroup-v2.rst, memory.low; compose-spec, mem_reservation', check: checkUnbacked },
  'oom-policy': {
    source: 'kubernetes/kubernetes#117070; Kubernetes 1.32, singleProcessOOMKill',
    check: checkGroupKills,
  },
  unkillable: {
    source: 'proc_pid_oom_score_adj(5); containers/crun#1357; compose-spec, oom_score_adj',
    check: checkUnkillable,
  },
  'docker-parent-name': {
    source: 'moby v28, daemon/daemon_unix.go, "cgroup-parent for systemd cgroup"',
    check: checkParentName,
  },
  'docker-parent-uncapped': { source: 'systemd.slice(5); compose-spec, cgroup_parent', check: checkParentCap },
  'bad-value': {
    source: 'docker/go-units, size.go; Kubernetes, quantity.go; Linux, memparse(); LXD, units.go',
    check: checkFaults('value'),
  },
  'legacy-limit': { source: 'lxc.container.conf(5), lxc.cgroup2', check: checkFaults('legacy') },
  'unreadable-file': { source: 'yaml.org, YAML 1.2', check: checkBroken },
};

export const checkRefused = checkFaults('refused');
export const checkIgnored = checkFaults('ignored');
