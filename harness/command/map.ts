import { createContext, type DrillContext } from '../campaign/context.js';
import { type MapOptions, mapBand } from '../campaign/map.js';
import { keepPartial } from '../campaign/partial.js';
import { parseSweep, type Sweep, sweepBand } from '../campaign/sweep.js';
import { bandMapSchema, createBandMapDocument, createSweepDocument, sweepSchema } from '../contract/band-map.js';
import { usageError } from '../core/errors.js';
import { joinTexts, textOf } from '../core/printable-text.js';
import { HISTORY_SCHEMA, type PastBand } from '../history/schema.js';
import { createBandPoint, findKnownEdges, nameSeriesOfBand } from '../history/series.js';
import { findDrifts } from '../history/watch.js';
import { guestNamed } from '../machine/image/guests.js';
import { chooseMachineFor } from '../machine/providers.js';
import { describeSweptRow, renderBandMap, renderSweep } from '../report/band.js';
import { describeDrift } from '../report/words.js';
import type { BandMap, SweptRow } from '../verdict/band.js';
import { type Conclusion, conclude, documentOf } from './conclude.js';
import { countOf } from './count.js';
import type { MapFlags } from './declaration/map.js';
import { readDrillFlags } from './drill-flags.js';
import { withReapedMachines } from './interrupt.js';
import { loadBundleWithWarnings } from './load-bundle.js';
import { progressOnStderr } from './progress.js';
import { checkPast, pastOf, readPast, remember } from './remember.js';
import { sizeOf } from './size.js';

/** `oomdrill map`: where a hog that holds its memory harms the server and is not killed. */
export async function executeMap(name: string, flags: MapFlags): Promise<void> {
  await conclude(flags, async () => {
    const sweep = sweepOf(flags);
    const progress = progressOnStderr();
    const bundle = await loadBundleWithWarnings(name, progress);
    const options = {
      bundle,
      guest: guestNamed(flags.guest).name,
      precision: sizeOf(flags.precision, '--precision'),
    };
    const asked = flags.machine;
    const machine = chooseMachineFor('map', asked.name, asked.flags, asked.table);
    const settings = readDrillFlags(flags);
    if (!sweep) await checkPast(flags);
    return withReapedMachines(progress, async ({ signal }) => {
      const context = await createContext({ ...settings, machine, progress, signal });
      return sweep ? swept(context, options, sweep) : single(context, options, flags);
    });
  });
}

/** @throws OomdrillError `STEPS_ALONE`, `COUNT_INVALID`, `SWEEP_INVALID` */
export function sweepOf({ sweep, steps }: Pick<MapFlags, 'sweep' | 'steps'>): Sweep | undefined {
  if (sweep !== undefined) return parseSweep(sweep, countOf(steps ?? DEFAULT_STEPS, '--steps', 64, 2));
  if (steps === undefined) return undefined;
  throw usageError('STEPS_ALONE', '--steps must be used with --sweep.', 'For example: --sweep MemoryHigh=8G..16G');
}

const DEFAULT_STEPS = '5';

/** One map, compared with those of earlier runs. */
async function single(context: DrillContext, options: MapOptions, flags: MapFlags): Promise<Conclusion> {
  const past = pastOf(flags);
  const { entries, baseline } = await readPast(past);
  const on = { guest: flags.guest, machine: flags.machine.name };
  const findKnown = (scale: number) => findKnownEdges(entries, { bundle: options.bundle.name, ...on, scale });
  const { map, failure } = await mapBand(context, { ...options, findKnown });
  if (failure !== undefined) {
    const document = documentOf(bandMapSchema, createBandMapDocument(map));
    return { document, text: renderBandMap(map), exitCode: 2, failure };
  }
  const entry = entryOf(map, on, new Date().toISOString());
  const drifts = findDrifts(nameSeriesOfBand(entry), createBandPoint(entry), entries, baseline);
  const text = joinTexts([renderBandMap(map), textOf(drifts.map(describeDrift))]);
  const document = documentOf(bandMapSchema, createBandMapDocument(map, drifts));
  return { document, text, exitCode: 0, files: [() => remember(past.history, entry)] };
}

/** A map for each value of a setting. Each is of other limits, so that none is added to the history. */
async function swept(context: DrillContext, options: MapOptions, { setting, values }: Sweep): Promise<Conclusion> {
  const rows: SweptRow[] = [];
  const onRow = (row: SweptRow) => {
    rows.push(row);
    context.progress(describeSweptRow(setting, row));
  };
  const failure = await keepPartial(
    () => sweepBand(context, options, { setting, values }, onRow),
    () => rows.length > 0,
  );
  const exitCode = failure !== undefined || rows.some(({ error }) => error) ? 2 : 0;
  const bundle = options.bundle.name;
  const document = documentOf(sweepSchema, createSweepDocument({ bundle, setting, rows, exitCode }));
  return { document, text: renderSweep(bundle, setting, rows), exitCode, failure };
}

/** What is remembered of a map. */
function entryOf({ bundle, scale, band }: BandMap, on: { guest: string; machine: string }, at: string): PastBand {
  const brimBytes = band.harmed === null ? null : band.to - band.from;
  const edges = { healthyBytes: band.from, killedBytes: band.to };
  return { schema: HISTORY_SCHEMA, type: 'band', at, bundle, ...on, scale, brimBytes, edges };
}
