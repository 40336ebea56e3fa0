import { resolve } from 'node:path';
import { formatBytes } from '../core/bytes.js';
import { type BandMap, type Look, mapBand } from '../drill/map.js';
import { bundleNamed } from '../drill/named-bundle.js';
import { watchdogNamed } from '../drill/watchdogs.js';
import { HISTORY_SCHEMA, type PastBand } from '../history/schema.js';
import { pointOfBand, seriesOfBand } from '../history/series.js';
import { driftsOf } from '../history/watch.js';
import { Ledger } from '../machine/ledger.js';
import { guestNamed, machineKindNamed } from '../machine/machine.js';
import { driftInWords, gapInWords } from '../report/words.js';
import { readVersion } from '../version.js';
import { conclude } from './conclude.js';
import { catchInterrupts } from './interrupt.js';
import { progressOnStderr } from './progress.js';
import { historyIn, type PastFlags, readPast, remember } from './remember.js';

export interface MapFlags extends PastFlags {
  readonly guest: string;
  readonly machine: string;
  readonly scale: string;
  readonly watchdog: string;
  readonly precision: string;
  readonly out: string;
  readonly json?: string;
}

/** `oomdrill map`: where a hog at rest harms the server without being killed. */
export async function map(name: string, flags: MapFlags): Promise<void> {
  await conclude(flags, async () => {
    const bundle = await bundleNamed(name);
    const progress = progressOnStderr();
    const interrupt = catchInterrupts(progress);
    try {
      const found = await mapBand({
        ...{ bundle, guest: guestNamed(flags.guest), precision: flags.precision, scale: flags.scale },
        ...{ machine: machineKindNamed(flags.machine), watchdog: watchdogNamed(flags.watchdog) },
        ...{ outDir: resolve(flags.out), version: await readVersion(), ledger: await Ledger.open() },
        ...{ progress, signal: interrupt.signal },
      });
      const history = flags.history ?? historyIn(flags.out);
      const entry = bandOf(found, { guest: flags.guest, machine: flags.machine }, new Date().toISOString());
      const { entries, baseline } = await readPast(history, flags.baseline);
      const drifts = driftsOf(seriesOfBand(entry), pointOfBand(entry), entries, baseline);
      const text = [inWords(found), ...drifts.map((drift) => `${driftInWords(drift)}\n`)].join('');
      return { data: { ...found, drifts }, text, exitCode: 0, files: () => remember(history, entry) };
    } finally {
      interrupt.release();
    }
  });
}

/** What is remembered of a map. */
function bandOf({ bundle, scale, band }: BandMap, on: { guest: string; machine: string }, at: string): PastBand {
  const brimBytes = band.harmed === null ? null : band.to - band.from;
  return { schema: HISTORY_SCHEMA, type: 'band', at, bundle, ...on, scale, brimBytes };
}

function inWords({ bundle, scale, limits, precision, band, looks }: BandMap): string {
  const { from, to, harmed } = band;
  const mib = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(0)}M`;
  const row = ({ place, zone, run }: Look) =>
    `    ${mib(place).padStart(7)}  ${zone.padEnd(6)}  ${run.outcome}, longest gap ${gapInWords(run.evidence)}`;
  const sorted = looks.toSorted((a, b) => a.place - b.place).map(row);
  const width = to - from;
  const verdict =
    harmed === null
      ? `no place was found where the hog harms the server and lives: such a band is narrower than ${mib(2 * precision)}`
      : `a hog at rest harms the server and lives between ${mib(from)} and ${mib(to)}: a band of ${mib(width)} in the guest (each edge to ${mib(precision)}), ${formatBytes(width * scale)} if it grows with the scale`;
  return [
    `${bundle}, MemoryHigh=${formatBytes(limits.high)} MemoryMax=${formatBytes(limits.max)} at scale 1/${scale}; memory of the hog's own, at rest:`,
    ...sorted,
    verdict,
    '',
  ].join('\n');
}
