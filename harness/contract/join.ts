import { usageError } from '../core/errors.js';
import type { Mutant } from '../mutate/mutant.js';
import { type MutantResult, type Trial, withoutAlarms } from '../mutate/trial.js';
import { type BandMap, computeBand, type SweptRow } from '../verdict/band.js';
import {
  type CampaignPart,
  checkSameCampaign,
  findMissingCells,
  type MissingCell,
  type ReadPart,
} from '../verdict/part.js';
import { type Answer, compareAnswers, judgeSafety, SAFETY_EXIT_CODES } from '../verdict/safety.js';
import type { RunSummary } from '../verdict/summary.js';
import type { BandMapDocument } from './band-map.js';
import { fromJsonLimit } from './limits.js';
import type { PartDocument } from './parts.js';
import type { Validated } from './validation.js';

// Joins the results of a campaign's parts into those of one machine, in whatever order they come, and however often.

type Documents<K extends PartDocument['kind']> = readonly Extract<PartDocument, { kind: K }>[];

/** What joins parts, and is part of every result. */
export interface Joined {
  readonly parts: readonly ReadPart[];
  readonly missing: readonly MissingCell[];
  /** The whole as the one part of itself, so that it can be joined again. */
  readonly part: CampaignPart | undefined;
}

/** @throws OomdrillError `SHARDS_DIFFER` */
function joinCells(documents: readonly { readonly part: ReadPart }[]): Joined {
  const parts = documents.map(({ part }) => part);
  checkSameCampaign(parts);
  const missing = findMissingCells(parts);
  const [first] = parts;
  if (!first?.part.campaign) return { parts, missing, part: undefined };
  const lost = new Set(missing.map(({ key }) => key));
  const keys = first.part.cells.map(({ key }) => key);
  const part: CampaignPart = {
    index: 1,
    of: 1,
    campaign: first.part.campaign,
    cells: first.part.cells.map((cell) => ({ ...cell, shard: 1 })),
    own: keys,
    done: keys.filter((key) => !lost.has(key)),
    errors: Object.fromEntries(missing.map(({ key, why }) => [key, why])),
  };
  return { parts, missing, part };
}

/** @throws OomdrillError `SHARDS_DIFFER` where parts were drilled at several scales */
export function joinMaps(documents: Documents<'map'>): { map: BandMap; joined: Joined } {
  const joined = joinCells(documents);
  const [first] = checkScales(documents.map(({ part, document }) => ({ path: part.path, ...document })));
  if (!first) throw new Error('there is no map');
  const points = distinctBy(
    documents.flatMap(({ document }) => document.points),
    ({ run }) => identityOf(run),
  );
  const { bundle, scale, precision } = first;
  const { max, high, swapMax } = first.limits;
  const limits = { max, high: fromJsonLimit(high), swapMax: fromJsonLimit(swapMax) };
  const band = computeBand(points, max);
  const map: BandMap = { bundle, scale, limits, precision, band, points };
  return { map: joined.missing.length === 0 ? map : { ...map, unfinished: true }, joined };
}

/** @throws OomdrillError `SHARDS_DIFFER` where parts were drilled at several scales */
export function joinSweeps(documents: Documents<'sweep'>): {
  bundle: string;
  setting: string;
  rows: SweptRow[];
  joined: Joined;
} {
  const joined = joinCells(documents);
  checkScales(
    documents.flatMap(({ part, document }) =>
      document.rows.flatMap(({ map }) => (map ? { path: part.path, ...map } : [])),
    ),
  );
  const [first] = documents;
  if (!first) throw new Error('there is no sweep');
  const { bundle, setting } = first.document;
  const nameOf = (value: string) =>
    joined.parts[0]?.part.cells.findIndex(({ key }) => key.includes(`+${setting}=${value} `)) ?? 0;
  // A map that is complete comes before one that is not.
  const rows = documents
    .flatMap(({ document }) => document.rows)
    .sort((a, b) => nameOf(a.value) - nameOf(b.value) || Number(a.error !== undefined) - Number(b.error !== undefined));
  const kept = distinctBy(rows, ({ value }) => value).map(({ value, map, error }) => ({
    value,
    ...(map ? { map: toBandMap(map) } : {}),
    ...(error ? { error } : {}),
  }));
  return { bundle, setting, rows: kept, joined };
}

function toBandMap({ schema: _, drifts: __, part: ___, limits, unfinished, ...map }: BandMapDocument): BandMap {
  const { max, high, swapMax } = limits;
  const whole = { ...map, limits: { max, high: fromJsonLimit(high), swapMax: fromJsonLimit(swapMax) } };
  return unfinished ? { ...whole, unfinished } : whole;
}

/** @throws OomdrillError `SHARDS_DIFFER` where parts were drilled at several scales */
export function joinValidations(documents: Documents<'validation'>): { validated: Validated; joined: Joined } {
  const joined = joinCells(documents);
  checkScales(documents.map(({ part, document }) => ({ path: part.path, scale: document.scale })));
  const [first] = documents;
  if (!first) throw new Error('there is no validation');
  const { candidate, warnings, findings, caveats, difference, scale } = first.document;
  const { unit = 'the serving unit', oomPolicy, high, max, swapMax, ...host } = candidate;
  const ranks = joined.parts[0]?.part.cells.map(({ key }) => key) ?? [];
  const answers = joinAnswers(
    documents.map(({ document }) => document.answers),
    ranks,
  );
  const before = joinAnswers(
    documents.map(({ document }) => document.baseline ?? []),
    ranks,
  );
  const judged = judgeSafety(answers, joined.missing.length === 0);
  const validated: Validated = {
    ...judged,
    unit,
    limits: { high: fromJsonLimit(high), max: fromJsonLimit(max), swapMax: fromJsonLimit(swapMax) },
    oomPolicy,
    host,
    scale,
    answers,
    warnings,
    findings,
    caveats,
    difference,
    comparison: before.length > 0 ? compareAnswers(before, answers) : undefined,
    baseline: before.length > 0 ? before : undefined,
    durationMs: documents.reduce((sum, { document }) => sum + document.durationMs, 0),
    exitCode: SAFETY_EXIT_CODES[judged.safety] || (joined.missing.length > 0 ? 2 : 0),
    part: joined.part,
  };
  return { validated, joined };
}

type StoredAnswer = Answer & { readonly name: string };

/** In the order of the questions; an answer of a question that follows from another one stays behind that. */
function joinAnswers(parts: readonly (readonly StoredAnswer[])[], keys: readonly string[]): Answer[] {
  const ranked = parts.flatMap((answers) => {
    let rank = 0;
    return answers.map(({ name, ...answer }) => {
      const found = keys.findIndex((key) => key.startsWith(`${name} of `));
      if (found >= 0) rank = found;
      return { rank, answer: { ...answer, question: name } };
    });
  });
  const all = distinctBy(ranked, ({ answer }) => identityOf(answer.run));
  // An error that broke a drill off is not an answer where there is one.
  const answered = new Set(all.flatMap(({ answer }) => (isBroken(answer.run) ? [] : [placeOf(answer)])));
  return all
    .filter(({ answer }) => !isBroken(answer.run) || !answered.has(placeOf(answer)))
    .sort((a, b) => a.rank - b.rank)
    .map(({ answer }) => answer);
}

const placeOf = ({ question, placeIndex }: Answer): string => `${question} ${placeIndex}`;
const isBroken = ({ verdict }: Pick<RunSummary, 'verdict'>): boolean => verdict === 'error';

/**
 * A scenario that the unbroken bundle does not pass says nothing of a mutant, also where another machine found that out: then the mutant is
 * undecided, where one machine alone would have tried its next scenario.
 *
 * @param mutants all of them, in their order
 */
export function joinMutations(
  documents: Documents<'mutation'>,
  mutants: readonly Mutant[],
): { bundle: string; baseline: Trial[]; results: MutantResult[]; joined: Joined } {
  const joined = joinCells(documents);
  const trials = distinctBy(
    documents.flatMap(({ document }) => document.baseline),
    (trial) => trial.record ?? JSON.stringify(trial),
  );
  const ended = new Set(trials.flatMap((trial) => (isBroken(trial) ? [] : [trial.scenario])));
  const keys = joined.parts[0]?.part.cells.map(({ key }) => key) ?? [];
  const rank = ({ scenario }: Trial) => keys.findIndex((key) => key.startsWith(`unbroken: ${scenario} of `));
  const baseline = trials
    .filter((trial) => !isBroken(trial) || !ended.has(trial.scenario))
    .sort((a, b) => rank(a) - rank(b));
  const byName = new Map<string, MutantResult>();
  for (const { document } of documents)
    for (const { name, fate, why, trials } of document.mutants) {
      const mutant = mutants.find((one) => one.name === name);
      const known = byName.get(name);
      const isBetter = !known || (known.fate === 'undecided' && fate !== 'undecided');
      if (mutant && isBetter) byName.set(name, { mutant, fate, why, trials });
    }
  for (const { key, why } of joined.missing) {
    const mutant = mutants.find(({ name }) => key.startsWith(`${name} of `));
    if (mutant && !byName.has(mutant.name))
      byName.set(mutant.name, { mutant, fate: 'undecided', why: `${why}.`, trials: [] });
  }
  const results = mutants.flatMap(({ name }) => byName.get(name) ?? []);
  const bundle = documents[0]?.document.bundle ?? '';
  return { bundle, baseline, results: results.map((result) => withoutAlarms(result, baseline)), joined };
}

const identityOf = (run: RunSummary): string => run.id ?? JSON.stringify(run);

function distinctBy<T>(values: readonly T[], keyOf: (value: T) => string): T[] {
  const found = new Map<string, T>();
  for (const value of values) if (!found.has(keyOf(value))) found.set(keyOf(value), value);
  return [...found.values()];
}

/** Guests of different sizes would compare the sizes. */
function checkScales<T extends { readonly path: string; readonly scale: number }>(all: readonly T[]): readonly T[] {
  const [first, ...others] = all;
  const other = others.find(({ scale }) => scale !== first?.scale);
  if (!first || !other) return all;
  const message = `${first.path} and ${other.path} were drilled at different scales: 1/${first.scale} and 1/${other.scale}.`;
  throw usageError('SHARDS_DIFFER', message, 'Give all parts the same --scale.');
}
