#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { addCompletion } from './command/completion.js';
import { captureCommand } from './command/declaration/capture.js';
import { configCommand } from './command/declaration/config.js';
import { doctorCommand } from './command/declaration/doctor.js';
import { explainCommand } from './command/declaration/explain.js';
import { acceptCommand, historyCommand } from './command/declaration/history.js';
import { imageCommands } from './command/declaration/image.js';
import { initCommand } from './command/declaration/init.js';
import { installCommand } from './command/declaration/install.js';
import { judgeCommand } from './command/declaration/judge.js';
import { lintCommand } from './command/declaration/lint.js';
import { listCommand } from './command/declaration/list.js';
import { mapCommand } from './command/declaration/map.js';
import { mergeCommand } from './command/declaration/merge.js';
import { mutateCommand } from './command/declaration/mutate.js';
import { reapCommand } from './command/declaration/reap.js';
import { reportCommand } from './command/declaration/report.js';
import { resultsCommand } from './command/declaration/results.js';
import { type ExecuteRun, type RunTables, runCommand } from './command/declaration/run.js';
import { setupCommand } from './command/declaration/setup.js';
import { validateCommand } from './command/declaration/validate.js';
import type { CommandEntry } from './command/define.js';
import { DocumentedCommand } from './command/documented-command.js';
import { addHelpCommand } from './command/help-command.js';
import { MANUAL, PURPOSE } from './command/manual.js';
import type { Environment, Settings } from './command/settings/settings.js';
import { findConfig } from './config/load-config.js';
import { formattedText } from './core/printable-text.js';
import { reportError } from './core/report-error.js';
import {
  claimStandardOutput,
  exitFlushed,
  findLostOutput,
  flushStandardStreams,
  print,
  printError,
} from './core/standard-streams.js';
import { readVersion } from './core/version.js';
import { wasStarted } from './core/was-started.js';
import type { InjectionKind } from './inject/injection.js';
import { MACHINES } from './machine/providers.js';
import { REPORTERS } from './report/reporters.js';

/** Every command, in the order of `--help`. */
const commandsWith = (
  { reporters, machines, probes, injections, executeRun }: Parts,
  program: () => DocumentedCommand,
): readonly CommandEntry[] => [
  initCommand,
  runCommand({ reporters, machines, probes }, executeRun),
  listCommand(injections),
  mapCommand(machines, probes),
  mutateCommand(machines, probes),
  validateCommand(machines, probes),
  lintCommand,
  judgeCommand(reporters),
  mergeCommand(reporters),
  historyCommand,
  acceptCommand,
  resultsCommand,
  reportCommand,
  explainCommand,
  captureCommand,
  doctorCommand(machines),
  setupCommand(machines),
  imageCommands,
  installCommand,
  reapCommand(machines),
  configCommand(program),
];

/** What the command line is made of. */
interface Parts extends RunTables {
  /** Kinds of a user's own. */
  readonly injections: readonly InjectionKind[];
  readonly executeRun?: ExecuteRun | undefined;
  readonly settings?: Settings | undefined;
}

/** Our own tables, and no settings. */
const OURS: Parts = { reporters: REPORTERS, machines: MACHINES, probes: [], injections: [] };

/** The command line, as data for commander. What a command does is loaded only when it is called. */
export function program(version: string, given: Partial<Parts> = {}): DocumentedCommand {
  const parts = { ...OURS, ...given };
  const oomdrill = new DocumentedCommand('oomdrill')
    .description(PURPOSE)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureOutput({
      writeOut: (text) => print(formattedText(text)),
      writeErr: (text) => printError(formattedText(text)),
    })
    .exitOverride();
  oomdrill.manual = MANUAL;
  oomdrill.settings = parts.settings;
  for (const command of commandsWith(parts, () => oomdrill)) command.addTo(oomdrill);
  addHelpCommand(oomdrill);
  return oomdrill;
}

/** The command line with the settings of the environment, and of the configuration file of this folder if there is one. */
export async function loadProgram(
  folder: string,
  env: Environment,
  parts: Pick<Parts, 'executeRun'> = {},
): Promise<DocumentedCommand> {
  const [version, found] = await Promise.all([readVersion(), findConfig(folder)]);
  if (!found.config) return program(version, { ...parts, settings: { env, ...found } });
  const { withOwnTables } = await import('./command/settings/own-settings.js');
  const { own, ...settings } = await withOwnTables(found, listTakenNames);
  return program(version, {
    ...parts,
    reporters: [...REPORTERS, ...own.reporters],
    probes: own.probes,
    injections: own.injections,
    settings: { env, own, ...settings },
  });
}

/** What commander would take for the value of an option that is not given, such as `--to-string`. */
const NAMES_OF_ALL_OBJECTS = Object.getOwnPropertyNames(Object.prototype).map((name) =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
);

/** Names that a reporter must not have: of options of the commands that have one for each reporter, and of variables. */
function listTakenNames(): string[] {
  const all = program('').commands.map((command) => ({
    name: command.name(),
    options: command.options.map((option) => option.name()),
  }));
  const options = all.flatMap((command) => (['run', 'judge', 'merge'].includes(command.name) ? command.options : []));
  const variables = Object.keys(MANUAL.environment ?? {}).map((name) =>
    name.replace('OOMDRILL_', '').toLowerCase().replaceAll('_', '-'),
  );
  // `--run-suite` would have the variable of `--suite` of `run`.
  const ofOneCommand = all.flatMap(({ name, options }) => options.map((option) => `${name}-${option}`));
  return [...options, ...variables, ...ofOneCommand, ...NAMES_OF_ALL_OBJECTS, 'help', 'version'];
}

/** How long what a file of the user's left open, such as a timer, may keep the process when all is done, milliseconds. */
const LINGER_MS = 5_000;

/** Commands set process.exitCode; the process ends by itself when all it holds is released. */
async function main(): Promise<void> {
  claimStandardOutput();
  // Of what a file of the user's left running; the status of Node.js, 1, would be that of a claim that failed.
  process.on('uncaughtException', (thrown) => exitFlushed(reportError(thrown)));
  try {
    const oomdrill = await loadProgram('.', process.env);
    addCompletion(oomdrill);
    await oomdrill.parseAsync();
  } catch (thrown) {
    // Help and version, which were printed.
    if (thrown instanceof CommanderError && thrown.exitCode === 0) process.exitCode = 0;
    else process.exitCode = reportError(thrown);
  }
  await flushStandardStreams();
  reportLostOutput();
  setTimeout(() => exitFlushed(), LINGER_MS).unref();
}

/** Results that were lost are an error, which does not hide a worse status. */
function reportLostOutput(): void {
  const lost = findLostOutput();
  if (!lost) return;
  const status = reportError(lost);
  process.exitCode ||= status;
}

// Run, by whatever link, and not imported.
if (wasStarted(fileURLToPath(import.meta.url))) await main();
