import type { Bundle } from '../bundle/bundle.js';
import { measureTime } from '../core/clock.js';
import { OomdrillError } from '../core/errors.js';
import { MADE_LATER } from '../drill/begin.js';
import { differsInServingUnitAlone } from '../drill/only-serving-unit.js';
import type { PlannedDrill } from '../drill/plan.js';
import { type BrokenBundle, breakBundle, type Mutant } from '../mutate/mutant.js';
import { listFirstChoices, resultWithoutDrills, type Trial, type TrialOptions, tryMutants } from '../mutate/trial.js';
import type { Expectation } from '../record/schema.js';
import { cellKey } from '../verdict/part.js';
import { summarizeFailed } from '../verdict/summarize.js';
import { findScenarios } from './catalogue.js';
import type { DrillContext } from './context.js';
import { drillWithSecondTry, makeRunDir, specOf, withMachine } from './on-machine.js';
import { createPlanner } from './planner.js';
import { type ExpectedCell, estimateCost } from './shard.js';
import { MADE_FOR_SERVER } from './snapshots.js';

export interface MutateOptions extends TrialOptions {
  /** The bundle to break, at real scale. */
  readonly bundle: Bundle;
  readonly mutants: readonly Mutant[];
  /** Name of the guest image. */
  readonly guest: string;
  /** The keys of the cells that are drilled; all if absent. */
  readonly own?: ReadonlySet<string> | undefined;
}

type Mutation = Pick<MutateOptions, 'bundle' | 'mutants' | 'guest' | 'baselineRounds'>;

/** The key of the cell of a mutant. */
export const mutantKey = ({ name }: Pick<Mutant, 'name'>, { bundle, guest }: Pick<Mutation, 'bundle' | 'guest'>) =>
  cellKey(name, bundle.name, guest);

/** The key of the cell that shows whether the unbroken bundle passes a scenario. */
export const unbrokenKey = (scenario: string, { bundle, guest }: Pick<Mutation, 'bundle' | 'guest'>) =>
  cellKey(`unbroken: ${scenario}`, bundle.name, guest);

/**
 * Lists the cells of a mutation run: the drills of the unbroken bundle by each scenario that a mutant begins with, and each mutant that
 * applies. Most mutants take one drill.
 */
export async function listMutationCells(options: Mutation): Promise<ExpectedCell[]> {
  const applied = options.mutants.map((mutant) => breakBundle(options.bundle, mutant)).filter(({ bundle }) => bundle);
  const first = listFirstChoices(applied);
  const scenarios = await findScenarios(first);
  const costOf = (name: string, times = 1) =>
    estimateCost(
      scenarios.filter((scenario) => scenario.name === name),
      times,
    );
  const rounds = options.baselineRounds;
  const unbroken = rounds === 0 ? [] : first;
  return [
    ...unbroken.map((name) => ({ key: unbrokenKey(name, options), ...costOf(name, rounds) })),
    ...applied.map(({ mutant }) => ({ key: mutantKey(mutant, options), ...costOf(mutant.noticedBy[0]) })),
  ];
}

/**
 * Breaks a bundle in one place at a time and drills the scenarios that should notice it, all on one kind of machine.
 *
 * @throws OomdrillError for a bundle on which the scenarios cannot be drilled even unbroken
 */
export async function mutate(context: DrillContext, options: MutateOptions): Promise<void> {
  const { bundle, guest, own } = options;
  const { mutants, trial } = own ? choose(own, options) : { mutants: options.mutants, trial: options };
  const all = mutants.map((mutant) => breakBundle(bundle, mutant));
  const plan = await createPlanner(context);
  const ofMutants = all.flatMap((broken) => (broken.bundle ? broken.mutant.noticedBy : []));
  const names = [...new Set([...(trial.unbroken ?? []), ...ofMutants])];
  const plans = new Map<string, PlannedDrill>();
  for (const scenario of await findScenarios(names)) plans.set(scenario.name, withClaim(await plan(scenario, bundle)));
  const [first] = plans.values();
  if (first === undefined) {
    for (const broken of all) options.onMutant(resultWithoutDrills(broken));
    return;
  }
  const planBroken = async (original: PlannedDrill, { bundle }: BrokenBundle): Promise<PlannedDrill> => ({
    ...(await plan(original.scenario, bundle)),
    changedFrom: bundle && differsInServingUnitAlone(options.bundle, bundle) ? original : undefined,
  });
  const runDir = await makeRunDir(context.outDir, 'mutate');
  // A mutant of the serving unit begins with the guest of the unbroken bundle.
  const uses = ({ scenario: { name } }: PlannedDrill) =>
    options.baselineRounds + all.filter(({ bundle, mutant }) => bundle && mutant.noticedBy.includes(name)).length;
  const snapshotsFor = (planned: PlannedDrill) => (uses(planned) > 1 ? MADE_FOR_SERVER : MADE_LATER);
  await withMachine(context, specOf(guest, first), { runDir, snapshotsFor }, async (drillOne) => {
    const drill = async (name: string, broken: BrokenBundle | undefined, round: number): Promise<Trial> => {
      const original = plans.get(name);
      if (!original) throw new Error(`${name} was not planned`);
      const { value, ms } = await measureTime(async () => {
        const planned = broken ? await planBroken(original, broken).catch(summarizeError) : original;
        if ('verdict' in planned) return { ...planned, record: null };
        const suffix = `-${broken?.mutant.name ?? 'baseline'}${round === 1 ? '' : `-${round}`}`;
        return drillWithSecondTry(drillOne, planned, suffix, context);
      });
      const { verdict, outcome, reasons, record } = value;
      const { outcomes: expected } = original.scenario.expect;
      return { scenario: name, verdict, outcome, expected, reasons, record, ms };
    };
    await tryMutants(all, drill, trial);
  });
}

/** What of a mutation run is done for these cells. What other cells are to show of the unbroken bundle is taken as shown. */
function choose(own: ReadonlySet<string>, options: MutateOptions): { mutants: readonly Mutant[]; trial: TrialOptions } {
  const broken = options.mutants.map((mutant) => breakBundle(options.bundle, mutant));
  const first = listFirstChoices(broken);
  const isOwn = (scenario: string) => own.has(unbrokenKey(scenario, options));
  const [unbroken, elsewhere] = [first.filter(isOwn), first.filter((scenario) => !isOwn(scenario))];
  return {
    mutants: broken
      .filter(({ mutant, bundle }) => !bundle || own.has(mutantKey(mutant, options)))
      .map(({ mutant }) => mutant),
    trial: { ...options, unbroken, provedElsewhere: new Set(options.baselineRounds === 0 ? [] : elsewhere) },
  };
}

/** A mutant that makes the bundle impossible to drill is undecided; the others continue. */
function summarizeError(thrown: unknown) {
  if (!(thrown instanceof OomdrillError)) throw thrown;
  return summarizeFailed(thrown.toJSON());
}

/**
 * Adds the claim of the unbroken bundle: memory and swap stay within its limits, whatever limits the broken bundle has.
 */
function withClaim(plan: PlannedDrill): PlannedDrill {
  const { scenario } = plan;
  const limits = plan.injections.at(-1)?.limitedUnit.limits;
  if (!limits) return plan;
  const { max, swapMax } = limits;
  const expect: Expectation = { ...scenario.expect };
  if (Number.isFinite(max)) expect.withinBytes = max;
  if (Number.isFinite(swapMax)) expect.swapWithinBytes = swapMax;
  return { ...plan, scenario: { ...scenario, expect } };
}
