import { SUITES } from '../../drill/scenario.js';
import { guestNames } from '../../machine/image/guests.js';
import type { MachineProvider } from '../../machine/provider.js';
import type { Reporter } from '../../report/reporter.js';
import { serverPrograms } from '../../workload/stand-ins.js';
import { argument, defineCommand } from '../define.js';
import { type FlagsOf, listFlag, switchFlag, valueFlag } from '../flag.js';
import { anyMachineFlag } from '../machine-flag.js';
import { printedReportFlag, reportFilesFlag } from '../report-flags.js';
import { scenarioNames } from '../words.js';
import { drillFlags, jsonFlag, pastFlags, suiteNames } from './shared.js';

const HELP = `Examples:
  oomdrill run
  oomdrill run --suite nightly
  oomdrill run 2026-07-02-throttle-livelock 2026-07-02-fixed
  oomdrill run --suite nightly --guest trixie,bookworm
  oomdrill run --suite nightly --jobs 4 --scale 1/8
  oomdrill run runaway-past-max --server /opt/t3 --json -
  oomdrill run --machine ssh --host root@scratch.example --allow-destructive
  oomdrill run --bundle ./web

Each run leaves a folder below --out; its record.jsonl holds all that was seen.
Exit status: 0 all as expected, 1 a claim failed, 2 inconclusive or an error of the machine, 64 bad usage.`;

const flagsOf = (reporters: readonly Reporter[], machines: readonly MachineProvider[]) => ({
  json: jsonFlag,
  reports: reportFilesFlag(reporters),
  ...pastFlags('history.jsonl in --out'),
  suite: valueFlag('<name>', `${SUITES.join(' or ')}: where no scenario is named (default: "${SUITES[0]}")`, {
    words: suiteNames,
  }),
  shard: valueFlag(
    '<i/n>',
    'drill only the i-th of n parts that take about as long; `oomdrill merge` joins their results',
  ),
  bundle: valueFlag('<dir>', 'a bundle of your own, drilled by every scenario that applies to it, with its own server'),
  guest: listFlag('<name>', `the guests to drill on: ${guestNames().join(',')}, or one of them`, { words: guestNames }),
  machine: anyMachineFlag(machines),
  scale: drillFlags.scale,
  repeat: valueFlag('<n>', 'drill each scenario so many times', { default: '1' }),
  jobs: valueFlag('<n>', 'drill so many at a time, as far as the memory lets them; each wants two cores of its own', {
    default: '1',
  }),
  watchdog: drillFlags.watchdog,
  server: valueFlag(
    '<dir>',
    `a real installation of the server, whose ${serverPrograms().join(' or ')} takes the stand-in's place`,
  ),
  out: drillFlags.out,
  keepMachine: switchFlag('keep the guest after the drill until Ctrl-C, to log in and look'),
  printed: printedReportFlag(reporters),
  quiet: switchFlag('no progress, only the results'),
});

export type RunFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const runCommand = (reporters: readonly Reporter[], machines: readonly MachineProvider[]) =>
  defineCommand({
    name: 'run',
    description: 'drill scenarios, or a suite of them',
    argument: argument('[scenario...]', 'names, as `oomdrill list` gives them', scenarioNames),
    flags: flagsOf(reporters, machines),
    help: HELP,
    run: async (names, flags) => (await import('../run.js')).executeRun(names, flags, reporters),
  });
