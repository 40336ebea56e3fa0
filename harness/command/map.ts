import { resolve } from 'node:path';
import { formatBytes } from '../core/bytes.js';
import { type BandMap, type Look, mapBand } from '../drill/map.js';
import { watchdogNamed } from '../drill/watchdogs.js';
import { Ledger } from '../machine/ledger.js';
import { guestNamed, machineKindNamed } from '../machine/machine.js';
import { gapInWords } from '../report/words.js';
import { readVersion } from '../version.js';
import { conclude } from './conclude.js';
import { catchInterrupts } from './interrupt.js';
import { progressOnStderr } from './progress.js';

export interface MapFlags {
  readonly guest: string;
  readonly machine: string;
  readonly scale: string;
  readonly watchdog: string;
  readonly precision: string;
  readonly out: string;
  readonly json?: string;
}

/** `oomdrill map`: where a hog at rest harms the server without being killed. */
export async function map(bundle: string, flags: MapFlags): Promise<void> {
  await conclude(flags, async () => {
    const progress = progressOnStderr();
    const interrupt = catchInterrupts(progress);
    try {
      const found = await mapBand({
        ...{ bundle, guest: guestNamed(flags.guest), precision: flags.precision, scale: flags.scale },
        ...{ machine: machineKindNamed(flags.machine), watchdog: watchdogNamed(flags.watchdog) },
        ...{ outDir: resolve(flags.out), version: await readVersion(), ledger: await Ledger.open() },
        ...{ progress, signal: interrupt.signal },
      });
      return { data: found, text: inWords(found), exitCode: 0 };
    } finally {
      interrupt.release();
    }
  });
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
