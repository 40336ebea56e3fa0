import type { Bundle } from '../bundle/bundle.js';
import { requireInEffect } from '../bundle/read-back.js';
import { type LimitedUnit, resolveServingUnit, resolveSlice, resolveUserScope } from '../bundle/serving.js';
import { type Bytes, parseBytes, renderBytes } from '../core/bytes.js';
import { cutToPages } from '../systemd/memory-value.js';
import { dropFromUnit, setInUnit, withFile } from './edit.js';

/** A layer of the containment: a unit that caps the memory of its cgroup. */
export interface Layer {
  readonly section: 'Service' | 'Slice' | 'Scope';
  /** Finds the unit in a bundle; undefined if the bundle sets no cap there. */
  readonly find: (bundle: Bundle) => LimitedUnit | undefined;
}

/** The unit that serves; a container has mutants of its own. */
export const SERVING: Layer = {
  section: 'Service',
  find: (bundle) => (bundle.manifest.serving.container ? undefined : onlyIfCapped(resolveServingUnit(bundle))),
};

/**
 * Programs that a user runs over ssh and in tmux. All users' slices share their drop-ins, so one number represents all.
 */
export const USERS: Layer = {
  section: 'Slice',
  find: (bundle) => onlyIfCapped(resolveSlice(bundle, 'user-1000.slice')),
};

/** All containers together. */
export const CONTAINERS: Layer = {
  section: 'Slice',
  find: (bundle) => onlyIfCapped(resolveSlice(bundle, 'docker.slice')),
};

/** Each pane of a user's tmux. All panes share their drop-ins, so one name represents all. */
export const PANES: Layer = {
  section: 'Scope',
  find: (bundle) => onlyIfCapped(resolveUserScope(bundle, 'tmux-spawn-1.scope')),
};

/** Sorts after the usual names of drop-ins, which begin with digits, so it overrides them (systemd.unit(5)). */
const LAST_DROP_IN = 'zz-local.conf';

/** Sets a soft limit at this share of the cap; undefined if there is one that is as low. */
export function setSoftLimit(bundle: Bundle, layer: Layer, share: number): Bundle | undefined {
  const limited = layer.find(bundle);
  if (!limited || limited.limits.high <= limited.limits.max * share) return undefined;
  return setLimit(bundle, layer, 'MemoryHigh', limited.limits.max * share);
}

/** Removes the cap. */
export function dropCap(bundle: Bundle, layer: Layer): Bundle | undefined {
  const limited = layer.find(bundle);
  return limited && dropFromUnit(bundle, limited.unit, layer.section, 'MemoryMax');
}

/** Sets a cap that is a multiple of the host's memory; undefined if it is at least that high. */
export function capAtMemory(bundle: Bundle, layer: Layer, times: number): Bundle | undefined {
  const limited = layer.find(bundle);
  const max = parseBytes(bundle.manifest.host.memory) * times;
  return limited && limited.limits.max < max ? setLimit(bundle, layer, 'MemoryMax', max) : undefined;
}

/** Halves the cap. */
export function halveCap(bundle: Bundle, layer: Layer): Bundle | undefined {
  const limited = layer.find(bundle);
  return limited && setLimit(bundle, layer, 'MemoryMax', limited.limits.max / 2);
}

/** Allows swap. A host without swap gets as much swap as it has memory, because otherwise nothing would change. */
export function allowSwap(bundle: Bundle, layer: Layer): Bundle | undefined {
  const limited = layer.find(bundle);
  if (limited?.limits.swapMax !== 0) return undefined;
  const { manifest } = bundle;
  const swap = parseBytes(manifest.host.swap) > 0 ? manifest.host.swap : manifest.host.memory;
  const swapping = { ...bundle, manifest: { ...manifest, host: { ...manifest.host, swap } } };
  return dropFromUnit(swapping, limited.unit, layer.section, 'MemorySwapMax');
}

const NO_LIMIT = 'infinity';

/**
 * Lifts the cap with a drop-in that is read after all others, in one of the folders that apply.
 *
 * @throws OomdrillError `UNIT_READ_BACK` if another one is read later
 */
export function overrideCap(bundle: Bundle, layer: Layer, folder: string): Bundle | undefined {
  const limited = layer.find(bundle);
  if (!limited) return undefined;
  const text = `[${layer.section}]\nMemoryMax=${NO_LIMIT}\n`;
  const changed = withFile(bundle, `${folder}/${LAST_DROP_IN}`, text);
  requireInEffect(changed, limited.unit, { section: layer.section, key: 'MemoryMax', asked: NO_LIMIT });
  return changed;
}

/** Sets a limit in a layer's unit, in whole pages. */
function setLimit(bundle: Bundle, layer: Layer, key: 'MemoryHigh' | 'MemoryMax', bytes: Bytes): Bundle | undefined {
  const limited = layer.find(bundle);
  return limited && setInUnit(bundle, limited.unit, layer.section, key, renderBytes(cutToPages(bytes)));
}

function onlyIfCapped(limited: LimitedUnit): LimitedUnit | undefined {
  return Number.isFinite(limited.limits.max) ? limited : undefined;
}
