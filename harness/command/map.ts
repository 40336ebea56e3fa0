import { resolve } from 'node:path';
import { formatBytes } from '../core/bytes.js';
import { type BandMap, type Look, type MapOptions, mapBand } from '../drill/map.js';
import { bundleNamed } from '../drill/named-bundle.js';
import { parseSweep, type Sweep, type SweptRow, sweepBand } from '../drill/sweep.js';
import { watchdogNamed } from '../drill/watchdogs.js';
import { HISTORY_SCHEMA, type PastBand } from '../history/schema.js';
import { pointOfBand, seriesOfBand } from '../history/series.js';
import { driftsOf } from '../history/watch.js';
import { Ledger } from '../machine/ledger.js';
import { guestNamed, machineKindNamed } from '../machine/machine.js';
import { bandStrip, STRIP_KEY, stripAxis } from '../report/band-strip.js';
import { driftInWords, gapInWords } from '../report/words.js';
import { readVersion } from '../version.js';
import { conclude } from './conclude.js';
import { countOf } from './count.js';
import { catchInterrupts } from './interrupt.js';
import { progressOnStderr } from './progress.js';
import { historyIn, type PastFlags, readPast, remember } from './remember.js';

export interface MapFlags extends PastFlags {
  readonly guest: string;
  readonly machine: string;
  readonly scale: string;
  readonly watchdog: string;
  readonly precision: string;
  readonly sweep?: string;
  readonly steps: string;
  readonly out: string;
  readonly json?: string;
}

/** `oomdrill map`: where a hog at rest harms the server without being killed. */
export async function map(name: string, flags: MapFlags): Promise<void> {
  await conclude(flags, async () => {
    const sweep =
      flags.sweep === undefined ? undefined : parseSweep(flags.sweep, countOf(flags.steps, '--steps', 64, 2));
    const bundle = await bundleNamed(name);
    const progress = progressOnStderr();
    const interrupt = catchInterrupts(progress);
    const options = {
      ...{ bundle, guest: guestNamed(flags.guest), precision: flags.precision, scale: flags.scale },
      ...{ machine: machineKindNamed(flags.machine), watchdog: watchdogNamed(flags.watchdog) },
      ...{ outDir: resolve(flags.out), version: await readVersion(), ledger: await Ledger.open() },
      ...{ progress, signal: interrupt.signal },
    };
    try {
      return sweep ? await swept(options, sweep) : await single(options, flags);
    } finally {
      interrupt.release();
    }
  });
}

/** One map, beside those of earlier nights. */
async function single(options: MapOptions, flags: MapFlags) {
  const found = await mapBand(options);
  const history = flags.history ?? historyIn(flags.out);
  const entry = bandOf(found, { guest: flags.guest, machine: flags.machine }, new Date().toISOString());
  const { entries, baseline } = await readPast(history, flags.baseline);
  const drifts = driftsOf(seriesOfBand(entry), pointOfBand(entry), entries, baseline);
  const text = [inWords(found), ...drifts.map((drift) => `${driftInWords(drift)}\n`)].join('');
  return { data: { ...found, drifts }, text, exitCode: 0, files: () => remember(history, entry) };
}

/** What `--json` of a sweep writes; each row's `map` is what `--json` of a single map writes. */
const SWEEP_SCHEMA = 'oomdrill.sweep/1';

/** A map for each value of a setting. They are no nights of the same thing: nothing of them is remembered. */
async function swept(options: MapOptions, sweep: Sweep) {
  const rows = await sweepBand(options, sweep, (row) => options.progress(rowInWords(sweep, row)));
  const text = sweepInWords(options.bundle.name, sweep, rows);
  const exitCode = rows.some(({ error }) => error) ? 2 : 0;
  return {
    data: { schema: SWEEP_SCHEMA, bundle: options.bundle.name, setting: sweep.setting, rows, exitCode },
    text,
    exitCode,
  };
}

/** What is remembered of a map. */
function bandOf({ bundle, scale, band }: BandMap, on: { guest: string; machine: string }, at: string): PastBand {
  const brimBytes = band.harmed === null ? null : band.to - band.from;
  return { schema: HISTORY_SCHEMA, type: 'band', at, bundle, ...on, scale, brimBytes };
}

/** Width of a map in the terminal. */
const COLUMNS = 64;

const mib = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(0)}M`;

/** A strip goes a little past the limit, to show that the hog is killed there. */
const PAST_MAX = 1.02;

function inWords({ bundle, scale, limits, precision, band, looks }: BandMap): string {
  const { from, to, harmed } = band;
  const row = ({ place, zone, run }: Look) =>
    `    ${mib(place).padStart(7)}  ${zone.padEnd(6)}  ${run.outcome}, longest gap ${gapInWords(run.evidence)}`;
  const sorted = looks.toSorted((a, b) => a.place - b.place).map(row);
  const width = to - from;
  const end = limits.max * PAST_MAX;
  const verdict =
    harmed === null
      ? `no place was found where the hog harms the server and lives: such a band is narrower than ${mib(2 * precision)}`
      : `a hog at rest harms the server and lives between ${mib(from)} and ${mib(to)}: a band of ${mib(width)} in the guest (each edge to ${mib(precision)}), ${formatBytes(width * scale)} if it grows with the scale`;
  return [
    `${bundle}, MemoryHigh=${formatBytes(limits.high)} MemoryMax=${formatBytes(limits.max)} at scale 1/${scale}; memory of the hog's own, at rest:`,
    ...sorted,
    '',
    `    ${bandStrip(band, end, COLUMNS)}`,
    `    ${stripAxis(end, COLUMNS, mib)}`,
    `    ${STRIP_KEY}`,
    verdict,
    '',
  ].join('\n');
}

function rowInWords({ setting }: Sweep, { value, map, error }: SweptRow): string {
  if (!map) return `${setting}=${value}: ${error?.message ?? 'no map'}`;
  const { band, scale } = map;
  return band.harmed === null
    ? `${setting}=${value}: no band`
    : `${setting}=${value}: a band from ${mib(band.from)} to ${mib(band.to)}, ${formatBytes((band.to - band.from) * scale)} if it grows with the scale`;
}

/** Two axes: a row for each value, its strip beside it, all to the same measure. */
function sweepInWords(bundle: string, sweep: Sweep, rows: readonly SweptRow[]): string {
  const maps = rows.flatMap(({ map }) => map ?? []);
  const end = Math.max(0, ...maps.map(({ limits }) => limits.max)) * PAST_MAX;
  const label = Math.max(...rows.map(({ value }) => value.length));
  const strips = rows.map(
    ({ value, map }) => `    ${value.padStart(label)}  ${map ? bandStrip(map.band, end, COLUMNS) : 'not known'}`,
  );
  return [
    `${bundle}, ${sweep.setting} of the real host against memory of the hog's own in the guest, at rest:`,
    ...strips,
    ...(maps.length === 0 ? [] : [`    ${' '.repeat(label)}  ${stripAxis(end, COLUMNS, mib)}`, `    ${STRIP_KEY}`]),
    ...rows.map((row) => rowInWords(sweep, row)),
    '',
  ].join('\n');
}
