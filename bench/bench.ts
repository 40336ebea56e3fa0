import Table from 'cli-table3';
import { Command } from 'commander';
import { withReapedMachines } from '../harness/command/interrupt.js';
import { progressOnStderr } from '../harness/command/progress.js';
import { usageError } from '../harness/core/errors.js';
import { reportError } from '../harness/core/report-error.js';
import { Ledger } from '../harness/machine/ledger.js';
import { compareVersions } from './against.js';
import { measureBig } from './big.js';
import { measureBrokenOff } from './broken-off.js';
import { measureCauses } from './causes/causes.js';
import { BenchContext } from './context.js';
import { measureCourse } from './course.js';
import { measureDrift } from './drift.js';
import { measureDrills } from './drills.js';
import { measureEarlyEnds } from './early-ends.js';
import { measureField } from './field/field.js';
import type { Figure } from './figure.js';
import { measureFormats } from './formats.js';
import { measureFreshClone } from './fresh-clone.js';
import { measureFuzz } from './fuzz.js';
import { measureGaps } from './gaps/gaps.js';
import { measureGuests } from './guests/guests.js';
import { measureLint } from './lint.js';
import { measureMutate } from './mutate.js';
import { measureNightly } from './nightly.js';
import { countNodeVersions } from './node-versions.js';
import { measurePackage } from './package.js';
import { measureRamp } from './ramp.js';
import { measureReport } from './report.js';
import { measureSigstop } from './sigstop.js';
import { measureStore } from './store.js';
import { measureTrust, type TrustFlags } from './trust/trust.js';
import { compareUnits } from './units.js';
import { measureVagrant } from './vagrant.js';
import { measureValidate } from './validate.js';

type Part = (
  context: BenchContext,
  flags: {
    repeats: number;
    seed: number;
    records: readonly string[];
    against: string | undefined;
    from: string | undefined;
  } & TrustFlags,
) => Promise<Figure[]>;

/** The parts of the bench by name, in the order of their runs. */
const PARTS: Readonly<Record<string, Part>> = {
  formats: measureFormats,
  lint: measureLint,
  big: measureBig,
  fuzz: measureFuzz,
  field: measureField,
  units: compareUnits,
  ramp: measureRamp,
  sigstop: measureSigstop,
  drift: measureDrift,
  store: measureStore,
  'early-ends': (context, { records }) => measureEarlyEnds(context, records),
  drills: (context, { repeats }) => measureDrills(context, repeats),
  course: (context, { repeats }) => measureCourse(context, repeats),
  against: (context, { against, repeats }) => compareVersions(context, against, repeats),
  nightly: (context, { repeats }) => measureNightly(context, repeats),
  mutate: (context, { repeats }) => measureMutate(context, repeats),
  validate: measureValidate,
  trust: measureTrust,
  guests: measureGuests,
  gaps: measureGaps,
  causes: (context, { repeats }) => measureCauses(context, repeats),
  vagrant: (context, { repeats }) => measureVagrant(context, repeats),
  report: measureReport,
  package: measurePackage,
  'node-versions': countNodeVersions,
  'fresh-clone': measureFreshClone,
  'broken-off': (context, { seed }) => measureBrokenOff(context, seed),
};

interface Flags {
  readonly repeats: string;
  readonly seed: string;
  readonly cells?: string;
  readonly minutes: string;
  readonly results?: string;
  readonly records?: readonly string[];
  readonly against?: string;
  readonly from?: string;
  readonly strict?: boolean;
}

async function runBench(names: readonly string[], flags: Flags): Promise<void> {
  const chosen = names.length === 0 ? Object.keys(PARTS) : names;
  const unknown = chosen.find((name) => !(name in PARTS));
  if (unknown !== undefined)
    throw usageError(
      'PART_UNKNOWN',
      `The bench has no part "${unknown}".`,
      `There are: ${Object.keys(PARTS).join(', ')}.`,
    );
  const { repeats, seed, minutes, records = [], cells, results, against, from } = flags;
  const own = { cells, results, against, from, records };
  const numbers = { ...own, repeats: Number(repeats), seed: Number(seed), minutes: Number(minutes) };
  const progress = progressOnStderr();
  const table = new Table({ head: ['figure', 'target', 'measured', 'met'], style: { head: [], border: [] } });
  try {
    await withReapedMachines(progress, async ({ signal }) => {
      const context = new BenchContext(await Ledger.open(), progress, signal);
      for (const name of chosen) {
        const figures = (await PARTS[name]?.(context, numbers)) ?? [];
        for (const { name, target, measured, met } of figures) {
          table.push([name, target, measured, met ? 'yes' : 'NO']);
          if (!met && flags.strict) process.exitCode = 1;
        }
      }
    });
  } finally {
    process.stdout.write(`${table.toString()}\n`);
  }
}

await new Command('bench')
  .description(
    'Measures every figure that has a target, and prints both. The exit status is 0 also when a target is missed, unless --strict is given.',
  )
  .argument('[part...]', Object.keys(PARTS).join(', '))
  .option(
    '--repeats <n>',
    'how often the scenarios are drilled; the target of equal outcomes needs 10, that of the nightly suite 3, that of causes 3, that of false alarms in mutate 10; gaps drills each cell so often',
    '1',
  )
  .option('--seed <n>', 'which random moments broken-off chooses', String(Math.floor(Date.now() / 1000)))
  .option(
    '--cells <name,...>',
    'what trust drills: noise, quiet, nightly, half-speed; which guests guests does; which cells gaps does, such as trixie, trixie/26M or trixie/26M/grows (default: all)',
  )
  .option(
    '--minutes <n>',
    'how long trust, guests and gaps go on at most; the drill that runs then is not broken off',
    '60',
  )
  .option('--results <file>', 'results of earlier drills that trust goes on with (default: bench/trust/results.jsonl)')
  .option('--records <dir...>', 'folders of runs whose records early-ends judges (default: reports)')
  .option('--against <ref>', 'the version that against sets this one against (default: the last release)')
  .option('--from <store>', 'a store whose drills guests and gaps take over, with their records, before they drill')
  .option('--strict', 'exit with 1 when a target is missed')
  .action(runBench)
  .parseAsync()
  .catch((thrown: unknown) => {
    process.exitCode = reportError(thrown);
  });
