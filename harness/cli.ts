#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, Option } from 'commander';
import { addCompletion } from './command/completion.js';
import { reportError } from './command/failure.js';
import { readVersion } from './core/version.js';
import { SUITES } from './drill/scenario.js';
import { USUAL_HISTORY } from './history/place.js';
import { GUESTS, MACHINE_KINDS } from './machine/machine.js';

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

const RUN_EXAMPLES = `
Examples:
  oomdrill run
  oomdrill run --suite nightly
  oomdrill run 2026-07-02-throttle-livelock 2026-07-02-fixed
  oomdrill run --suite nightly --guest trixie,bookworm
  oomdrill run --suite nightly --jobs 4 --scale 1/8
  oomdrill run runaway-past-max --server /opt/t3 --json -
  oomdrill run --machine ssh --host root@scratch.example --i-may-wreck-it
  oomdrill run --bundle ./web

Each run leaves a folder below --out; its record.jsonl holds all that was seen.
Exit status: 0 all as expected, 1 a claim failed, 2 inconclusive or an error of the machine, 64 bad usage.`;

/** Results for other programs, of a command that judges drills. */
const withReports = (command: Command): Command =>
  command
    .option('--junit <file>', 'write the results as JUnit XML')
    .option('--markdown <file>', "write the results as Markdown, for a job's page")
    .option(
      '--openmetrics <file>',
      "write the results as metrics, for node_exporter's textfile collector or a Pushgateway",
    );

const historyOption = (file: string) => new Option('--history <file>', `nights so far (default: "${file}")`);
const baselineOption = () =>
  new Option('--baseline <file>', 'the accepted state (default: "reports/baseline.json" of oomdrill)');

/** The past that results are compared with, of a command that adds to it. */
const withPast = (command: Command, file: string): Command =>
  command.addOption(historyOption(file)).addOption(baselineOption());

const jsonOption = () => new Option('--json <file>', 'write the result as JSON to this file; - for standard output');

const EXPLAIN_EXAMPLES = `
Examples:
  cd /sys/fs/cgroup/system.slice/web.service && grep '' memory.* | oomdrill explain -
  oomdrill explain memory.events.before memory.events.after memory.pressure
  oomdrill explain /sys/fs/cgroup/system.slice/web.service      # as it is now, on this host
  journalctl -k --since 15:00 | oomdrill explain - memory.events

Two readings of a file count from the first to the second; one counts since the cgroup was made.`;

const MUTATE_EXAMPLES = `
Examples:
  oomdrill mutate devvm --list
  oomdrill mutate devvm
  oomdrill mutate ./my-bundle --mutant unit-oom-policy-dropped --mutant unit-high-at-75

One drill of about a minute a mutant, and one a scenario for the bundle as it is.
Exit status: 0 every mutant was killed, 1 one survived or the bundle as it is failed, 2 one is undecided, 64 bad usage.`;

const VALIDATE_EXAMPLES = `
Examples:
  oomdrill validate --memory-high infinity --memory-max 24G --host-memory 32G --swap 0
  oomdrill validate ./web --memory-max 6G --baseline ./web
  oomdrill validate t3-serve@.service --host-memory 32G

One drill of about a minute a question, four to seven of them; twice as many with --baseline.
Exit status: 0 safe, 1 unsafe, 2 undecided or an error of the machine, 64 bad usage.`;

const CAPTURE_EXAMPLES = `
Examples:
  oomdrill capture web.service --host admin@web.example --url http://localhost:8080/health
  oomdrill capture --script >capture.sh; sh capture.sh web.service >web.capture   (the second on the host)
  oomdrill capture --from web.capture --out web`;

const LINT_EXAMPLES = `
Examples:
  oomdrill lint fixtures/bundles/devvm
  oomdrill lint /etc --strict
  oomdrill lint t3-serve@.service user-.slice.d/50-memory.conf --memory 24G --swap 0
  oomdrill lint deploy/etc --format sarif > lint.sarif

Exit status: 0 nothing found at or above the level (errors; with --strict warnings too), 1 findings, 64 bad usage.
What each rule looks for, and how to say that something is meant: docs/lint.md.`;

const REPORT_EXAMPLES = `
Examples:
  oomdrill report reports/*/*/record.jsonl -o report
  oomdrill report reports/2026-11-24T103617-AXnfaG/*/record.jsonl --png -o post-mortem
  oomdrill report reports/*/*/record.jsonl --map devvm.json

The file needs no network and no other file. A record that cannot be read is named in it.
Exit status: 0 all are in it, 2 one cannot be read, 64 none can be read (there is no report then), or bad usage.`;

/** All commands, each of which is loaded only when it is called. */
export function program(version: string): Command {
  const oomdrill = new Command('oomdrill')
    .description(
      'A fire drill for Linux memory containment: boots a throwaway VM with your systemd units, lets a memory hog loose beside a real server, watches the server as its clients do, and says what happened.',
    )
    .version(version)
    .addHelpText('after', EXAMPLES)
    .helpCommand('help [command]', 'what --help of a command prints')
    .showHelpAfterError('Run oomdrill --help for the commands and their options.')
    .exitOverride();
  const command = (name: string, description: string) =>
    oomdrill.command(name).description(description).addOption(jsonOption());

  withPast(withReports(command('run', 'drill scenarios, or a suite of them')), 'history.jsonl in --out')
    .argument('[scenario...]', 'names, as `oomdrill list` gives them')
    .option('--suite <name>', `${SUITES.join(' or ')}: where no scenario is named (default: "${SUITES[0]}")`)
    .option(
      '--shard <i/n>',
      'drill only the i-th of n parts that take about as long; `oomdrill merge` joins their results',
    )
    .option('--bundle <dir>', 'a bundle of your own, drilled by every scenario that applies to it, with its own server')
    .addOption(
      new Option('--guest <name>', `the guests to drill on: ${GUESTS.join(',')}, or one of them`).argParser(collect),
    )
    .option(
      '--machine <kind>',
      `${MACHINE_KINDS.join(', ')}: an embedded VM, one that Vagrant makes, or a host of your own that may be wrecked`,
      'qemu',
    )
    .option('--host <user@host>', 'with --machine ssh: the host, by root or a user who may sudo')
    .option('--port <port>', 'with --machine ssh: of its ssh, where ssh_config does not say')
    .option('--key <file>', 'with --machine ssh: private key for it, where ssh_config or an agent has none')
    .option('--i-may-wreck-it', 'with --machine ssh: nobody misses that host')
    .option(
      '--use-running',
      'with --machine ssh: stop the serving unit if it runs there, and start it again afterwards',
    )
    .option('--scale <divisor>', 'how much smaller than the real host: auto, or a divisor such as 1/8', 'auto')
    .option('--repeat <n>', 'drill each scenario so many times', '1')
    .option(
      '--jobs <n>',
      'drill so many at a time, as far as the memory lets them; each wants two cores of its own',
      '1',
    )
    .option('--watchdog <model>', 'how patient the clients are: heartbeat-20s or ping-15s', 'heartbeat-20s')
    .option('--server <dir>', "a real installation of the server, whose bin/t3 takes the stand-in's place")
    .option('--out <dir>', 'where records go', 'reports')
    .option('--keep-machine', 'keep the guest after the drill until Ctrl-C, to log in and look')
    .option('--tap', 'print the results as TAP 14')
    .option('--quiet', 'no progress, only the results')
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (names: string[], options) => (await import('./command/run.js')).run(names, options));

  command('list', 'the scenarios, what each claims and what must come out')
    .option('--suite <name>', `those of a suite only: ${SUITES.join(' or ')}`)
    .option('--markdown', 'the whole catalogue as a page, with limits, injections and bounds')
    .action(async (options) => (await import('./command/list.js')).list(options));

  withPast(
    command('map', 'where a hog at rest harms the server without being killed: the band, found by bisection'),
    'history.jsonl in --out',
  )
    .argument('<bundle>', 'a folder with bundle.json and etc/, or the name of one of fixtures/bundles/')
    .option('--precision <size>', 'to which each edge is found, in the guest', '8M')
    .option('--sweep <range>', 'a second axis: a map for each of several values, such as MemoryHigh=8G..16G')
    .option('--steps <n>', 'with --sweep: how many values', '5')
    .option('--guest <name>', `the guest to drill on: ${GUESTS.join(' or ')}`, GUESTS[0])
    .option('--machine <kind>', 'qemu or vagrant', 'qemu')
    .option('--scale <divisor>', 'how much smaller than the real host: auto, or a divisor such as 1/8', 'auto')
    .option('--watchdog <model>', 'how patient the clients are: heartbeat-20s or ping-15s', 'heartbeat-20s')
    .option('--out <dir>', 'where records go', 'reports')
    .addHelpText(
      'after',
      '\nExamples:\n  oomdrill map devvm --precision 4M\n  oomdrill map devvm --sweep MemoryHigh=8G..16G --steps 3 --precision 64M\n\nOne drill of about a minute a step, ten to sixteen of them for a map.',
    )
    .action(async (bundle: string, options) => (await import('./command/map.js')).map(bundle, options));

  command('mutate', 'break a bundle in one place at a time, and see whether a scenario notices: the mutation score')
    .argument('<bundle>', 'a folder of fixtures/bundles/, or any folder with bundle.json and etc/')
    .addOption(new Option('--mutant <name>', 'only this one, as --list gives them; may be repeated').argParser(collect))
    .option('--list', 'the mutants, and the scenarios that would be tried; nothing is drilled')
    .option('--no-baseline', 'take it on trust that the bundle as it is passes')
    .option('--repeat-baseline <n>', 'drill the bundle as it is so many times, to count false alarms', '1')
    .option('--guest <name>', `the guest to drill on: ${GUESTS.join(' or ')}`, GUESTS[0])
    .option('--scale <divisor>', 'how much smaller than the real host: auto, or a divisor such as 1/8', 'auto')
    .option('--watchdog <model>', 'how patient the clients are: heartbeat-20s or ping-15s', 'heartbeat-20s')
    .option('--out <dir>', 'where records go', 'reports')
    .addHelpText('after', MUTATE_EXAMPLES)
    .action(async (bundle: string, options) => (await import('./command/mutate.js')).mutate(bundle, options));

  command('validate', 'whether a set of limits is safe, before it reaches a host: SAFE, UNSAFE or UNDECIDED')
    .argument('[what]', 'a bundle, or a unit file; without it the flags say the values')
    .option('--memory-high <size>', 'MemoryHigh= of the serving unit')
    .option('--memory-max <size>', 'MemoryMax= of the serving unit')
    .option('--memory-swap-max <size>', 'MemorySwapMax= of the serving unit')
    .option('--oom-policy <policy>', 'OOMPolicy= of the serving unit: continue, stop or kill')
    .option('--host-memory <size>', 'memory of the host')
    .option('--swap <size>', 'swap of the host')
    .option('--baseline <bundle>', "today's bundle, drilled too: what gets better, and what worse")
    .option('--fail-fast', 'stop at the first bad answer, instead of naming everything that is wrong')
    .option('--guest <name>', `the guest to drill on: ${GUESTS.join(' or ')}`, GUESTS[0])
    .option('--machine <kind>', 'qemu or vagrant', 'qemu')
    .option('--scale <divisor>', 'how much smaller than the real host: auto, or a divisor such as 1/8', 'auto')
    .option('--watchdog <model>', 'how patient the clients are: heartbeat-20s or ping-15s', 'heartbeat-20s')
    .option('--out <dir>', 'where records go', 'reports')
    .addHelpText('after', VALIDATE_EXAMPLES)
    .action(async (what: string | undefined, options) =>
      (await import('./command/validate.js')).validate(what, options),
    );

  command('lint', 'what is wrong with limits as they are written: unit files, earlyoom, Docker; no VM')
    .argument(
      '<path...>',
      "unit files, drop-ins, earlyoom's or Docker's settings, a bundle, an /etc, or folders of these",
    )
    .option('--strict', 'warnings count as errors')
    .option('--format <name>', 'of standard output: text, github (annotations of a workflow) or sarif', 'text')
    .option('--memory <size>', 'of the host that the files are for; a bundle.json says it')
    .option('--swap <size>', 'of that host; 0 for none')
    .addHelpText('after', LINT_EXAMPLES)
    .action(async (paths: string[], options) => (await import('./command/lint.js')).lint(paths, options));

  withReports(command('judge', 'judge stored records again, without a VM'))
    .argument('<record...>', 'record.jsonl files')
    .option('--tap', 'print the results as TAP 14')
    .addHelpText('after', '\nExample:\n  oomdrill judge reports/*/*/record.jsonl --json -')
    .action(async (paths: string[], options) => (await import('./command/judge.js')).judgeRecords(paths, options));

  withPast(
    withReports(command('merge', "join the results of a suite's shards into one report and exit status")),
    USUAL_HISTORY,
  )
    .argument('<file...>', 'what `oomdrill run --shard i/n --json FILE` wrote, one file a shard')
    .option('--tap', 'print the results as TAP 14')
    .addHelpText(
      'after',
      '\nExample:\n  oomdrill merge shard-*.json --junit junit.xml\n\nA drill that no shard carried out is an error: exit status 2.',
    )
    .action(async (paths: string[], options) => (await import('./command/merge.js')).merge(paths, options));

  const pastCommand = (name: string, description: string) =>
    command(name, description)
      .argument('[name...]', 'scenarios, or bundles whose band was mapped; all where none is named')
      .addOption(historyOption(USUAL_HISTORY))
      .addOption(baselineOption());
  pastCommand('history', 'how each scenario came out night by night, and what drifts').action(
    async (names: string[], options) => (await import('./command/history.js')).history(names, options),
  );
  pastCommand('accept', "accept the last night's results: later ones are compared with them").action(
    async (names: string[], options) => (await import('./command/accept.js')).acceptLast(names, options),
  );

  command('report', 'a report of stored records as one HTML file, with charts of every drill')
    .argument('<record...>', 'record.jsonl files')
    .option('-o, --out <dir>', 'folder for report.html', '.')
    .addOption(
      new Option('--map <file>', 'a map to be drawn, as map --json wrote it; may be repeated').argParser(collect),
    )
    .option('--png', "a picture of each drill's time line beside it; needs Chromium")
    .addHelpText('after', REPORT_EXAMPLES)
    .action(async (paths: string[], options) => (await import('./command/report.js')).report(paths, options));

  command('explain', 'what memory.events, PSI, memory.stat or a kernel log of a real night show')
    .argument(
      '<file...>',
      "saved cgroup files or their folder, a kernel log, or the output of grep '' memory.*; - for standard input",
    )
    .addHelpText('after', EXPLAIN_EXAMPLES)
    .action(async (paths: string[], options) => (await import('./command/explain.js')).explain(paths, options));

  command('capture', 'a bundle of a live host: its units, limits and killers as systemd sees them, and no secrets')
    .argument('[unit]', 'the unit that serves, such as web.service')
    .option('--host <user@host>', 'the live host, by ssh; this one when absent. It is only read, and no root is needed')
    .option('--port <port>', 'of its ssh, where ssh_config does not say')
    .option('--key <file>', 'private key for it, where ssh_config or an agent has none')
    .option('--from <file>', 'what the script of --script printed on the host; - for standard input')
    .option('--script', 'print the script, for a host that ssh does not reach from here')
    .option('--url <url>', 'how the server is asked for an answer, as on the host itself: http://localhost:8080/health')
    .option('--disk-bandwidth <rate>', "what the host's root disk gives in a second, such as 60M, where it is limited")
    .option('--out <dir>', 'where the bundle goes (default: the name of the unit)')
    .addHelpText('after', CAPTURE_EXAMPLES)
    .action(async (unit: string | undefined, options) => (await import('./command/capture.js')).capture(unit, options));

  command('doctor', 'what this host can do, what is missing, and the command that mends it').action(async (options) =>
    (await import('./command/doctor.js')).doctor(options),
  );

  const image = oomdrill
    .command('image')
    .description('the cached guest images and their frozen machines')
    .helpCommand(false);
  image
    .command('build')
    .description('build the image of a guest unless it is there')
    .argument('[guest...]', GUESTS.join(' or '), [GUESTS[0]])
    .addOption(jsonOption())
    .action(async (guests: string[], options) => (await import('./command/image.js')).buildImages(guests, options));
  image
    .command('list')
    .description('what is in the cache, and the room it takes')
    .addOption(jsonOption())
    .action(async (options) => (await import('./command/image.js')).listImages(options));
  image
    .command('rm')
    .description('remove images and frozen machines')
    .argument('<guest...>', `${GUESTS.join(', ')} or all`)
    .addOption(jsonOption())
    .action(async (guests: string[], options) => (await import('./command/image.js')).removeImages(guests, options));

  image
    .command('box')
    .description('pack the image of a guest as a libvirt box and register it with Vagrant')
    .argument('[guest]', GUESTS.join(' or '), GUESTS[0])
    .addOption(jsonOption())
    .action(async (guest: string, options) => (await import('./command/image.js')).makeBox(guest, options));

  command(
    'install',
    'install a bundle, at scale and with the server running, in a guest that is there; the Vagrantfile does',
  )
    .argument('<bundle>', 'a folder with bundle.json and etc/')
    .requiredOption('--host <user@host>', 'a guest that may be wrecked, where the user is root or may sudo')
    .option('--port <port>', "of the guest's ssh", '22')
    .requiredOption('--key <file>', 'private key for it')
    .option('--scale <divisor>', 'how much smaller than the real host the guest is', '8')
    .action(async (bundle: string, options) => (await import('./command/install.js')).install(bundle, options));

  command('reap', 'take away what a killed run left behind').action(async (options) =>
    (await import('./command/reap.js')).reapLeftovers(options),
  );
  return oomdrill;
}

const collect = (value: string, before: string[] = []): string[] => [...before, ...value.split(',')];

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
