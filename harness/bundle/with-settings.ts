import { parseBytes, renderBytes } from '../core/bytes.js';
import { type Bundle, UNIT_DIR } from './bundle.js';
import type { ServingContainer } from './container.js';
import { refuseForPod } from './pod.js';

/** Settings of a unit, by their names in its file: `{ MemoryHigh: '3G' }`. */
export type UnitSettings = Readonly<Record<string, string>>;

/**
 * The same bundle with other settings of what serves. Of a unit, in a drop-in that is read after all others; a container has the
 * limits that are options of Docker by those, and others in a drop-in for the scopes of all containers. Nothing is checked.
 *
 * @throws OomdrillError `POD_SETTINGS`
 */
export function withSettings(bundle: Bundle, set: UnitSettings): Bundle {
  const { unit, container, pod } = bundle.manifest.serving;
  if (container) return withContainerSettings(bundle, container, set);
  if (pod) refuseForPod(pod, Object.keys(set));
  // What `systemctl set-property` writes is a drop-in too.
  return withDropIn(bundle, `${unit}.d`, 'Service', set);
}

function withContainerSettings(bundle: Bundle, container: ServingContainer, set: UnitSettings): Bundle {
  const { MemoryMax: memory = container.memory, MemorySwapMax: swap, ...others } = set;
  const changed: ServingContainer = { ...container, memory: memory === 'infinity' ? undefined : memory };
  if (swap !== undefined && changed.memory !== undefined)
    changed.memorySwap = swap === 'infinity' ? '-1' : renderBytes(parseBytes(changed.memory) + parseBytes(swap));
  const serving = { ...bundle.manifest.serving, container: changed };
  const withOptions = { ...bundle, manifest: { ...bundle.manifest, serving } };
  return Object.keys(others).length === 0 ? withOptions : withDropIn(withOptions, 'docker-.scope.d', 'Scope', others);
}

function withDropIn(bundle: Bundle, dir: string, section: string, set: UnitSettings): Bundle {
  const lines = Object.entries(set).map(([key, value]) => `${key}=${value}\n`);
  return {
    ...bundle,
    files: [...bundle.files, { path: `${UNIT_DIR}/${dir}/zz-set.conf`, text: `[${section}]\n${lines.join('')}` }],
  };
}
