import { bandMapSchema, createBandMapDocument } from '../contract/band-map.js';
import { type Joined, joinMaps, joinMutations, joinSweeps, joinValidations } from '../contract/join.js';
import type { PartDocument } from '../contract/parts.js';
import { createValidationDocument, validationSchema } from '../contract/validation.js';
import { type OomdrillError, usageError } from '../core/errors.js';
import { say } from '../core/say.js';
import { MUTANTS } from '../mutate/mutants.js';
import { renderBandMap } from '../report/band.js';
import { chooseStyle } from '../report/layout.js';
import { findPrintedReporter, type Reporter } from '../report/reporter.js';
import { renderValidation } from '../report/validation.js';
import { HOW_TO_MERGE, mergeShards } from '../verdict/merge.js';
import { type MissingCell, measureSpeeds, type ReadPart } from '../verdict/part.js';
import { summarySchema } from '../verdict/summary.js';
import { type Conclusion, conclude, documentOf } from './conclude.js';
import type { MergeFlags } from './declaration/merge.js';
import { concludeMap, concludeSweep } from './map.js';
import { concludeMutation } from './mutate.js';
import { printResults } from './print-results.js';
import { readParts } from './read-parts.js';
import { checkPast, markDrifts, pastOf, readPast, rememberAndReport } from './remember.js';

/** `oomdrill merge`: the results of a campaign's parts as those of one machine. A file that cannot be read counts as missing. */
export async function executeMerge(
  paths: readonly string[],
  flags: MergeFlags,
  reporters: readonly Reporter[],
): Promise<void> {
  await conclude(
    flags,
    async () => {
      await checkPast(flags);
      const { read, faults } = await readParts(paths);
      if (read.length === 0) throw unreadError(paths, faults);
      for (const fault of faults) say(fault.message);
      const inOrder = read.toSorted(
        (a, b) => a.part.part.index - b.part.part.index || (a.part.path < b.part.path ? -1 : 1),
      );
      return joinAll(inOrder, flags, reporters);
    },
    reporters,
  );
}

async function joinAll(
  all: readonly PartDocument[],
  flags: MergeFlags,
  reporters: readonly Reporter[],
): Promise<Conclusion> {
  const runs = ofKind(all, 'run');
  if (runs.length === all.length) return joinRuns(runs, flags, reporters);
  refuseReports(flags);
  const maps = ofKind(all, 'map');
  if (maps.length === all.length) return joinMapParts(maps, flags);
  const sweeps = ofKind(all, 'sweep');
  if (sweeps.length === all.length) {
    const { joined, ...sweep } = joinSweeps(sweeps);
    return withMissing(joined, concludeSweep({ ...sweep, part: joined.part }));
  }
  const validations = ofKind(all, 'validation');
  if (validations.length === all.length) {
    const { validated, joined } = joinValidations(validations);
    const document = documentOf(validationSchema, createValidationDocument(validated));
    const text = renderValidation(validated, chooseStyle(process.stdout, process.env).columns);
    return withMissing(joined, { document, text, exitCode: validated.exitCode });
  }
  const mutations = ofKind(all, 'mutation');
  if (mutations.length === all.length) {
    const { joined, ...mutation } = joinMutations(mutations, MUTANTS);
    return withMissing(joined, concludeMutation({ ...mutation, part: joined.part }));
  }
  const [one, other] = [all[0], all.find(({ kind }) => kind !== all[0]?.kind)];
  const message = `${one?.part.path} and ${other?.part.path} are not of one campaign: the first is of a ${one?.kind}, the other of a ${other?.kind}.`;
  throw usageError('SHARDS_DIFFER', message, 'Merge the results of one command at a time.');
}

const ofKind = <K extends PartDocument['kind']>(all: readonly PartDocument[], kind: K) =>
  all.filter((one): one is Extract<PartDocument, { kind: K }> => one.kind === kind);

async function joinRuns(
  all: ReturnType<typeof ofKind<'run'>>,
  flags: MergeFlags,
  reporters: readonly Reporter[],
): Promise<Conclusion> {
  const past = pastOf(flags);
  const merged = mergeShards(all.map(({ part }) => part));
  const summary = { ...merged.summary, runs: await markDrifts(merged.summary.runs, past) };
  sayMissing(merged.missing);
  saySpeeds(merged.parts);
  const reporter = findPrintedReporter(flags.printed, reporters);
  const text = () => printResults(reporter, summary);
  const files = rememberAndReport(summary, flags.reports, past.history, reporters, flags.store);
  return { document: documentOf(summarySchema, summary), text, exitCode: summary.exitCode, files };
}

async function joinMapParts(all: ReturnType<typeof ofKind<'map'>>, flags: MergeFlags): Promise<Conclusion> {
  const { map, joined } = joinMaps(all);
  const past = pastOf(flags);
  const [point] = map.points;
  if (map.unfinished || !point) {
    const document = documentOf(bandMapSchema, createBandMapDocument(map, undefined, joined.part));
    return withMissing(joined, { document, text: renderBandMap(map), exitCode: 2 });
  }
  const { guest, machine } = point.run;
  return withMissing(joined, concludeMap(map, { guest, machine }, { past, ...(await readPast(past)) }, joined.part));
}

/** Says what is missing. A campaign that is not whole is not green, whatever its parts say. */
function withMissing({ missing, parts }: Joined, conclusion: Conclusion): Conclusion {
  sayMissing(missing);
  saySpeeds(parts);
  return missing.length === 0 ? conclusion : { ...conclusion, exitCode: conclusion.exitCode || 2 };
}

/** More than this are counted, and not named. */
const MAX_NAMED = 20;

function sayMissing(missing: readonly MissingCell[]): void {
  for (const { key, why } of missing.slice(0, MAX_NAMED)) say(`missing: ${key}: ${why}`);
  if (missing.length > MAX_NAMED) say(`${missing.length - MAX_NAMED} further cells are missing`);
  if (missing.length > 0) say('`--only-missing` with these files drills what is missing');
}

/** Two machines that differ by less finish together anyway. Factor. */
const ALIKE = 1.15;

function saySpeeds(parts: readonly ReadPart[]): void {
  const speeds = measureSpeeds(parts);
  const fastest = Math.max(...speeds.map(({ speed }) => speed));
  if (speeds.length < 2 || speeds.length !== parts[0]?.part.of) return;
  if (speeds.every(({ speed }) => fastest / speed < ALIKE)) return;
  const list = speeds.map(({ speed }) => (speed / fastest).toPrecision(2).replace(/\.?0+$/, ''));
  say(`the machines were not equally fast: next time give each shard --speeds ${list.join(',')}, or these results`);
}

/** Reports are of drills of scenarios. @throws OomdrillError `MERGE_REPORTS` */
function refuseReports({ reports, printed }: MergeFlags): void {
  const [name] = Object.keys(reports).filter((one) => reports[one] !== undefined);
  const given = name ?? printed;
  if (given === undefined) return;
  throw usageError('MERGE_REPORTS', `--${given} can only be used with results of \`oomdrill run\`.`, 'Leave it out.');
}

/** Without any result there is nothing to report: the reasons are then the error itself, which `--json` writes as well. */
function unreadError(paths: readonly string[], faults: readonly OomdrillError[]): OomdrillError {
  // A file of a later version, or one that does not say of what it is a part, is what was asked for: only its own hint helps.
  const own = faults.find(({ code }) => code === 'FORMAT_NEWER' || code === 'SHARD_NO_SHARD');
  if (own) return own;
  if (faults.length === 0)
    return usageError('SHARD_NONE', `There is no .json file in ${paths.join(', ')}.`, HOW_TO_MERGE);
  const reasons = faults.map(({ message }) => message.replace(/\.$/, '')).join('; ');
  return usageError('SHARD_NONE', `No result of a shard could be read: ${reasons}.`, HOW_TO_MERGE);
}
