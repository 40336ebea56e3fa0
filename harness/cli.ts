#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { addCompletion } from './command/completion.js';
import { captureCommand } from './command/declaration/capture.js';
import { doctorCommand } from './command/declaration/doctor.js';
import { explainCommand } from './command/declaration/explain.js';
import { acceptCommand, historyCommand } from './command/declaration/history.js';
import { imageCommands } from './command/declaration/image.js';
import { installCommand } from './command/declaration/install.js';
import { judgeCommand } from './command/declaration/judge.js';
import { lintCommand } from './command/declaration/lint.js';
import { listCommand } from './command/declaration/list.js';
import { mapCommand } from './command/declaration/map.js';
import { mergeCommand } from './command/declaration/merge.js';
import { mutateCommand } from './command/declaration/mutate.js';
import { reapCommand } from './command/declaration/reap.js';
import { reportCommand } from './command/declaration/report.js';
import { runCommand } from './command/declaration/run.js';
import { validateCommand } from './command/declaration/validate.js';
import type { CommandEntry } from './command/define.js';
import { reportError } from './command/failure.js';
import { readVersion } from './core/version.js';
import type { MachineProvider } from './machine/provider.js';
import { MACHINES } from './machine/providers.js';
import type { Reporter } from './report/reporter.js';
import { REPORTERS } from './report/reporters.js';

/** Exit status of what proves nothing. */
const MACHINE_ERROR = 2;

/** Exit status of bad usage (sysexits.h, EX_USAGE). */
const BAD_USAGE = 64;

const EXAMPLES = `
Examples:
  oomdrill run                                      drill the core suite: the incident, its repair, a runaway
  oomdrill run --suite nightly                      drill the whole catalogue
  oomdrill run 2026-07-02-fixed --guest bookworm    one scenario on a Debian 12 guest
  oomdrill run --json result.json                   the same results for programs
  oomdrill judge reports/*/*/record.jsonl           judge stored records again, without a VM
  oomdrill lint /etc                                what is wrong with limits as they are written, without a VM
  oomdrill report reports/*/*/record.jsonl          the same as one HTML file, with charts of every drill
  oomdrill doctor                                   what this host can do, and what is missing

Exit status: 0 all as expected, 1 a claim failed, 2 inconclusive or an error of the machine, 64 bad usage.`;

/** Every command, in the order of `--help`. */
const commandsWith = ({ reporters, machines }: Tables): readonly CommandEntry[] => [
  runCommand(reporters, machines),
  listCommand,
  mapCommand(machines),
  mutateCommand(machines),
  validateCommand(machines),
  lintCommand,
  judgeCommand(reporters),
  mergeCommand(reporters),
  historyCommand,
  acceptCommand,
  reportCommand,
  explainCommand,
  captureCommand,
  doctorCommand(machines),
  imageCommands,
  installCommand,
  reapCommand(machines),
];

/** Tables that options are derived from. */
interface Tables {
  readonly reporters: readonly Reporter[];
  readonly machines: readonly MachineProvider[];
}

/** The command line, as data for commander; from our tables where no others are handed over. What a command does is loaded only when it is called. */
export function program(
  version: string,
  { reporters = REPORTERS, machines = MACHINES }: Partial<Tables> = {},
): Command {
  const oomdrill = new Command('oomdrill')
    .description(
      'A fire drill for Linux memory containment: boots a throwaway VM with your systemd units, lets a memory hog loose beside a real server, watches the server as its clients do, and says what happened.',
    )
    .version(version)
    .addHelpText('after', EXAMPLES)
    .helpCommand('help [command]', 'what --help of a command prints')
    .showHelpAfterError('Run oomdrill --help for the commands and their options.')
    .exitOverride();
  for (const command of commandsWith({ reporters, machines })) command.addTo(oomdrill);
  return oomdrill;
}

/** Commands set process.exitCode; the process ends by itself when all it holds is released. */
async function main(): Promise<void> {
  // Whoever reads may have seen enough, as `head` does.
  process.stdout.on('error', (thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'EPIPE') process.exit();
    process.stderr.write(`oomdrill: Standard output cannot be written: ${thrown.message}. [OUTPUT_WRITE]\n`);
    process.exit(MACHINE_ERROR);
  });
  try {
    const oomdrill = program(await readVersion());
    addCompletion(oomdrill);
    await oomdrill.parseAsync();
  } catch (thrown) {
    // Commander has already said what was wrong; help and version end with 0.
    if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : BAD_USAGE;
    else process.exitCode = reportError(thrown);
  }
}

// Run, by whatever link, and not imported.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
