import { parseBytes, renderBytes } from '../core/bytes.js';
import { parseMemoryValue } from '../systemd/memory-value.js';
import { type Bundle, UNIT_DIR, unitDirOf } from './bundle.js';
import type { ServingContainer } from './container.js';
import { refuseForPod } from './pod.js';

/** Settings of a unit, by their names in its file: `{ MemoryHigh: '3G' }`. */
export type UnitSettings = Readonly<Record<string, string>>;

/**
 * The same bundle with other settings of what serves. Of a unit, in a drop-in that is read after all others; a container has the
 * limits that are options of Docker by those, in bytes, and others in a drop-in for the scopes of all containers. With another limit of memory it may
 * still swap as much. Nothing is checked.
 *
 * @throws OomdrillError `POD_SETTINGS`
 */
export function withSettings(bundle: Bundle, set: UnitSettings): Bundle {
  const { unit, container, pod } = bundle.manifest.serving;
  if (container) return withContainerSettings(bundle, container, set);
  if (pod) refuseForPod(pod, Object.keys(set));
  // What `systemctl set-property` writes is a drop-in too.
  return withDropIn(bundle, `${unitDirOf(bundle)}/${unit}.d`, 'Service', set);
}

function withContainerSettings(bundle: Bundle, container: ServingContainer, set: UnitSettings): Bundle {
  const { MemoryMax, MemorySwapMax, ...others } = set;
  const memory = MemoryMax === undefined ? container.memory : inBytes(MemoryMax, bundle);
  const changed: ServingContainer = { ...container, memory: memory === 'infinity' ? undefined : memory };
  if (changed.memory === undefined) changed.memorySwap = undefined;
  else {
    const swap = MemorySwapMax === undefined ? swapOf(container) : inBytes(MemorySwapMax, bundle);
    if (swap !== undefined)
      changed.memorySwap = swap === 'infinity' ? '-1' : renderBytes(parseBytes(changed.memory) + parseBytes(swap));
  }
  const serving = { ...bundle.manifest.serving, container: changed };
  const withOptions = { ...bundle, manifest: { ...bundle.manifest, serving } };
  return Object.keys(others).length === 0
    ? withOptions
    : withDropIn(withOptions, `${UNIT_DIR}/docker-.scope.d`, 'Scope', others);
}

/** Docker takes no share of the host's memory. */
const inBytes = (value: string, { manifest }: Bundle): string =>
  renderBytes(parseMemoryValue(value, parseBytes(manifest.host.memory), { path: 'bundle.json', line: 0, key: '' }));

/** What a container may swap, as MemorySwapMax= says it; undefined where it has no setting for that, and Docker's default. */
function swapOf({ memory, memorySwap }: ServingContainer): string | undefined {
  if (memory === undefined || memorySwap === undefined) return undefined;
  return memorySwap === '-1' ? 'infinity' : renderBytes(parseBytes(memorySwap) - parseBytes(memory));
}

function withDropIn(bundle: Bundle, dir: string, section: string, set: UnitSettings): Bundle {
  const lines = Object.entries(set).map(([key, value]) => `${key}=${value}\n`);
  return {
    ...bundle,
    files: [...bundle.files, { path: `${dir}/zz-set.conf`, text: `[${section}]\n${lines.join('')}` }],
  };
}
