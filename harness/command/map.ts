import { createContext, type DrillContext } from '../campaign/context.js';
import { edgeKey, listMapCells, type MapOptions, mapBand } from '../campaign/map.js';
import { findBundleNeeds } from '../campaign/needs.js';
import { keepPartial } from '../campaign/partial.js';
import { bundleFacts, describeCampaign } from '../campaign/shard.js';
import { listSweepCells, parseSweep, type Sweep, sweepBand } from '../campaign/sweep.js';
import { bandMapSchema, createBandMapDocument, createSweepDocument, sweepSchema } from '../contract/band-map.js';
import { usageError } from '../core/errors.js';
import { joinTexts, textOf } from '../core/printable-text.js';
import { readVersion } from '../core/version.js';
import { HISTORY_SCHEMA, type PastBand } from '../history/schema.js';
import { createBandPoint, findKnownEdges, nameSeriesOfBand } from '../history/series.js';
import { findDrifts } from '../history/watch.js';
import { guestNamed } from '../machine/image/guests.js';
import { chooseMachineFor } from '../machine/providers.js';
import { describeSweptRow, renderBandMap, renderSweep } from '../report/band.js';
import { describeDrift } from '../report/words.js';
import { BAND_EDGES, type BandMap, type SweptRow } from '../verdict/band.js';
import type { CampaignPart } from '../verdict/part.js';
import { type Conclusion, conclude, documentOf } from './conclude.js';
import { countOf } from './count.js';
import type { MapFlags } from './declaration/map.js';
import { readDrillFlags } from './drill-flags.js';
import { withReapedMachines } from './interrupt.js';
import { loadBundleWithWarnings } from './load-bundle.js';
import { chooseSome, readPartFlags } from './part-flags.js';
import { progressOnStderr } from './progress.js';
import { checkPast, type PastFiles, pastOf, readPast, remember } from './remember.js';
import { sizeOf } from './size.js';
import { submit } from './submit.js';

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
    const version = await readVersion();
    const { choice, isWhole } = await readPartFlags(flags);
    if (!sweep && isWhole) await checkPast(flags);
    const cells = sweep ? listSweepCells(options, sweep, settings) : listMapCells(options, settings);
    const more = [options.precision, sweep ?? null];
    const campaign = describeCampaign({ ...settings, version, machine }, more, [bundleFacts(bundle)]);
    if (flags.submit !== undefined)
      return submit(flags.submit, {
        command: 'map',
        cells,
        campaign,
        choice,
        flags,
        ofTheWhole: ['json', 'history', 'baseline'],
        settings: { ...settings, machine },
        findNeeds: (context) => findBundleNeeds(context, bundle),
      });
    const chosen = { part: chooseSome(cells, campaign, choice), isWhole };
    return withReapedMachines(progress, async ({ signal }) => {
      const context = await createContext({ ...settings, machine, progress, signal });
      return sweep ? swept(context, options, sweep, chosen.part) : single(context, options, flags, chosen);
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
async function single(
  context: DrillContext,
  options: MapOptions,
  flags: MapFlags,
  { part, isWhole }: { readonly part: CampaignPart; readonly isWhole: boolean },
): Promise<Conclusion> {
  const past = pastOf(flags);
  const { entries, baseline } = await readPast(past);
  const on = { guest: flags.guest, machine: flags.machine.name };
  const findKnown = (scale: number) => findKnownEdges(entries, { bundle: options.bundle.name, ...on, scale });
  const own = new Set(part.own);
  const edges = BAND_EDGES.filter((edge) => own.has(edgeKey(edge, options)));
  const { map, failure } = await mapBand(context, { ...options, edges, findKnown });
  const tookMs = map.points.reduce((sum, { run }) => sum + (run.timings?.totalMs ?? 0), 0);
  const ended = { ...part, done: failure === undefined ? part.own : [], tookMs };
  if (isWhole && failure === undefined) return concludeMap(map, on, { past, entries, baseline }, ended);
  // With one edge alone the map is not finished.
  const partial = { ...map, unfinished: true as const };
  const document = documentOf(bandMapSchema, createBandMapDocument(partial, undefined, ended));
  return { document, text: renderBandMap(partial), exitCode: failure === undefined ? 0 : 2, failure };
}

/** A map that is whole, compared with those of earlier runs, and remembered. */
export function concludeMap(
  map: BandMap,
  on: { guest: string; machine: string },
  { past, entries, baseline }: Awaited<ReturnType<typeof readPast>> & { readonly past: PastFiles },
  part: CampaignPart | undefined,
): Conclusion {
  const entry = entryOf(map, on, new Date().toISOString());
  const drifts = findDrifts(nameSeriesOfBand(entry), createBandPoint(entry), entries, baseline);
  const text = joinTexts([renderBandMap(map), textOf(drifts.map(describeDrift))]);
  const document = documentOf(bandMapSchema, createBandMapDocument(map, drifts, part));
  return { document, text, exitCode: 0, files: [() => remember(past.history, entry)] };
}

/** A map for each value of a setting. Each is of other limits, so that none is added to the history. */
async function swept(
  context: DrillContext,
  options: MapOptions,
  { setting, values }: Sweep,
  part: CampaignPart,
): Promise<Conclusion> {
  const rows: SweptRow[] = [];
  const onRow = (row: SweptRow) => {
    rows.push(row);
    context.progress(describeSweptRow(setting, row));
  };
  const failure = await keepPartial(
    () => sweepBand(context, options, { setting, values }, onRow, mapBand, new Set(part.own)),
    () => rows.length > 0,
  );
  const cells = listSweepCells(options, { setting, values }, context);
  const isDone = (value: string) => rows.some((row) => row.value === value && row.error === undefined);
  const done = cells.filter(({ value }) => isDone(value)).map(({ key }) => key);
  const errors = Object.fromEntries(
    rows.flatMap(({ value, error }) => {
      const cell = cells.find((one) => one.value === value);
      return error && cell ? [[cell.key, error.message.replace(/\.$/, '')]] : [];
    }),
  );
  const drilled = rows.flatMap(({ map }) => map?.points ?? []);
  const tookMs = drilled.reduce((sum, { run }) => sum + (run.timings?.totalMs ?? 0), 0);
  return concludeSweep(
    { bundle: options.bundle.name, setting, rows, part: { ...part, done, errors, tookMs } },
    failure,
  );
}

/** Maps for values of a setting, all or a part of them. */
export function concludeSweep(
  sweep: Omit<Parameters<typeof createSweepDocument>[0], 'exitCode'>,
  failure?: unknown,
): Conclusion {
  const { bundle, setting, rows } = sweep;
  const exitCode = failure !== undefined || rows.some(({ error }) => error) ? 2 : 0;
  const document = documentOf(sweepSchema, createSweepDocument({ ...sweep, exitCode }));
  return { document, text: renderSweep(bundle, setting, rows), exitCode, failure };
}

/** What is remembered of a map. */
function entryOf({ bundle, scale, band }: BandMap, on: { guest: string; machine: string }, at: string): PastBand {
  const brimBytes = band.harmed === null ? null : band.to - band.from;
  const edges = { healthyBytes: band.from, killedBytes: band.to };
  return { schema: HISTORY_SCHEMA, type: 'band', at, bundle, ...on, scale, brimBytes, edges };
}
