import type { Bundle } from '../bundle/bundle.js';
import { type LimitValues, withValues } from '../bundle/candidate.js';
import { checkBundle } from '../bundle/check.js';
import { anyOf } from '../core/any-of.js';
import { type Bytes, MIB, parseBytes, renderBytes } from '../core/bytes.js';
import { messageOf, OomdrillError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import { BAND_EDGES, type SweptRow } from '../verdict/band.js';
import { cellKey } from '../verdict/part.js';
import type { DrillContext } from './context.js';
import { estimateSearches, type MapOptions, type MapResult, mapBand } from './map.js';
import type { ExpectedCell } from './shard.js';

/** Settings of the serving unit whose values a sweep can vary. */
const SETTINGS = { MemoryHigh: 'memoryHigh', MemoryMax: 'memoryMax', MemorySwapMax: 'memorySwapMax' } as const;

type SweptSetting = keyof typeof SETTINGS;

/** The second axis of a map: values of one setting at equal distances, the first and the last as written. */
export interface Sweep {
  readonly setting: SweptSetting;
  /** In systemd's notation, for the real host. */
  readonly values: readonly string[];
}

const SWEEP = /^(?<setting>[A-Za-z]+)=(?<from>[^.]+(?:\.\d+[^.]*)?)\.\.(?<to>.+)$/;

/**
 * Reads `MemoryHigh=8G..16G`.
 *
 * @param steps the number of values, at least 2
 * @throws OomdrillError `SWEEP_INVALID`
 */
export function parseSweep(text: string, steps: number): Sweep {
  const { setting = '', from = '', to = '' } = SWEEP.exec(text)?.groups ?? {};
  if (!isSetting(setting)) throw sweepError(`be a range of ${anyOf(Object.keys(SETTINGS))}`, text);
  const [min, max] = [readSize(from), readSize(to)];
  if (!(min < max)) throw sweepError('go from a size, such as 8G, up to a larger one', text);
  // systemd ignores a limit of zero, except for swap.
  if (min === 0 && setting !== 'MemorySwapMax') throw sweepError(`start above 0 for ${setting}`, text);
  const valueAt = (index: number): Bytes =>
    index === steps - 1 ? max : roundToMib(min + ((max - min) * index) / (steps - 1), min);
  return { setting, values: Array.from({ length: steps }, (_, index) => renderBytes(valueAt(index))) };
}

/** A finite size; NaN for other texts, such as `infinity` and a percentage. */
function readSize(text: string): Bytes {
  try {
    const bytes = parseBytes(text);
    return Number.isFinite(bytes) ? bytes : Number.NaN;
  } catch (thrown) {
    if (thrown instanceof OomdrillError) return Number.NaN;
    throw thrown;
  }
}

const isSetting = (text: string): text is SweptSetting => Object.hasOwn(SETTINGS, text);

/** Whole MiB are easier to read. */
const roundToMib = (bytes: number, min: Bytes): Bytes => Math.max(min, Math.round(bytes / MIB) * MIB);

const sweepError = (must: string, given: string) =>
  mustError('SWEEP_INVALID', '--sweep', must, given, 'For example: --sweep MemoryHigh=8G..16G --steps 5');

/**
 * Maps a bundle for each value of a setting, all on guests of one size. An inconclusive row has an error, and the sweep
 * continues; an error of a row's first drill ends it.
 *
 * @param onRow called with each row as it comes, also with the points of an unfinished map
 * @param makeMap replaces `mapBand` in tests
 * @param own the keys of the cells that are drilled; all if absent
 * @throws OomdrillError for values that are invalid or contradict the bundle, before a machine starts; and the error
 *   that ended a map early
 */
export async function sweepBand(
  context: DrillContext,
  options: MapOptions,
  { setting, values }: Sweep,
  onRow: (row: SweptRow) => void,
  makeMap: (context: DrillContext, options: MapOptions) => Promise<MapResult> = mapBand,
  own?: ReadonlySet<string>,
): Promise<void> {
  const bundles = values.map((value) => ({ value, bundle: withSetting(options.bundle, setting, value) }));
  let { scale } = context;
  for (const { value, bundle } of bundles) {
    if (own && !own.has(sweptKey(bundle, options.guest))) continue;
    context.progress(`${setting}=${value}`);
    const { map, failure } = await makeMap({ ...context, scale }, { ...options, bundle }).catch((failure: unknown) => ({
      map: undefined,
      failure,
    }));
    if (map) scale = String(map.scale);
    const mayContinue = failure === undefined || isOfOneRow(failure, map !== undefined);
    if (map || mayContinue) onRow({ value, map, error: failure === undefined ? undefined : describeFailure(failure) });
    if (!mayContinue) throw failure;
  }
}

const sweptKey = ({ name }: Bundle, guest: string): string => cellKey('map', name, guest);

/** Lists the cells of a sweep: a whole map of each value. @throws OomdrillError for values that are invalid or contradict the bundle */
export function listSweepCells(
  options: MapOptions,
  { setting, values }: Sweep,
  context: Pick<DrillContext, 'watchdog'>,
): (ExpectedCell & { readonly value: string })[] {
  return values.map((value) => {
    const bundle = withSetting(options.bundle, setting, value);
    const searches = estimateSearches(BAND_EDGES.length, { ...options, bundle }, context);
    return { key: sweptKey(bundle, options.guest), ...searches, value };
  });
}

/**
 * Whether the other rows of a sweep can still be mapped: a drill of this row proved nothing, or failed after others of
 * the row had worked.
 */
function isOfOneRow(failure: unknown, hasPoints: boolean): boolean {
  if (!(failure instanceof OomdrillError)) return false;
  const { code, kind } = failure;
  return code === 'MAP_INCONCLUSIVE' || (hasPoints && kind === 'machine' && code !== 'INTERRUPTED');
}

function describeFailure(failure: unknown): NonNullable<SweptRow['error']> {
  return { code: failure instanceof OomdrillError ? failure.code : 'BUG', message: messageOf(failure) };
}

/**
 * A bundle with another value, and its own name for records.
 *
 * @throws OomdrillError those of `withValues` and `checkBundle`
 */
function withSetting(bundle: Bundle, setting: SweptSetting, value: string): Bundle {
  const values: LimitValues = { [SETTINGS[setting]]: value };
  const nameLimit = () => `--sweep ${setting}=${value}`;
  const swept = { ...withValues(bundle, values, nameLimit), name: `${bundle.name}+${setting}=${value}` };
  checkBundle(swept);
  return swept;
}
