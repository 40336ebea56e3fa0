import type { Bundle } from '../bundle/bundle.js';
import { type LimitValues, withValues } from '../bundle/candidate.js';
import { checkBundle } from '../bundle/check.js';
import { anyOf } from '../core/any-of.js';
import { type Bytes, MIB, parseBytes, renderBytes } from '../core/bytes.js';
import { messageOf, OomdrillError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import type { SweptRow } from '../verdict/band.js';
import type { DrillContext } from './context.js';
import { type MapOptions, type Mapped, mapBand } from './map.js';

/** Settings of the serving unit that a map can be made for several values of. */
const SETTINGS = { MemoryHigh: 'memoryHigh', MemoryMax: 'memoryMax', MemorySwapMax: 'memorySwapMax' } as const;

type SweptSetting = keyof typeof SETTINGS;

/** The second axis of a map: values of one setting, evenly apart, the first and the last as they were asked for. */
export interface Sweep {
  readonly setting: SweptSetting;
  /** In systemd's notation, of the real host. */
  readonly values: readonly string[];
}

const FORM = /^(?<setting>[A-Za-z]+)=(?<from>[^.]+(?:\.\d+[^.]*)?)\.\.(?<to>.+)$/;

/**
 * Reads `MemoryHigh=8G..16G`.
 *
 * @param steps how many values there are to be, from 2
 * @throws OomdrillError `SWEEP_INVALID`, `BYTES_INVALID`
 */
export function parseSweep(text: string, steps: number): Sweep {
  const { setting = '', from = '', to = '' } = FORM.exec(text)?.groups ?? {};
  if (!isSetting(setting)) throw refuseSweep(`be a range of ${anyOf(Object.keys(SETTINGS))}`, text);
  const [least, most] = [parseBytes(from), parseBytes(to)];
  if (!Number.isFinite(most) || !(least < most)) throw refuseSweep('go from a size up to a larger one', text);
  const between = (index: number): Bytes =>
    index === steps - 1 ? most : wholeMib(least + ((most - least) * index) / (steps - 1), least);
  return { setting, values: Array.from({ length: steps }, (_, index) => renderBytes(between(index))) };
}

const isSetting = (text: string): text is SweptSetting => Object.hasOwn(SETTINGS, text);

/** Steps in between are read more easily when they are whole. */
const wholeMib = (bytes: number, least: Bytes): Bytes => Math.max(least, Math.round(bytes / MIB) * MIB);

const refuseSweep = (must: string, given: string) =>
  mustError('SWEEP_INVALID', '--sweep', must, given, 'For example: --sweep MemoryHigh=8G..16G --steps 5');

/**
 * Makes the map of a bundle for each value of a setting, all on guests of one size. A row that proves nothing says so, and the
 * others are made all the same.
 *
 * @param onRow told of each row as it comes, with what was seen of one that was broken off
 * @param makeMap stands for `mapBand` in tests
 * @throws OomdrillError for values that are none or contradict the bundle, before a machine starts; and what broke a map off
 */
export async function sweepBand(
  context: DrillContext,
  options: MapOptions,
  { setting, values }: Sweep,
  onRow: (row: SweptRow) => void,
  makeMap: (context: DrillContext, options: MapOptions) => Promise<Mapped> = mapBand,
): Promise<void> {
  const bundles = values.map((value) => ({ value, bundle: bundleWith(options.bundle, setting, value) }));
  let { scale } = context;
  for (const { value, bundle } of bundles) {
    context.progress(`${setting}=${value}`);
    const { map, failure } = await makeMap({ ...context, scale }, { ...options, bundle }).catch((failure: unknown) => ({
      map: undefined,
      failure,
    }));
    if (map) scale = String(map.scale);
    const mayGoOn = failure === undefined || (failure instanceof OomdrillError && failure.code === 'MAP_INCONCLUSIVE');
    if (map || mayGoOn) onRow({ value, map, error: failure === undefined ? undefined : describeFailure(failure) });
    if (!mayGoOn) throw failure;
  }
}

function describeFailure(failure: unknown): NonNullable<SweptRow['error']> {
  return { code: failure instanceof OomdrillError ? failure.code : 'BUG', message: messageOf(failure) };
}

/** Under a name of its own, which records and reports bear. @throws OomdrillError what `withValues` and `checkBundle` throw */
function bundleWith(bundle: Bundle, setting: SweptSetting, value: string): Bundle {
  const values: LimitValues = { [SETTINGS[setting]]: value };
  const swept = { ...withValues(bundle, values), name: `${bundle.name}+${setting}=${value}` };
  checkBundle(swept);
  return swept;
}
