import { splitVariable } from '../systemd/environment-file.js';
import { Unit } from '../systemd/unit.js';
import {
  type Container,
  type ContainerFault,
  type ContainerFile,
  type ContainerSwap,
  type ContainerWords,
  type Stated,
  UNSTATED,
} from './container.js';
import { parseDockerSize } from './docker-size.js';
import type { FilePlace } from './place.js';
import type { Quadlet } from './quadlet.js';

const WORDS: ContainerWords = {
  reader: 'podman',
  source: 'podman-run(1), --memory, --memory-swap, --oom-score-adj',
  cap: 'Write MemoryMax=2G under [Service], or PodmanArgs=--memory=2g.',
  lowerCap: 'Lower --memory.',
  noSwap: 'Write PodmanArgs=--memory-swap= with the same size as --memory, or MemorySwapMax=0 under [Service].',
  noHigh: 'Remove MemoryHigh=.',
  killable: 'Remove --oom-score-adj, or keep it above -1000.',
  isOfOneHost: true,
};

/** An option of `podman run`, with the line that gives it. */
export interface PodmanOption {
  readonly value: string;
  readonly written: string;
  readonly at: Required<FilePlace>;
}

/**
 * Reads the limits that a `.container` gives to podman instead of to systemd: `Memory=`, and options of `PodmanArgs=`
 * (podman-run(1)). Undefined if it gives none: then `[Service]` alone decides.
 */
export function readQuadletContainer(quadlet: Quadlet): ContainerFile | undefined {
  if (quadlet.kind.extension !== 'container') return undefined;
  const unit = new Unit(quadlet.name, quadlet.files);
  const { memory, swap, score } = findPodmanLimits(quadlet);
  const given = memory ?? swap ?? score;
  if (!given) return undefined;
  const max =
    memory && (isUnknown(memory) || parseDockerSize(memory.value) !== undefined) ? toStated(memory) : undefined;
  const container: Container = {
    ...UNSTATED,
    name: quadlet.name,
    at: given.at,
    words: WORDS,
    max,
    swap: readSwap(max, swap, unit),
    score: score && /^[+-]?\d+$/.test(score.value) ? { ...score, value: Number(score.value) } : undefined,
    // The limits of its service hold it as well.
    isKnownInPart: true,
  };
  return { containers: [container], faults: [...findFaults(memory, swap)] };
}

/** The options for memory that a `.container` gives to podman, the last of each. */
export function findPodmanLimits({
  name,
  files,
}: Quadlet): Readonly<Record<'memory' | 'swap' | 'score', PodmanOption | undefined>> {
  const options = readOptions(new Unit(name, files));
  const find = (...names: readonly string[]) => options.findLast(({ name }) => names.includes(name))?.option;
  return { memory: find('--memory', '-m'), swap: find('--memory-swap'), score: find('--oom-score-adj') };
}

/** The limit that a `.pod` gives to podman for all of its pod; undefined if it gives none. */
export function readPodLimit({ kind, name, files }: Quadlet): PodmanOption | undefined {
  if (kind.extension !== 'pod') return undefined;
  const options = readOptions(new Unit(name, files), 'X-Pod');
  return options.findLast(({ name }) => name === '--memory' || name === '-m')?.option;
}

/** The pod that a `.container` joins without leaving the cgroup of its own service; undefined if there is none. */
export function findPod({ kind, name, files }: Quadlet): string | undefined {
  if (kind.extension !== 'container') return undefined;
  const unit = new Unit(name, files);
  const isSplit = /--cgroups[= ]split\b(?!.*--cgroups)/.test(unit.value('Service', 'ExecStart')?.value ?? '');
  return isSplit ? unit.value('X-Container', 'Pod')?.value : undefined;
}

/** All options, in the order of the command: what `Memory=` gives comes before `PodmanArgs=`. */
function readOptions(unit: Unit, section = 'X-Container'): { readonly name: string; readonly option: PodmanOption }[] {
  const memory = unit.value(section, 'Memory');
  const own = memory
    ? [{ name: '--memory', option: { value: memory.value, written: `Memory=${memory.value}`, at: placeOf(memory) } }]
    : [];
  const all = unit.assignments(section, 'PodmanArgs');
  const args = all.slice(all.findLastIndex(({ value }) => value === '') + 1);
  return [
    ...own,
    ...args.flatMap((at) => {
      const words = splitVariable(at.value);
      return words.flatMap((word, index) => {
        const [, name = '', value = words[index + 1] ?? ''] = /^(--[a-z-]+|-m)(?:=(.*))?$/s.exec(word) ?? [];
        return name === '' ? [] : [{ name, option: { value, written: `${name}=${value}`, at: placeOf(at) } }];
      });
    }),
  ];
}

const placeOf = ({ path, line }: Required<FilePlace>): Required<FilePlace> => ({ path, line });

/** Whether systemd puts a variable in its place when it starts the service. */
const isUnknown = ({ value }: PodmanOption): boolean => value.includes('$');

const toStated = ({ value, written, at }: PodmanOption): Stated => ({
  written,
  // For podman, 0 means none.
  bytes: parseDockerSize(value) === 0 ? Number.POSITIVE_INFINITY : parseDockerSize(value),
  at,
});

/** Without `--memory-swap` it is twice `--memory`, of which one half is swap; -1 lifts the limit (podman-run(1)). */
function readSwap(max: Stated | undefined, swap: PodmanOption | undefined, unit: Unit): ContainerSwap {
  if (unit.value('Service', 'MemorySwapMax')?.value === '0') return { use: 'none', amount: 'nothing' };
  if (!max) return { use: 'unknown', amount: 'without limit' };
  if (!swap) return { use: 'some', amount: 'as much again (it has no --memory-swap)' };
  if (swap.value === '-1') return { use: 'some', amount: `without limit (${swap.written})` };
  const both = parseDockerSize(swap.value);
  if (both === undefined || max.bytes === undefined) return { use: 'unknown', amount: 'an amount that is not known' };
  return both > max.bytes
    ? { use: 'some', amount: `up to ${swap.written}, memory and swap together` }
    : { use: 'none', amount: 'nothing' };
}

/** What podman refuses when the service starts (podman 5, pkg/specgenutil/specgen.go, getMemoryLimits()). */
function* findFaults(memory: PodmanOption | undefined, swap: PodmanOption | undefined): Generator<ContainerFault> {
  for (const option of [memory, swap === undefined || swap.value === '-1' ? undefined : swap])
    if (option && !isUnknown(option) && parseDockerSize(option.value) === undefined)
      yield {
        kind: 'value',
        at: option.at,
        message: `${option.written} is not a size that podman accepts: the container does not start.`,
        fix: 'Write a number with b, k, m or g: 2g.',
      };
  if (swap && !memory)
    yield {
      kind: 'refused',
      at: swap.at,
      message: `${swap.written} without --memory: podman does not make the container.`,
      fix: 'Give --memory as well.',
    };
  const [bytes, both] = [memory && parseDockerSize(memory.value), swap && parseDockerSize(swap.value)];
  if (bytes !== undefined && both !== undefined && both < bytes && swap)
    yield {
      kind: 'refused',
      at: swap.at,
      message: `${swap.written} is less than ${memory?.written}: podman does not make the container, for it counts memory and swap together.`,
      fix: 'Give at least the size of --memory.',
    };
}
