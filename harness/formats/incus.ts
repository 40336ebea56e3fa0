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
import { dig, itemsOf, type Located, scalarOf } from './located.js';
import { parseLxcConfig, readLxcSettings } from './lxc.js';
import type { ReadYaml } from './yaml-files.js';

const WORDS: ContainerWords = {
  reader: 'Incus or LXD',
  source:
    'canonical/lxd, lxd/instance/drivers/driver_lxc.go and lxd/cgroup/abstraction.go (#11360, #13192); lxc/incus#760',
  cap: 'Set limits.memory.',
  lowerCap: 'Lower limits.memory.',
  noSwap: 'Set limits.memory.swap: "false".',
  noHigh: 'Set limits.memory.enforce: hard, with a version that sets memory.max alone.',
  killable: 'Keep limits.memory.oom_priority above -1000.',
  isOfOneHost: true,
};

/** Those with canonical/lxd#11360 (February 2023) and without #13192 (March 2024); Incus until lxc/incus#760 (April 2024). */
const VERSIONS = 'LXD of February 2023 to March 2024 and Incus before 6.0.1';
const SHARE_OF_HIGH = 0.9;

/**
 * Reads the instances and profiles in a tree, as `incus config show`, `lxc profile show` or a preseed has them. Virtual
 * machines have no such limits.
 */
export function readIncus(yaml: readonly ReadYaml[]): ContainerFile[] {
  return yaml.flatMap(({ documents }) =>
    documents.flatMap((document) => listHolders(document).map(({ holder, config }) => readConfig(holder, config))),
  );
}

interface Holder {
  readonly holder: Located;
  readonly config: Located;
}

/** What has a config: the document itself, or the profiles and instances in it. */
function listHolders(document: Located): Holder[] {
  if (dig(document, 'apiVersion') !== undefined || dig(document, 'services') !== undefined) return [];
  const all = [
    document,
    ...itemsOf(document),
    ...['profiles', 'instances', 'containers'].flatMap((key) => itemsOf(dig(document, key))),
  ];
  return all.flatMap((holder) => {
    const config = dig(holder, 'expanded_config') ?? dig(holder, 'config');
    return config && isOfContainer(config) && !isMachine(holder) ? [{ holder, config }] : [];
  });
}

const isOfContainer = (config: Located): boolean =>
  ['limits.memory', 'limits.memory.enforce', 'limits.memory.swap', 'limits.memory.oom_priority', 'raw.lxc'].some(
    (key) => dig(config, key) !== undefined,
  );

const isMachine = (holder: Located): boolean => /^virtual-machine$/.test(scalarOf(dig(holder, 'type')) ?? '');

function readConfig(holder: Located, config: Located): ContainerFile {
  const faults: ContainerFault[] = [];
  const named = scalarOf(dig(holder, 'name'));
  const isProfile = dig(holder, 'used_by') !== undefined || dig(holder, 'architecture') === undefined;
  const name = named === undefined ? 'the instance' : `${isProfile ? 'profile' : 'instance'} ${named}`;
  const limit = readAmount(config, 'limits.memory', faults);
  const isSoft = scalarOf(dig(config, 'limits.memory.enforce')) === 'soft';
  const max = isSoft ? undefined : limit;
  const own: Container = {
    ...UNSTATED,
    name,
    at: limit?.at ?? holder.at,
    words: WORDS,
    max,
    high: isSoft && limit ? { ...limit, written: `${limit.written} with limits.memory.enforce: soft` } : undefined,
    highOfSome: max && { ...scale(max, SHARE_OF_HIGH), versions: VERSIONS },
    swap: readSwap(config, isSoft),
    score: readScore(config),
    // How many instances have a profile is not in the file.
    count: dig(holder, 'architecture') === undefined ? undefined : 1,
    isKnownInPart: true,
    insteadOfCap:
      isSoft && limit
        ? `only ${limit.written} with limits.memory.enforce: soft, at which nothing is killed`
        : undefined,
  };
  return addRaw(own, config, faults);
}

/** Settings of raw.lxc come after those of the limits. */
function addRaw(own: Container, config: Located, faults: readonly ContainerFault[]): ContainerFile {
  const raw = dig(config, 'raw.lxc');
  const text = scalarOf(raw);
  if (!raw || text === undefined) return { containers: [own], faults };
  const parsed = parseLxcConfig(text, raw.at.path, raw.at.line + 1);
  // Only of a block do the lines stand in the file as they are.
  const isBlock = raw.kind === 'scalar' && raw.isBlock;
  const settings = isBlock ? parsed : parsed.map((setting) => ({ ...setting, at: raw.at }));
  const { containers, faults: more } = readLxcSettings(own.name, raw.at.path, settings);
  const over = containers[0];
  const swapsByRaw = settings.some(({ key }) => key === 'lxc.cgroup2.memory.swap.max');
  const merged = {
    ...own,
    max: over?.max ?? own.max,
    high: over?.high ?? own.high,
    low: over?.low ?? own.low,
    swap: swapsByRaw && over ? over.swap : own.swap,
    groupKill: over?.groupKill ?? own.groupKill,
  };
  return { containers: [merged], faults: [...faults, ...more] };
}

const scale = (stated: Stated, factor: number): Stated => ({
  ...stated,
  bytes: stated.bytes === undefined ? undefined : Math.floor(stated.bytes * factor),
  share: stated.share === undefined ? undefined : stated.share * factor,
});

function readAmount(config: Located, key: string, faults: ContainerFault[]): Stated | undefined {
  const value = dig(config, key);
  const text = scalarOf(value);
  if (!value || !text) return undefined;
  const stated = { written: `${key}: ${text}`, at: value.at };
  const share = /^(\d{1,3})%$/.exec(text)?.[1];
  if (share !== undefined) return { ...stated, bytes: undefined, share: Number(share) / 100 };
  const bytes = parseIncusSize(text);
  if (bytes === undefined)
    faults.push({
      kind: 'value',
      at: value.at,
      message: `${stated.written} is not a size, and ${WORDS.reader} refuses it.`,
      fix: 'Write a whole number with MiB or GiB, such as 2GiB, or a percentage.',
    });
  return { ...stated, bytes };
}

/**
 * A hard limit forbids swap with Incus, unless limits.memory.swap is a size; LXD allows as much swap as memory, unless
 * limits.memory.swap is false. A soft limit leaves swap alone with both.
 */
function readSwap(config: Located, isSoft: boolean): ContainerSwap {
  const text = (scalarOf(dig(config, 'limits.memory.swap')) ?? '').toLowerCase();
  if (isSoft) return { use: 'some', amount: 'without limit (limits.memory.enforce: soft)' };
  if (/^(?:false|0|no|off)$/.test(text)) return { use: 'none', amount: 'nothing' };
  if (text === '' || /^(?:true|1|yes|on)$/.test(text))
    return { use: 'unknown', amount: 'as much again with LXD, and nothing with Incus' };
  return { use: 'some', amount: `up to limits.memory.swap: ${text}` };
}

function readScore(config: Located): Container['score'] {
  const value = dig(config, 'limits.memory.oom_priority');
  const text = scalarOf(value);
  if (!value || !text) return undefined;
  return { value: Number(text), written: `limits.memory.oom_priority: ${text}`, at: value.at };
}

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/**
 * Reads a size as LXD and Incus do: a whole number, and a unit of which the case counts (lxd 5.21, shared/units/units.go,
 * ParseByteSizeString()). Undefined for what they refuse.
 */
export function parseIncusSize(text: string): Bytes | undefined {
  const [, amount, unit = ''] = /^(\d{1,20})((?:[kMGTPE]|[KMGTPE]i)?B|bytes)?$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const binary = BINARY.indexOf(unit);
  const power = Math.max(DECIMAL.indexOf(unit), 0);
  return Number(amount) * (binary > 0 ? 1024 ** binary : 1000 ** power);
}
