import type { Bytes } from '../core/bytes.js';
import {
  type Container,
  type ContainerFault,
  type ContainerFile,
  type ContainerSwap,
  type ContainerWords,
  type Stated,
  UNSTATED,
} from './container.js';
import type { FileInTree } from './unit-in-tree.js';

const WORDS: ContainerWords = {
  reader: 'LXC',
  source: 'lxc.container.conf(5), lxc.cgroup2; lxc 6.0, src/lxc/cgroups/cgfsng.c',
  cap: 'Set lxc.cgroup2.memory.max, and lxc.cgroup2.memory.swap.max = 0.',
  lowerCap: 'Lower lxc.cgroup2.memory.max.',
  noSwap: 'Set lxc.cgroup2.memory.swap.max = 0.',
  noHigh: 'Remove lxc.cgroup2.memory.high: a runaway then dies at lxc.cgroup2.memory.max.',
  killable: 'Remove lxc.proc.oom_score_adj, or keep it above -1000.',
  isOfOneHost: true,
};

/** Whether a text is the configuration of an LXC container. */
export const HOLDS_LXC = /^[ \t]*lxc\.[a-z0-9_.]+[ \t]*[=:]/m;

/** A line of the configuration. */
interface LxcSetting {
  readonly key: string;
  readonly value: string;
  readonly at: { readonly path: string; readonly line: number };
}

/** `key = value`; Proxmox writes a colon in the files of /etc/pve/lxc. */
export function parseLxcConfig(text: string, path: string, firstLine = 1): LxcSetting[] {
  return text.split(/\r?\n/).flatMap((line, index): LxcSetting[] => {
    const [, key, value] = /^[ \t]*(lxc\.[^\s=:]{1,200})[ \t]*[=:](.*)$/.exec(line.slice(0, MAX_LINE)) ?? [];
    return key === undefined || value === undefined
      ? []
      : [{ key, value: value.trim(), at: { path, line: index + firstLine } }];
  });
}

/** No line with a limit is longer. */
const MAX_LINE = 1_000;

/** Reads the configuration of every LXC container in a tree. */
export function readLxc(files: readonly FileInTree[]): ContainerFile[] {
  return files
    .filter(({ path, text }) => !/\.(?:ya?ml|json)$/.test(path) && HOLDS_LXC.test(text))
    .map(({ path, shown, text }) => readLxcSettings(`container ${nameOf(path)}`, shown, parseLxcConfig(text, shown)));
}

/** The name of a container by its file: /var/lib/lxc/NAME/config, /etc/pve/lxc/101.conf. */
const nameOf = (path: string): string => {
  const [name = '', folder = ''] = path.split('/').reverse();
  return name === 'config' && folder !== '' ? folder : name.replace(/\.conf$/, '');
};

/** What a container's settings limit: the last assignment counts, and an empty one clears those before it (lxc.container.conf(5)). */
export function readLxcSettings(name: string, path: string, settings: readonly LxcSetting[]): ContainerFile {
  const reading = new LxcReading(name, path, settings);
  return { containers: [reading.read()], faults: reading.faults };
}

class LxcReading {
  readonly faults: ContainerFault[] = [];
  readonly #name: string;
  readonly #path: string;
  readonly #last = new Map<string, LxcSetting>();

  constructor(name: string, path: string, settings: readonly LxcSetting[]) {
    this.#name = name;
    this.#path = path;
    for (const setting of settings) {
      if (setting.value === '')
        for (const key of [...this.#last.keys()]) if (key.startsWith(setting.key)) this.#last.delete(key);
      if (setting.value !== '') this.#last.set(setting.key, setting);
    }
  }

  read(): Container {
    const max = this.#amount('lxc.cgroup2.memory.max');
    this.#checkLegacy();
    return {
      ...UNSTATED,
      name: this.#name,
      at: max?.at ?? [...this.#last.values()].find(({ key }) => key.includes('memory'))?.at ?? { path: this.#path },
      words: WORDS,
      max,
      high: this.#amount('lxc.cgroup2.memory.high'),
      low: this.#amount('lxc.cgroup2.memory.min') ?? this.#amount('lxc.cgroup2.memory.low'),
      swap: this.#readSwap(),
      score: this.#readScore(),
      groupKill: this.#readGroupKill(),
      // A file that it includes may say more, and one without a root is included by others.
      isKnownInPart: this.#last.has('lxc.include') || !this.#last.has('lxc.rootfs.path'),
    };
  }

  #amount(key: string): Stated | undefined {
    const setting = this.#last.get(key);
    if (!setting) return undefined;
    const bytes = parseKernelAmount(setting.value);
    const written = `${key} = ${setting.value}`;
    if (bytes === undefined)
      this.faults.push({
        kind: 'value',
        at: setting.at,
        message: `${written} is not an amount that the kernel takes, and the container does not start.`,
        fix: 'Write a whole number with K, M or G, such as 4G, or max.',
      });
    return { written, bytes, at: setting.at };
  }

  #readSwap(): ContainerSwap {
    const swap = this.#amount('lxc.cgroup2.memory.swap.max');
    if (!swap || swap.bytes === Number.POSITIVE_INFINITY) return { use: 'some', amount: 'without limit' };
    if (swap.bytes === undefined) return { use: 'unknown', amount: 'an amount that is not known' };
    return swap.bytes === 0 ? { use: 'none', amount: 'nothing' } : { use: 'some', amount: `up to ${swap.written}` };
  }

  #readScore(): Container['score'] {
    const setting = this.#last.get('lxc.proc.oom_score_adj');
    return setting && { value: Number(setting.value), written: `${setting.key} = ${setting.value}`, at: setting.at };
  }

  #readGroupKill(): Container['groupKill'] {
    const setting = this.#last.get('lxc.cgroup2.memory.oom.group');
    if (setting?.value !== '1') return undefined;
    return {
      at: setting.at,
      why: `lxc.cgroup2.memory.oom.group = 1: one OOM kill in ${this.#name} ends all that runs in it`,
      fix: 'Remove lxc.cgroup2.memory.oom.group.',
    };
  }

  /** With cgroup v2 alone, LXC passes over what is for cgroup v1 (cgfsng_setup_limits_legacy()). */
  #checkLegacy(): void {
    for (const [key, setting] of this.#last) {
      const old = /^lxc\.cgroup\.(memory\.\w[\w.]*)$/.exec(key)?.[1];
      const now = old === undefined ? undefined : V2_NAMES[old];
      if (now === undefined || this.#last.has(`lxc.cgroup2.${now}`)) continue;
      this.faults.push({
        kind: 'legacy',
        at: setting.at,
        message: `${key} = ${setting.value} is for cgroup v1, and does nothing on a host with cgroup v2.`,
        fix: `Write lxc.cgroup2.${now}.`,
      });
    }
  }
}

/** Limits of cgroup v1, with what cgroup v2 has for them. */
const V2_NAMES: Readonly<Record<string, string>> = {
  'memory.limit_in_bytes': 'memory.max',
  'memory.soft_limit_in_bytes': 'memory.low',
  'memory.memsw.limit_in_bytes': 'memory.swap.max',
};

/**
 * Reads an amount as the kernel does in memory.max: whole bytes, with a suffix in any case, or `max` (Linux 6.6,
 * mm/page_counter.c, page_counter_memparse(); lib/cmdline.c, memparse()). Undefined for what it refuses.
 */
export function parseKernelAmount(text: string): Bytes | undefined {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const [, amount, suffix = ''] = /^(\d{1,20}|0x[\da-f]{1,16})([kmgtpe]?)$/i.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * 1024 ** ' kmgtpe'.indexOf(suffix.toLowerCase() || ' ');
}
