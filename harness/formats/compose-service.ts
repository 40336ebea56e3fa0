import { type Bytes, MIB } from '../core/bytes.js';
import { interpolate, type Variables } from './compose-variables.js';
import {
  type Container,
  type ContainerFault,
  type ContainerSwap,
  type ContainerWords,
  isLimit,
  type MemoryVolume,
  type Stated,
  UNSTATED,
} from './container.js';
import { parseDockerSize } from './docker-size.js';
import { dig, itemsOf, type Located, scalarOf } from './located.js';

const WORDS: ContainerWords = {
  reader: 'Docker',
  source: 'compose-spec, 05-services.md (mem_limit, memswap_limit); moby v28, daemon/daemon_unix.go',
  cap: 'Give the service mem_limit, and memswap_limit with the same value.',
  lowerCap: 'Lower mem_limit.',
  noSwap: 'Set memswap_limit to the same value as mem_limit.',
  noHigh: 'Remove MemoryHigh= of the slice.',
  killable: 'Remove oom_score_adj, or keep it above -1000.',
  isOfOneHost: true,
};

/** What Docker does not start a container below (moby v28, daemon/daemon_unix.go, linuxMinMemory). */
const MIN_LIMIT: Bytes = 6 * MIB;

/** A service of a Compose file. */
export interface ComposeService {
  readonly container: Container;
  readonly faults: readonly ContainerFault[];
}

/**
 * Reads a service of a Compose file, merged and extended, as Compose gives it to Docker (docker/compose v2,
 * pkg/compose/create.go, getDeployResources()).
 */
export function readComposeService(name: string, service: Located, variables: Variables): ComposeService {
  const reading = new ServiceReading(name, service, variables);
  return { container: reading.read(), faults: reading.faults };
}

const LIMITS = ['deploy', 'resources', 'limits'] as const;
const RESERVATIONS = ['deploy', 'resources', 'reservations'] as const;

/** A setting with its variables put in. */
interface Setting {
  readonly key: string;
  /** As the file has it. */
  readonly written: string;
  /** Undefined if it depends on a variable that is not known. */
  readonly text: string | undefined;
  readonly at: Located['at'];
}

class ServiceReading {
  readonly faults: ContainerFault[] = [];
  readonly #name: string;
  readonly #service: Located;
  readonly #variables: Variables;

  constructor(name: string, service: Located, variables: Variables) {
    this.#name = `service ${name}`;
    this.#service = service;
    this.#variables = variables;
  }

  read(): Container {
    const max = this.#readOneOf('mem_limit', LIMITS);
    const low = this.#readOneOf('mem_reservation', RESERVATIONS);
    this.#checkIgnored();
    return {
      ...UNSTATED,
      name: this.#name,
      at: this.#service.at,
      words: WORDS,
      max: this.#checkSmallest(max),
      low: this.#checkReservation(low, max),
      swap: this.#readSwap(max),
      score: this.#readScore(),
      slice: this.#readSlice(),
      count: this.#readCount(),
      staysDown: this.#readRestart(),
      volumes: this.#readVolumes(),
      insteadOfCap: low && `only ${low.written}, which is memory.low and not a cap`,
    };
  }

  /** A setting that has two names: Compose refuses two values, and one of the two next to the other's block. */
  #readOneOf(key: string, block: readonly string[]): Stated | undefined {
    const short = this.#amount(key);
    const long = this.#amount(...block, 'memory');
    const isBlock = dig(this.#service, ...block)?.kind === 'map';
    const isDistinct = long ? long.bytes !== undefined && long.bytes !== short?.bytes : isBlock;
    if (short?.bytes !== undefined && short.bytes !== Number.POSITIVE_INFINITY && isDistinct)
      this.#refuse(
        short.at,
        `${short.written} of ${this.#name} and ${long ? `${block.join('.')}.${long.written}` : `${block.join('.')} without memory`} are distinct, and Compose refuses the file.`,
        `Write the same value under ${block.join('.')}.memory, or remove one of the two.`,
      );
    return isLimit(long) ? long : (short ?? long);
  }

  #amount(...keys: readonly string[]): Stated | undefined {
    const setting = this.#setting(...keys);
    if (!setting) return undefined;
    const { key, written, text, at } = setting;
    const stated = { written: `${key}: ${written}`, at };
    if (text === undefined || text === '') return { ...stated, bytes: undefined };
    const bytes = parseDockerSize(text);
    if (bytes === undefined) this.#refuseValue(setting);
    return { ...stated, bytes: bytes === 0 ? Number.POSITIVE_INFINITY : bytes };
  }

  #setting(...keys: readonly string[]): Setting | undefined {
    const value = dig(this.#service, ...keys);
    const written = scalarOf(value);
    if (value === undefined || written === undefined) return undefined;
    return { key: keys.at(-1) ?? '', written, text: interpolate(written, this.#variables), at: value.at };
  }

  #refuseValue({ key, written, at }: Setting): void {
    this.faults.push({
      kind: 'value',
      at,
      message: `${key}: ${written} of ${this.#name} is not a size, and Compose refuses the file.`,
      fix: 'Write a number with b, k, m or g, such as 512m or 2g.',
    });
  }

  #refuse(at: Located['at'] | Stated['at'], message: string, fix: string): void {
    this.faults.push({ kind: 'refused', at, message, fix });
  }

  #checkSmallest(max: Stated | undefined): Stated | undefined {
    // Of less than a megabyte, the unit was forgotten.
    if (max?.bytes !== undefined && max.bytes >= MIB && max.bytes < MIN_LIMIT)
      this.#refuse(
        max.at,
        `${max.written} of ${this.#name} lies below 6m, and Docker does not start it.`,
        'Write at least 6m.',
      );
    return max;
  }

  #checkReservation(low: Stated | undefined, max: Stated | undefined): Stated | undefined {
    if (isLimit(low) && isLimit(max) && (low.bytes ?? 0) > (max.bytes ?? Number.POSITIVE_INFINITY))
      this.#refuse(
        low.at,
        `${low.written} of ${this.#name} lies above ${max.written}, and Docker does not start it.`,
        'Lower the reservation to the limit at most.',
      );
    return isLimit(low) ? low : undefined;
  }

  /** memswap_limit is memory and swap together; without it Docker allows as much swap as memory (adaptContainerSettings()). */
  #readSwap(max: Stated | undefined): ContainerSwap {
    const setting = this.#setting('memswap_limit');
    if (!setting) return { use: 'some', amount: 'as much again (it has no memswap_limit)' };
    const { text, at } = setting;
    if (text === undefined || text === '') return { use: 'unknown', amount: 'an amount that is not known' };
    const written = `memswap_limit: ${setting.written}`;
    if (text === '-1') return { use: 'some', amount: `without limit (${written})` };
    const both = parseDockerSize(text);
    if (both === undefined) this.#refuseValue(setting);
    if (both === 0) return { use: 'some', amount: `as much again (${written} counts as not set)` };
    if (both === undefined || max?.bytes === undefined) {
      if (both !== undefined && max === undefined)
        this.#refuse(
          at,
          `${written} of ${this.#name} has no mem_limit next to it, and Docker does not start it.`,
          'Set mem_limit as well.',
        );
      return { use: 'unknown', amount: 'an amount that is not known' };
    }
    if (isLimit(max) && both < max.bytes)
      this.#refuse(
        at,
        `${written} of ${this.#name} lies below ${max.written}, and Docker does not start it: it is memory and swap together.`,
        'Set memswap_limit to the same value as mem_limit.',
      );
    return both <= max.bytes
      ? { use: 'none', amount: 'nothing' }
      : { use: 'some', amount: `up to ${written}, memory and swap together` };
  }

  #readScore(): Container['score'] {
    const setting = this.#setting('oom_score_adj');
    const value = Number(setting?.text ?? Number.NaN);
    if (!setting || setting.text === undefined || setting.text === '') return undefined;
    const written = `oom_score_adj: ${setting.written}`;
    if (!Number.isInteger(value) || Math.abs(value) > 1000)
      this.#refuse(
        setting.at,
        `${written} of ${this.#name} is not a whole number from -1000 to 1000, and Docker does not start it.`,
        'Write a number from -999 to 1000.',
      );
    return { value, written, at: setting.at };
  }

  #readSlice(): Container['slice'] {
    const parent = this.#setting('cgroup_parent');
    return parent?.text ? { name: parent.text, at: parent.at } : undefined;
  }

  /** Services with a profile start only when they are asked for. */
  #readCount(): number | undefined {
    if (itemsOf(dig(this.#service, 'profiles')).length > 0) return undefined;
    if (scalarOf(dig(this.#service, 'deploy', 'mode')) === 'global') return undefined;
    const setting = this.#setting('deploy', 'replicas') ?? this.#setting('scale');
    if (!setting) return 1;
    return /^\d{1,5}$/.test(setting.text ?? '') ? Number(setting.text) : undefined;
  }

  #readRestart(): Container['staysDown'] {
    const serves = itemsOf(dig(this.#service, 'ports'))[0];
    const isStated = dig(this.#service, 'restart') ?? dig(this.#service, 'deploy', 'restart_policy');
    if (!serves || isStated) return undefined;
    return {
      at: this.#service.at,
      why: `${this.#name} publishes ports and has no restart policy`,
      fix: 'Set restart: unless-stopped, or restart: "no" if it is to stay down.',
    };
  }

  #readVolumes(): MemoryVolume[] {
    const tmpfs = dig(this.#service, 'tmpfs');
    const short = (tmpfs?.kind === 'scalar' ? [tmpfs] : itemsOf(tmpfs)).flatMap((item): MemoryVolume[] => {
      const text = interpolate(scalarOf(item) ?? '', this.#variables);
      if (!text) return [];
      const [path = '', options = ''] = text.split(':');
      const size = /(?:^|,)size=([^,]*)/.exec(options)?.[1];
      const bytes = size === undefined ? undefined : parseDockerSize(size);
      return [
        {
          name: `tmpfs ${path}`,
          at: item.at,
          size: size === undefined ? undefined : { written: `size=${size}`, bytes, at: item.at },
        },
      ];
    });
    const long = itemsOf(dig(this.#service, 'volumes')).flatMap((item): MemoryVolume[] => {
      if (scalarOf(dig(item, 'type')) !== 'tmpfs') return [];
      const size = scalarOf(dig(item, 'tmpfs', 'size'));
      const bytes = size === undefined ? undefined : parseDockerSize(interpolate(size, this.#variables) ?? '');
      const stated = size === undefined ? undefined : { written: `size: ${size}`, bytes, at: item.at };
      return [{ name: `tmpfs ${scalarOf(dig(item, 'target')) ?? ''}`, at: item.at, size: stated }];
    });
    const shm = this.#amount('shm_size');
    return [...short, ...long, ...(shm ? [{ name: '/dev/shm', at: shm.at, size: shm }] : [])];
  }

  /** Docker drops these with cgroup v2, with a warning (moby v28, daemon/daemon_unix.go, verifyPlatformContainerResources()). */
  #checkIgnored(): void {
    const killing = this.#setting('oom_kill_disable');
    if (killing && /^(?:true|yes|on)$/i.test(killing.text ?? ''))
      this.faults.push({
        kind: 'ignored',
        at: killing.at,
        message: `oom_kill_disable: ${killing.written} of ${this.#name} does nothing with cgroup v2: Docker drops it, and the kernel kills at the limit. With cgroup v1 every process of it would stop at the limit.`,
        fix: 'Remove oom_kill_disable.',
      });
    const swappiness = this.#setting('mem_swappiness');
    if (swappiness)
      this.faults.push({
        kind: 'ignored',
        at: swappiness.at,
        message: `mem_swappiness: ${swappiness.written} of ${this.#name} does nothing with cgroup v2: Docker drops it, and the container swaps as the host does.`,
        fix: 'Remove mem_swappiness, and set memswap_limit to the same value as mem_limit to forbid swap.',
      });
  }
}
