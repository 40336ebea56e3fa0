import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findScenarios, loadSuite } from '../campaign/catalogue.js';
import { createContext, type DrillContext } from '../campaign/context.js';
import { keepPartial } from '../campaign/partial.js';
import { createPlanner } from '../campaign/planner.js';
import { describePlannedDrill, estimateMs, parseShard, type ShardNumber, selectShard } from '../campaign/shard.js';
import { runSuite, type SuiteOptions } from '../campaign/suite.js';
import { anyOf } from '../core/any-of.js';
import { usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import { guardedStderr } from '../core/standard-streams.js';
import { type Scenario, SUITES } from '../drill/scenario.js';
import { DEFAULT_GUEST, guestNamed } from '../machine/image/guests.js';
import { chooseMachine } from '../machine/providers.js';
import { readHostFacts } from '../observe/host.js';
import { chooseStyle } from '../report/layout.js';
import { findPrintedReporter, type Reporter } from '../report/reporter.js';
import { renderTimings } from '../report/timings.js';
import { summarize } from '../verdict/summarize.js';
import { type RunSummary, type Shard, summarySchema } from '../verdict/summary.js';
import { listServerPrograms } from '../workload/stand-ins.js';
import { type Conclusion, conclude, documentOf } from './conclude.js';
import { countOf } from './count.js';
import type { RunFlags } from './declaration/run.js';
import { readDrillFlags } from './drill-flags.js';
import { withReapedMachines } from './interrupt.js';
import { keepMachine } from './keep-machine.js';
import { loadBundleWithWarnings } from './load-bundle.js';
import { printResults } from './print-results.js';
import { progressOnStderr, showProgress } from './progress.js';
import { checkPast, markDrifts, pastOf, rememberAndReport } from './remember.js';

/** What came of the drills. */
interface DrilledSuite {
  readonly runs: readonly RunSummary[];
  /** Of a shard: which part of which whole it is. */
  readonly part: Shard | undefined;
  /** What broke the drills off, where something did. */
  readonly failure: unknown;
}

type Asked = Awaited<ReturnType<typeof askedFor>>;

/** `oomdrill run`: drills, and says what came out. What was done before an interruption is reported nevertheless. */
export async function executeRun(
  names: readonly string[],
  flags: RunFlags,
  reporters: readonly Reporter[],
): Promise<void> {
  await conclude(
    flags,
    async () => {
      const asked = await askedFor(names, flags);
      if (!asked.shard) await checkPast(flags);
      const drilled = await drillAsked(asked, flags);
      return concludeRuns(drilled, flags, reporters);
    },
    reporters,
  );
}

/** Drills what was asked for; with what broke it off, where something did. */
async function drillAsked({ suite, shard, settings, ...asked }: Asked, flags: RunFlags): Promise<DrilledSuite> {
  const expected = new Map(asked.scenarios.map((scenario) => [scenario.name, estimateMs(scenario)]));
  const display = showProgress(
    guardedStderr(),
    { quiet: flags.quiet === true, env: process.env },
    (name) => expected.get(name) ?? 0,
  );
  const { progress, onEntry } = display;
  const runs: RunSummary[] = [];
  const onRun = (run: RunSummary) => {
    runs.push(run);
    progress(`${run.verdict}: ${run.scenario} on ${run.guest}${run.outcome === null ? '' : ` was ${run.outcome}`}`);
  };
  let part: Shard | undefined;
  const drillAll = () =>
    withReapedMachines(progress, async (interrupts) => {
      const { signal } = interrupts;
      // Without the command no one can log in: it is said with --quiet too.
      const keep = keepMachine(interrupts, flags.quiet ? progressOnStderr() : progress);
      const context = await createContext({
        ...settings,
        progress,
        onEntry,
        signal,
        keep: flags.keepMachine ? keep : undefined,
      });
      part = shard && (await partOf(suite, shard, context, asked));
      await runSuite(context, { ...asked, onRun });
    });
  try {
    const failure = await keepPartial(drillAll, () => runs.length > 0);
    return { runs, part, failure };
  } finally {
    display.stop();
  }
}

/** What is to be drilled, and on what. `suite` is the whole of which a shard is drilled. @throws OomdrillError for bad usage */
async function askedFor(names: readonly string[], flags: RunFlags) {
  if (names.length > 0 && flags.suite !== undefined)
    throw usageError('SUITE_AND_NAMES', '--suite cannot be used with names of scenarios.', 'Leave one of them out.');
  const bundle =
    flags.bundle === undefined ? undefined : await loadBundleWithWarnings(flags.bundle, progressOnStderr());
  const chosen = await (names.length > 0
    ? findScenarios(names, flags.scenarios)
    : loadSuite(flags.suite ?? (bundle || flags.scenarios ? 'nightly' : SUITES[0]), flags.scenarios));
  // On limits of the user's own a control controls nothing; one that is named is refused.
  const suite = bundle && names.length === 0 ? chosen.filter(({ control }) => !control) : chosen;
  const shard = flags.shard === undefined ? undefined : parseShard(flags.shard);
  const asked = {
    suite,
    shard,
    scenarios: shard ? selectShard(suite, shard) : suite,
    bundle,
    guests: readGuests(flags),
    repeats: countOf(flags.repeat, '--repeat', 1_000),
    settings: await readRunSettings(flags),
  };
  const drills = asked.scenarios.length * asked.guests.length * asked.repeats;
  if (flags.keepMachine && drills !== 1) {
    const message = `--keep-machine must be used with a single drill (got ${drills}).`;
    throw usageError('KEEP_ONE', message, 'Name one scenario, and leave out --repeat and further guests.');
  }
  return asked;
}

/** The guests that were asked for, each once. @throws OomdrillError `GUEST_UNKNOWN` */
export const readGuests = ({ guest = [DEFAULT_GUEST] }: Pick<RunFlags, 'guest'>): string[] =>
  [...new Set(guest)].map((name) => guestNamed(name).name);

/** How to drill, whatever is drilled. @throws OomdrillError for bad usage */
export async function readRunSettings(flags: RunFlags) {
  return {
    ...readDrillFlags(flags),
    machine: chooseMachine(flags.machine.name, flags.machine.flags, flags.machine.table),
    jobs: countOf(flags.jobs, '--jobs', 64),
    server: flags.server === undefined ? undefined : await serverAt(flags.server),
  };
}

/** The results with what drifts in them, for people, programs and files. */
async function concludeRuns(
  { runs, part, failure }: DrilledSuite,
  flags: RunFlags,
  reporters: readonly Reporter[],
): Promise<Conclusion> {
  const past = pastOf(flags);
  // The shards of a suite are one run: `merge` compares it with the past, and adds it to the history.
  const compared = part ? runs : await markDrifts(runs, past);
  const judged = summarize(compared, await readHostFacts(), { at: new Date().toISOString(), shard: part });
  // A suite that was broken off is not green; a claim that failed before stays failed.
  const summary = failure === undefined ? judged : { ...judged, exitCode: judged.exitCode || 2 };
  // Apart from the results, which may be those of a reporter for programs.
  if (flags.timings) guardedStderr().write(renderTimings(summary.runs, chooseStyle(process.stderr, process.env)));
  const text = () => printResults(findPrintedReporter(flags.printed, reporters), summary);
  const files = rememberAndReport(summary, flags.reports, part ? undefined : past.history, reporters);
  return { document: documentOf(summarySchema, summary), text, exitCode: summary.exitCode, failure, files };
}

/** This shard and the whole that it is a part of, for `merge`. @throws OomdrillError what planning throws */
async function partOf(
  suite: readonly Scenario[],
  shard: ShardNumber,
  context: DrillContext,
  { scenarios, guests }: SuiteOptions,
): Promise<Shard> {
  const { name: machine, ownName } = context.machine;
  const plan = await createPlanner(context);
  const plans = await Promise.all(suite.map((scenario) => plan(scenario)));
  const drills = guests.flatMap((guest) =>
    plans.map(({ scenario, scale }) => describePlannedDrill(scenario, { guest: ownName ?? guest, machine, scale })),
  );
  const own = new Set(scenarios.map(({ name }) => name));
  return { ...shard, suite: drills, own: drills.filter(({ scenario }) => own.has(scenario)) };
}

/** @throws OomdrillError `SERVER_MISSING` */
async function serverAt(dir: string): Promise<string> {
  const programs = listServerPrograms().map((program) => join(dir, program));
  for (const program of programs) {
    const found = await stat(program).catch(() => undefined);
    if (found?.isFile()) return resolve(dir);
  }
  throw mustError(
    'SERVER_MISSING',
    '--server',
    `name a directory that holds ${anyOf(listServerPrograms())}`,
    dir,
    'Name the directory that the server is installed in; without --server, a stand-in runs.',
  );
}
