import type { Bundle } from '../bundle/bundle.js';
import { type LimitedUnit, servingUnit, sliceOf, userScopeOf } from '../bundle/serving.js';
import { type Bytes, parseBytes, renderBytes } from '../core/bytes.js';
import { dropFromUnit, setInUnit, withFile } from './edit.js';

/** A part of the containment: a unit that caps the memory of its cgroup. */
export interface Layer {
  readonly section: 'Service' | 'Slice' | 'Scope';
  /** As systemd reads it in this bundle; undefined where the bundle sets no cap there. */
  readonly find: (bundle: Bundle) => LimitedUnit | undefined;
}

const capped = (limited: LimitedUnit): LimitedUnit | undefined =>
  Number.isFinite(limited.limits.max) ? limited : undefined;

/** The unit of the web sessions. */
export const SERVING: Layer = {
  section: 'Service',
  find: (bundle) => capped(servingUnit(bundle)),
};

/** What a user runs by ssh and tmux. All users' slices have their drop-ins in common, so any number stands for all. */
export const USERS: Layer = {
  section: 'Slice',
  find: (bundle) => capped(sliceOf(bundle, 'user-1000.slice')),
};

/** All containers together. */
export const CONTAINERS: Layer = {
  section: 'Slice',
  find: (bundle) => capped(sliceOf(bundle, 'docker.slice')),
};

/** Each pane of a user's tmux. All panes have their drop-ins in common, so any name stands for all. */
export const PANES: Layer = {
  section: 'Scope',
  find: (bundle) => capped(userScopeOf(bundle, 'tmux-spawn-1.scope')),
};

/** Sorts behind the names that drop-ins usually have, digits first, so it has the last word (systemd.unit(5)). */
const LATER = 'zz-local.conf';

/** How a layer is broken, with its bundle and its unit at hand; undefined where there is nothing to break. */
type Break = (bundle: Bundle, layer: Layer, limited: LimitedUnit) => Bundle | undefined;

const breaking =
  (change: Break) =>
  (layer: Layer) =>
  (bundle: Bundle): Bundle | undefined => {
    const limited = layer.find(bundle);
    return limited && change(bundle, layer, limited);
  };

const PAGE = 4096;
const wholePages = (bytes: Bytes): string => renderBytes(Math.floor(bytes / PAGE) * PAGE);

/** A soft limit at this share of the cap. */
export const softLimit = (share: number) =>
  breaking((bundle, { section }, { unit, limits }) =>
    limits.high <= limits.max * share
      ? undefined
      : setInUnit(bundle, unit, section, 'MemoryHigh', wholePages(limits.max * share)),
  );

export const capDropped = breaking((bundle, { section }, { unit }) => dropFromUnit(bundle, unit, section, 'MemoryMax'));

/** A cap of so many times the host's memory. */
export const capAtMemory = (times: number) =>
  breaking((bundle, { section }, { unit, limits }) => {
    const memory = parseBytes(bundle.manifest.host.memory);
    return limits.max >= memory * times
      ? undefined
      : setInUnit(bundle, unit, section, 'MemoryMax', wholePages(memory * times));
  });

/** A cap that is half of what it was. */
export const capHalved = breaking((bundle, { section }, { unit, limits }) =>
  setInUnit(bundle, unit, section, 'MemoryMax', wholePages(limits.max / 2)),
);

/** Swap is not forbidden any more. On a host without any this changes nothing, so it gets as much as it has memory. */
export const swapAllowed = breaking((bundle, { section }, { unit, limits }) => {
  if (limits.swapMax !== 0) return undefined;
  const { manifest } = bundle;
  const swap = parseBytes(manifest.host.swap) > 0 ? manifest.host.swap : manifest.host.memory;
  const swapping = { ...bundle, manifest: { ...manifest, host: { ...manifest.host, swap } } };
  return dropFromUnit(swapping, unit, section, 'MemorySwapMax');
});

/** A drop-in, in one of the folders that apply, which is read after all others and lifts the cap. */
export const overriddenFrom = (folder: (bundle: Bundle) => string) =>
  breaking((bundle, { section }) =>
    withFile(bundle, `${folder(bundle)}/${LATER}`, `[${section}]\nMemoryMax=infinity\n`),
  );
