import { anyOf } from '../../core/any-of.js';
import { SUITES } from '../../drill/scenario.js';
import { guestNames } from '../../machine/image/guests.js';
import type { MachineProvider } from '../../machine/provider.js';
import { machinesThat } from '../../machine/providers.js';
import type { Reporter } from '../../report/reporter.js';
import { outcomeMeanings } from '../../verdict/manual.js';
import type { Probe } from '../../workload/probe.js';
import { listServerPrograms } from '../../workload/stand-ins.js';
import { argument, defineCommand, type HandedFlags } from '../define.js';
import { listFlag, switchFlag, valueFlag } from '../flag.js';
import { givenTable } from '../given-table.js';
import { anyMachineFlag } from '../machine-flag.js';
import { printedReportFlag, reportFilesFlag } from '../report-flags.js';
import { bundleNames, scenarioNames } from '../words.js';
import {
  BUNDLE_ARGUMENT,
  drillFlags,
  jsonFlag,
  partFlags,
  pastFlags,
  scenariosFlag,
  storeFlag,
  submitFlag,
  suiteNames,
  VERDICT_STATUS,
} from './shared.js';

/** Tables that options of `run` are derived from, or that its drills use. */
export interface RunTables {
  readonly reporters: readonly Reporter[];
  readonly machines: readonly MachineProvider[];
  /** Probes of a user's own. */
  readonly probes: readonly Probe[];
}

const flagsOf = ({ reporters, machines, probes }: RunTables) => ({
  json: jsonFlag,
  reports: reportFilesFlag(reporters),
  ...pastFlags('to compare with and to add to'),
  submit: submitFlag(['resume', 'keepMachine']),
  store: storeFlag('to add each drill to'),
  resume: switchFlag(
    'with --store: drill only what has no result in the store of the same version, options and scenarios, and tell both; the records must still be there',
    { rule: { needs: 'store' } },
  ),
  suite: valueFlag(
    '<name>',
    `scenarios to drill where none is named: ${anyOf(SUITES)} (default: "${SUITES[0]}"; "nightly" with --bundle or --scenarios)`,
    { words: suiteNames },
  ),
  scenarios: scenariosFlag,
  ...partFlags,
  bundle: valueFlag(
    '<bundle>',
    `drill this bundle by every scenario that applies to it, instead of the bundles of the scenarios: ${BUNDLE_ARGUMENT}; it says which server runs, and its packages need an image of its own (root, network, two minutes, once)`,
    { words: bundleNames },
  ),
  guest: listFlag(
    '<name>',
    `Debian suites that the VMs run: ${anyOf(guestNames())}, or several with commas between them; not with --machine ssh (default: "${guestNames()[0]}")`,
    { words: guestNames },
  ),
  machine: anyMachineFlag(machines),
  probes: givenTable(probes),
  scale: drillFlags.scale,
  repeat: valueFlag('<n>', 'drill each scenario this many times, from 1 to 1000', { default: '1' }),
  jobs: valueFlag(
    '<n>',
    `drill up to this many at the same time, from 1 to 64, as far as there is memory, and fewer from the first on that others spoiled; each needs two CPU cores; only with --machine ${machinesThat(({ parallel }) => parallel, machines)}`,
    { default: '1' },
  ),
  watchdog: drillFlags.watchdog,
  rate: drillFlags.rate,
  load: drillFlags.load,
  waitForQuiet: drillFlags.waitForQuiet,
  fullHold: drillFlags.fullHold,
  wayIn: drillFlags.wayIn,
  fromNothing: drillFlags.fromNothing,
  server: valueFlag(
    '<dir>',
    `directory of an installed server, whose ${anyOf(listServerPrograms())} runs wherever a bundle uses the stand-in that comes with oomdrill; a bundle with a server of its own is not changed`,
  ),
  out: drillFlags.out,
  keepMachine: switchFlag(
    'keep the VM after the drill, when the hog is gone, until Ctrl-C, and print how to log in; only with a single drill: one scenario on one guest',
    { rule: { excludes: (on) => (on ? ['repeat', 'shard'] : []) } },
  ),
  printed: printedReportFlag(reporters),
  timings: switchFlag('print where the time of each drill went, as bars, on standard error'),
  quiet: switchFlag('print the results only, and no progress'),
});

export type RunFlags = HandedFlags<ReturnType<typeof flagsOf>>;

/** What carries `run` out: under tap, that is not the command. */
export type ExecuteRun = (names: readonly string[], flags: RunFlags, reporters: readonly Reporter[]) => Promise<void>;

export const runCommand = (
  tables: RunTables,
  execute: ExecuteRun = async (...asked) => (await import('../run.js')).executeRun(...asked),
) =>
  defineCommand({
    name: 'run',
    description: 'Drill scenarios, or a suite of them, and say whether each ended as expected',
    details: [
      'A drill takes about a minute. It leaves a directory below --out, whose record.jsonl holds all that was seen; `oomdrill judge` reads it again.',
    ],
    argument: argument(
      '[scenario...]',
      'names of scenarios, as `oomdrill list` prints them, or files and directories of your own, such as ./drills/night.ts',
      scenarioNames,
      ['suite'],
    ),
    flags: flagsOf(tables),
    examples: [
      { does: 'The core suite: an incident, its repair, and a runaway process', line: 'oomdrill run' },
      { does: 'The nightly suite, on both guests', line: 'oomdrill run --suite nightly --guest trixie,bookworm' },
      { does: 'Two scenarios by name', line: 'oomdrill run 2026-07-02-throttle-livelock 2026-07-02-fixed' },
      { does: 'Four drills at a time, in small VMs', line: 'oomdrill run --suite nightly --jobs 4 --scale 1/8' },
      { does: 'A bundle of your own', line: 'oomdrill run --bundle ./web' },
      { does: 'A scenario of your own', line: 'oomdrill run ./drills/night.ts' },
      {
        does: 'A real server, and the result for programs',
        line: 'oomdrill run runaway-past-max --server /opt/t3 --json -',
      },
      {
        does: 'On a host of your own, which may hang and lose data',
        line: 'oomdrill run --machine ssh --host root@scratch.example --allow-destructive',
      },
    ],
    outcomes: outcomeMeanings(),
    exitStatus: VERDICT_STATUS,
    run: (names, flags) => execute(names, flags, tables.reporters),
  });
