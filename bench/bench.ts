import Table from 'cli-table3';
import { Command } from 'commander';
import { reportError } from '../harness/command/failure.js';
import { withReapedMachines } from '../harness/command/interrupt.js';
import { progressOnStderr } from '../harness/command/progress.js';
import { usageError } from '../harness/core/errors.js';
import { Ledger } from '../harness/machine/ledger.js';
import { BenchContext } from './context.js';
import { drillFigures } from './drills.js';
import type { Figure } from './figure.js';
import { formatFigures } from './formats.js';
import { freshCloneFigures } from './fresh-clone.js';
import { lintFigures } from './lint.js';
import { mutateFigures } from './mutate.js';
import { nightlyFigures } from './nightly.js';
import { rampFigures } from './ramp.js';
import { reportFigures } from './report.js';
import { sigstopFigures } from './sigstop.js';
import { unitsFigures } from './units.js';
import { vagrantFigures } from './vagrant.js';
import { validateFigures } from './validate.js';

type Part = (context: BenchContext, flags: { repeats: number }) => Promise<Figure[]>;

/** The parts of the bench by name, in the order in which they are run. */
const PARTS: Readonly<Record<string, Part>> = {
  formats: formatFigures,
  lint: lintFigures,
  units: unitsFigures,
  ramp: rampFigures,
  sigstop: sigstopFigures,
  drills: (context, { repeats }) => drillFigures(context, repeats),
  nightly: (context, { repeats }) => nightlyFigures(context, repeats),
  mutate: (context, { repeats }) => mutateFigures(context, repeats),
  validate: validateFigures,
  vagrant: (context, { repeats }) => vagrantFigures(context, repeats),
  report: reportFigures,
  'fresh-clone': freshCloneFigures,
};

async function bench(names: readonly string[], flags: { repeats: string }): Promise<void> {
  const chosen = names.length === 0 ? Object.keys(PARTS) : names;
  const unknown = chosen.find((name) => !(name in PARTS));
  if (unknown !== undefined)
    throw usageError(
      'PART_UNKNOWN',
      `The bench has no part "${unknown}".`,
      `There are: ${Object.keys(PARTS).join(', ')}.`,
    );
  const progress = progressOnStderr();
  const table = new Table({ head: ['figure', 'target', 'measured', 'met'], style: { head: [], border: [] } });
  try {
    await withReapedMachines(progress, async ({ signal }) => {
      const context = new BenchContext(await Ledger.open(), progress, signal);
      for (const name of chosen) {
        const figures = (await PARTS[name]?.(context, { repeats: Number(flags.repeats) })) ?? [];
        for (const { name, target, measured, met } of figures) table.push([name, target, measured, met ? 'yes' : 'NO']);
      }
    });
  } finally {
    process.stdout.write(`${table.toString()}\n`);
  }
}

await new Command('bench')
  .description(
    'Measures every figure that has a target and prints it next to the target. A figure that is missed is not an error.',
  )
  .argument('[part...]', Object.keys(PARTS).join(', '))
  .option(
    '--repeats <n>',
    'how often the scenarios are drilled; 10 is what the target of equal outcomes asks for, 3 that of the nightly suite, 10 that of false alarms in mutate',
    '1',
  )
  .action(bench)
  .parseAsync()
  .catch((thrown: unknown) => {
    process.exitCode = reportError(thrown);
  });
