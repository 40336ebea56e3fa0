import type { Bundle } from '../bundle/bundle.js';
import { type LimitedUnit, resolveServingUnit, resolveSlice, resolveUserScope } from '../bundle/serving.js';
import { type Bytes, parseBytes, renderBytes } from '../core/bytes.js';
import { cutToPages } from '../systemd/memory-value.js';
import { dropFromUnit, setInUnit, withFile } from './edit.js';

/** A part of the containment: a unit that caps the memory of its cgroup. */
export interface Layer {
  readonly section: 'Service' | 'Slice' | 'Scope';
  /** As systemd reads it in this bundle; undefined where the bundle sets no cap there. */
  readonly find: (bundle: Bundle) => LimitedUnit | undefined;
}

/** The unit of the web sessions. */
export const SERVING: Layer = {
  section: 'Service',
  find: (bundle) => onlyIfCapped(resolveServingUnit(bundle)),
};

/** What a user runs by ssh and tmux. All users' slices have their drop-ins in common, so any number stands for all. */
export const USERS: Layer = {
  section: 'Slice',
  find: (bundle) => onlyIfCapped(resolveSlice(bundle, 'user-1000.slice')),
};

/** All containers together. */
export const CONTAINERS: Layer = {
  section: 'Slice',
  find: (bundle) => onlyIfCapped(resolveSlice(bundle, 'docker.slice')),
};

/** Each pane of a user's tmux. All panes have their drop-ins in common, so any name stands for all. */
export const PANES: Layer = {
  section: 'Scope',
  find: (bundle) => onlyIfCapped(resolveUserScope(bundle, 'tmux-spawn-1.scope')),
};

/** Sorts behind the names that drop-ins usually have, digits first, so it has the last word (systemd.unit(5)). */
const LATER = 'zz-local.conf';

/** Sets a soft limit at this share of the cap; undefined where there is one as low. */
export function setSoftLimit(bundle: Bundle, layer: Layer, share: number): Bundle | undefined {
  const limited = layer.find(bundle);
  if (!limited || limited.limits.high <= limited.limits.max * share) return undefined;
  return setLimit(bundle, layer, 'MemoryHigh', limited.limits.max * share);
}

/** Takes the cap away. */
export function dropCap(bundle: Bundle, layer: Layer): Bundle | undefined {
  const limited = layer.find(bundle);
  return limited && dropFromUnit(bundle, limited.unit, layer.section, 'MemoryMax');
}

/** Sets a cap of so many times the host's memory; undefined where it is as high. */
export function capAtMemory(bundle: Bundle, layer: Layer, times: number): Bundle | undefined {
  const limited = layer.find(bundle);
  const max = parseBytes(bundle.manifest.host.memory) * times;
  return limited && limited.limits.max < max ? setLimit(bundle, layer, 'MemoryMax', max) : undefined;
}

/** Sets a cap that is half of what it was. */
export function halveCap(bundle: Bundle, layer: Layer): Bundle | undefined {
  const limited = layer.find(bundle);
  return limited && setLimit(bundle, layer, 'MemoryMax', limited.limits.max / 2);
}

/** Forbids swap no more. On a host without any this changes nothing, so it gets as much as it has memory. */
export function allowSwap(bundle: Bundle, layer: Layer): Bundle | undefined {
  const limited = layer.find(bundle);
  if (limited?.limits.swapMax !== 0) return undefined;
  const { manifest } = bundle;
  const swap = parseBytes(manifest.host.swap) > 0 ? manifest.host.swap : manifest.host.memory;
  const swapping = { ...bundle, manifest: { ...manifest, host: { ...manifest.host, swap } } };
  return dropFromUnit(swapping, limited.unit, layer.section, 'MemorySwapMax');
}

/** Lifts the cap by a drop-in that is read after all others, in one of the folders that apply. */
export function overrideCap(bundle: Bundle, layer: Layer, folder: string): Bundle | undefined {
  if (!layer.find(bundle)) return undefined;
  return withFile(bundle, `${folder}/${LATER}`, `[${layer.section}]\nMemoryMax=infinity\n`);
}

/** Has a layer's unit set a limit, in whole pages. */
function setLimit(bundle: Bundle, layer: Layer, key: 'MemoryHigh' | 'MemoryMax', bytes: Bytes): Bundle | undefined {
  const limited = layer.find(bundle);
  return limited && setInUnit(bundle, limited.unit, layer.section, key, renderBytes(cutToPages(bytes)));
}

function onlyIfCapped(limited: LimitedUnit): LimitedUnit | undefined {
  return Number.isFinite(limited.limits.max) ? limited : undefined;
}
