import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findScenarios, loadSuite } from '../campaign/catalogue.js';
import { createContext } from '../campaign/context.js';
import { keepPartial } from '../campaign/partial.js';
import { bundleFacts, choosePart, describeCampaign, estimateMs, scenarioFacts } from '../campaign/shard.js';
import { describeSuite, findSuiteNeeds, listRunCells, runSuite } from '../campaign/suite.js';
import { anyOf } from '../core/any-of.js';
import { usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import { guardedStderr } from '../core/standard-streams.js';
import { readVersion } from '../core/version.js';
import { SUITES } from '../drill/scenario.js';
import { DEFAULT_GUEST, guestNamed } from '../machine/image/guests.js';
import { chooseMachine } from '../machine/providers.js';
import { readHostFacts } from '../observe/host.js';
import { chooseStyle } from '../report/layout.js';
import { findPrintedReporter, type Reporter } from '../report/reporter.js';
import { renderTimings } from '../report/timings.js';
import { type CampaignPart, runCellKey } from '../verdict/part.js';
import { summarize } from '../verdict/summarize.js';
import { type Planned, type RunPart, type RunSummary, type Shard, summarySchema } from '../verdict/summary.js';
import { listServerPrograms } from '../workload/stand-ins.js';
import { type Conclusion, conclude, documentOf } from './conclude.js';
import { countOf } from './count.js';
import type { RunFlags } from './declaration/run.js';
import { readDrillFlags } from './drill-flags.js';
import { withReapedMachines } from './interrupt.js';
import { keepMachine } from './keep-machine.js';
import { loadBundleWithWarnings } from './load-bundle.js';
import { readPartFlags } from './part-flags.js';
import { printResults } from './print-results.js';
import { progressOnStderr, showProgress } from './progress.js';
import { checkPast, markDrifts, pastOf, rememberAndReport } from './remember.js';
import { createSaver, findKept, leaveOutKept, type PartLeft } from './resume.js';
import { submit } from './submit.js';

/** What came of the drills. */
interface DrilledSuite {
  readonly runs: readonly RunSummary[];
  /** Which part of which whole it is; undefined where that was not planned. */
  readonly part: RunPart | undefined;
  /** What broke the drills off, where something did. */
  readonly failure: unknown;
  readonly saver: ReturnType<typeof createSaver>;
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
      if (flags.submit !== undefined)
        return submit(flags.submit, {
          ...asked,
          command: 'run',
          flags,
          ofTheWhole: ['json', 'store', 'history', 'baseline', ...Object.keys(flags.reports)],
          findNeeds: (context) => findSuiteNeeds(context, asked),
        });
      if (asked.isWhole) await checkPast(flags);
      const drilled = await drillAsked(asked, flags);
      return concludeRuns(drilled, asked.isWhole, flags, reporters);
    },
    reporters,
  );
}

/** Drills what was asked for; with what broke it off, where something did. */
async function drillAsked({ settings, part, kept, ...asked }: Asked, flags: RunFlags): Promise<DrilledSuite> {
  const expected = new Map(asked.scenarios.map((scenario) => [scenario.name, estimateMs(scenario)]));
  const display = showProgress(
    guardedStderr(),
    { quiet: flags.quiet === true, env: process.env },
    (name) => expected.get(name) ?? 0,
  );
  const { progress, onEntry } = display;
  const saver = createSaver();
  const runs: RunSummary[] = [...kept];
  const onRun = async (run: RunSummary) => {
    runs.push(run);
    const { store } = flags;
    if (store !== undefined) await saver.save(store, run, part);
    progress(`${run.verdict}: ${run.scenario} on ${run.guest}${run.outcome === null ? '' : ` was ${run.outcome}`}`);
  };
  let drills: Planned[] | undefined;
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
      drills = await describeSuite(context, asked);
      if (kept.length > 0) progress(`${kept.length} drills are in the store already`);
      if (part.left.length === 0) progress('no cell is missing');
      else await runSuite(context, { ...asked, own: new Set(part.left), onRun });
    });
  try {
    const failure = await keepPartial(drillAll, () => runs.length > 0);
    return { runs, part: drills && { ...partOf(part), drills, tookMs: tookMsOf(runs, settings.jobs) }, failure, saver };
  } finally {
    display.stop();
  }
}

const partOf = ({ left: _, ...part }: PartLeft): CampaignPart => part;

/** How long drills took where so many ran at a time, milliseconds; undefined where none ended. */
function tookMsOf(runs: readonly RunSummary[], jobs: number): number | undefined {
  const totalMs = runs.reduce((sum, { timings }) => sum + (timings?.totalMs ?? 0), 0);
  return totalMs > 0 ? totalMs / jobs : undefined;
}

/** What is to be drilled, on what, and which part of it here. @throws OomdrillError for bad usage */
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
  const asked = {
    scenarios: suite,
    bundle,
    guests: readGuests(flags),
    repeats: countOf(flags.repeat, '--repeat', 1_000),
    settings: await readRunSettings(flags),
  };
  const { choice, isWhole } = await readPartFlags(flags);
  const declared = await Promise.all(suite.map(scenarioFacts));
  const { settings, repeats } = asked;
  const campaign = describeCampaign(
    { ...settings, version: await readVersion() },
    [repeats, settings.server],
    [...declared, bundle && bundleFacts(bundle)],
  );
  for (const [name, isOn] of Object.entries({ '--resume': flags.resume, '--keep-machine': flags.keepMachine }))
    if (isOn && flags.submit !== undefined)
      throw usageError('SUBMIT_FLAGS', `--submit cannot be used with ${name}.`, 'Leave one of them out.');
  if (flags.resume && flags.store === undefined)
    throw usageError('RESUME_ALONE', '--resume must be used with --store.', 'Name the store that the run added to.');
  const cells = await listRunCells(asked, settings.machine.ownName);
  const kept = flags.resume && flags.store !== undefined ? await findKept(flags.store, campaign) : [];
  const part = leaveOutKept(choosePart(cells, campaign, choice), kept);
  const drills = asked.scenarios.length * asked.guests.length * repeats;
  if (flags.keepMachine && drills !== 1) {
    const message = `--keep-machine must be used with a single drill (got ${drills}).`;
    throw usageError('KEEP_ONE', message, 'Name one scenario, and leave out --repeat and further guests.');
  }
  return { ...asked, cells, campaign, choice, part, isWhole, kept };
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
  { runs, part, failure, saver }: DrilledSuite,
  isWhole: boolean,
  flags: RunFlags,
  reporters: readonly Reporter[],
): Promise<Conclusion> {
  const past = pastOf(flags);
  // The shards of a suite are one run: `merge` compares it with the past, and adds it to the history.
  const compared = isWhole ? await markDrifts(runs, past) : runs;
  const shard = isWhole || !part ? undefined : shardOf(part);
  const judged = summarize(compared, await readHostFacts(), { at: new Date().toISOString(), shard, part });
  // A suite that was broken off is not green; a claim that failed before stays failed. Where nothing was missing, nothing was to do.
  const exitCode = failure === undefined ? (part?.own.length === 0 ? 0 : judged.exitCode) : judged.exitCode || 2;
  const summary = { ...judged, exitCode };
  // Apart from the results, which may be those of a reporter for programs.
  if (flags.timings) guardedStderr().write(renderTimings(summary.runs, chooseStyle(process.stderr, process.env)));
  const text = () => printResults(findPrintedReporter(flags.printed, reporters), summary);
  const files = rememberAndReport(summary, flags.reports, isWhole ? past.history : undefined, reporters);
  const { store } = flags;
  if (store !== undefined) files.unshift(() => saver.saveRest(store));
  return { document: documentOf(summarySchema, summary), text, exitCode: summary.exitCode, failure, files };
}

/** What earlier versions read of a part. */
function shardOf({ index, of, own, drills }: RunPart): Shard {
  const keys = new Set(own);
  return { index, of, own: drills.filter((planned) => keys.has(runCellKey(planned))), suite: drills };
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
