import { posix } from 'node:path';
import type { Bytes } from '../core/bytes.js';
import type { ContainerFault, Stated } from './container.js';
import { dig, entriesOf, itemsOf, type Located, scalarOf } from './located.js';
import { parseQuantity } from './quantity.js';
import type { ReadYaml } from './yaml-files.js';

/** A setting as the file has it. */
interface KubeletSetting {
  readonly written: string;
  readonly text: string;
  readonly at: Located['at'];
}

/** Settings of a kubelet that concern memory; undefined where the file says nothing. */
export interface Kubelet {
  readonly at: Located['at'];
  /** Whether only drop-ins of it are here, so that another file may say more. */
  readonly isKnownInPart: boolean;
  /** The feature gate MemoryQoS. */
  readonly memoryQos: KubeletSetting | undefined;
  readonly throttlingFactor: KubeletSetting | undefined;
  readonly reservationPolicy: KubeletSetting | undefined;
  readonly swapBehavior: KubeletSetting | undefined;
  readonly failSwapOn: KubeletSetting | undefined;
  readonly singleProcessOomKill: KubeletSetting | undefined;
  readonly cgroupDriver: KubeletSetting | undefined;
  /** Thresholds of evictionHard by their signal; undefined if it is not set. */
  readonly evictionHard: ReadonlyMap<string, KubeletSetting> | undefined;
  readonly evictionHardAt: Located['at'] | undefined;
  readonly mergesEvictionDefaults: boolean;
  readonly evictionSoft: ReadonlyMap<string, KubeletSetting>;
  /** Signals that evictionSoftGracePeriod has. */
  readonly graceSignals: readonly string[];
  readonly systemReservedCgroup: KubeletSetting | undefined;
  readonly kubeReservedCgroup: KubeletSetting | undefined;
  readonly systemReserved: Stated | undefined;
  readonly kubeReserved: Stated | undefined;
  readonly enforceNodeAllocatable: { readonly names: readonly string[]; readonly at: Located['at'] } | undefined;
  readonly faults: readonly ContainerFault[];
}

/** A folder of drop-ins, which a kubelet reads in the order of their names (kubelet --config-dir, v1.30). */
const IS_DROP_IN = /\.d\/[^/]+\.conf$/;

/** Reads the settings of every kubelet in a tree: KubeletConfiguration with its drop-ins, and OpenShift's KubeletConfig. */
export function readKubelets(yaml: readonly ReadYaml[]): Kubelet[] {
  const found = yaml.flatMap(({ file, documents }) =>
    documents.flatMap((document) => {
      const settings = settingsOf(document);
      return settings ? [{ path: file.path, settings, isWhole: settings === document }] : [];
    }),
  );
  const dropIns = found
    .filter(({ path }) => IS_DROP_IN.test(path))
    .sort((a, b) => (posix.basename(a.path) < posix.basename(b.path) ? -1 : 1))
    .map(({ settings }) => settings);
  const bases = found.filter(({ path }) => !IS_DROP_IN.test(path));
  const read = bases.map(({ settings, isWhole }) => readKubelet(dropIns.reduce(mergeOver, settings), !isWhole));
  const [first, ...others] = dropIns;
  return bases.length > 0 || !first ? read : [readKubelet(others.reduce(mergeOver, first), true)];
}

/** The settings of a kubelet in a document; undefined if it has none. */
function settingsOf(document: Located): Located | undefined {
  const kind = scalarOf(dig(document, 'kind'));
  if (kind === 'KubeletConfiguration') return document;
  return kind === 'KubeletConfig' ? dig(document, 'spec', 'kubeletConfig') : undefined;
}

/** Puts a drop-in over settings: maps by their keys, and all else as a whole. */
function mergeOver(base: Located, over: Located): Located {
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [name, value] of over.entries) {
    const below = entries.get(name);
    entries.set(name, below ? mergeOver(below, value) : value);
  }
  return { ...base, entries };
}

function readKubelet(settings: Located, isKnownInPart: boolean): Kubelet {
  const faults: ContainerFault[] = [];
  const setting = (...keys: readonly string[]): KubeletSetting | undefined => {
    const value = dig(settings, ...keys);
    const text = scalarOf(value);
    return value && text !== undefined ? { written: `${keys.join('.')}: ${text}`, text, at: value.at } : undefined;
  };
  const amount = (...keys: readonly string[]): Stated | undefined => {
    const found = setting(...keys);
    if (!found) return undefined;
    const bytes: Bytes | undefined = parseQuantity(found.text);
    if (bytes === undefined)
      faults.push({
        kind: 'value',
        at: found.at,
        message: `${found.written} is not a quantity, and the kubelet does not start.`,
        fix: 'Write a number with Ki, Mi or Gi, such as 512Mi.',
      });
    return { written: found.written, bytes, at: found.at };
  };
  const eviction = dig(settings, 'evictionHard');
  const soft = dig(settings, 'evictionSoft');
  const grace = dig(settings, 'evictionSoftGracePeriod');
  const enforced = dig(settings, 'enforceNodeAllocatable');
  return {
    at: settings.at,
    isKnownInPart,
    memoryQos: setting('featureGates', 'MemoryQoS'),
    throttlingFactor: setting('memoryThrottlingFactor'),
    reservationPolicy: setting('memoryReservationPolicy'),
    swapBehavior: setting('memorySwap', 'swapBehavior'),
    failSwapOn: setting('failSwapOn'),
    singleProcessOomKill: setting('singleProcessOOMKill'),
    cgroupDriver: setting('cgroupDriver'),
    evictionHard: eviction?.kind === 'map' ? readThresholds('evictionHard', eviction) : undefined,
    evictionHardAt: eviction?.at,
    mergesEvictionDefaults: setting('mergeDefaultEvictionSettings')?.text === 'true',
    evictionSoft: soft?.kind === 'map' ? readThresholds('evictionSoft', soft) : new Map(),
    graceSignals: grace?.kind === 'map' ? [...grace.entries.keys()] : [],
    systemReservedCgroup: setting('systemReservedCgroup'),
    kubeReservedCgroup: setting('kubeReservedCgroup'),
    systemReserved: amount('systemReserved', 'memory'),
    kubeReserved: amount('kubeReserved', 'memory'),
    enforceNodeAllocatable: enforced && {
      names: itemsOf(enforced).map((item) => scalarOf(item) ?? ''),
      at: enforced.at,
    },
    faults,
  };
}

function readThresholds(name: string, eviction: Located): ReadonlyMap<string, KubeletSetting> {
  return new Map(
    entriesOf(eviction).map(([signal, value]) => {
      const text = scalarOf(value) ?? '';
      return [signal, { written: `${name}.${signal}: ${text}`, text, at: value.at }];
    }),
  );
}
