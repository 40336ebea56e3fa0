import type { Bundle } from '../bundle/bundle.js';
import { usageError } from '../core/errors.js';
import { fitTo } from '../drill/fit.js';
import type { PlannedDrill } from '../drill/plan.js';
import { HEADROOM } from '../drill/scale.js';
import { otherBundle, type Scenario } from '../drill/scenario.js';
import { readAvailableBytes } from '../machine/free-memory.js';
import type { MachineSpec } from '../machine/machine.js';
import { type Cost, runCellKey } from '../verdict/part.js';
import { CAPABILITY_MISSING, summarizeFailed } from '../verdict/summarize.js';
import type { Planned, RunSummary } from '../verdict/summary.js';
import type { DrillContext } from './context.js';
import { type HostNeeds, needsOf } from './needs.js';
import { drillSecondTry, makeRunDir, specOf, withMachine } from './on-machine.js';
import { runInParallel } from './parallel.js';
import { createPlanner, type Planner } from './planner.js';
import { type ExpectedCell, estimateCost } from './shard.js';
import { planSnapshots } from './snapshots.js';

export interface SuiteOptions {
  readonly scenarios: readonly Scenario[];
  /** Names of the guest images. */
  readonly guests: readonly string[];
  /** Replaces each scenario's own bundle where it fits. */
  readonly bundle?: Bundle | undefined;
  /** How often each scenario is drilled; 1 by default. */
  readonly repeats?: number | undefined;
  /** The keys of the cells that are drilled; all if absent. */
  readonly own?: ReadonlySet<string> | undefined;
  /** Called with each drill's result as it comes. */
  readonly onRun?: (run: RunSummary) => void | Promise<void>;
}

/**
 * Drills every scenario on every guest. Usage errors are thrown before any machine starts; a later error ends only its
 * own drill, and is part of its result. A drill that the host spoiled is repeated when no other drill runs, and
 * fewer run at the same time from then on.
 *
 * @throws OomdrillError `JOBS_KIND`, and those of `createPlanner`
 */
export async function runSuite(context: DrillContext, options: SuiteOptions): Promise<RunSummary[]> {
  const { repeats = 1, own } = options;
  const { jobs, machine } = context;
  const isOwn = (scenario: string, guest: string, round: number) =>
    own === undefined || own.has(runCellKey({ scenario, guest: machine.ownName ?? guest }, round));
  if (jobs > 1 && !machine.capabilities.parallel)
    throw usageError('JOBS_KIND', `A machine of kind ${machine.name} runs one drill at a time.`, 'Leave out --jobs.');
  const plan = await createPlanner(context);
  const { plans, unfit } = await planAll(options, plan);
  const runs: RunSummary[] = [];
  const addRun = async (run: RunSummary) => {
    runs.push(run);
    await options.onRun?.(run);
  };
  for (const guest of options.guests) {
    for (const one of unfit)
      if (isOwn(one.scenario.name, guest, 1)) await addRun(summarizeUnfit(one, guest, context, options.bundle));
  }
  if (plans.length === 0) return runs;
  const runDir = await makeRunDir(context.outDir);
  for (const guestName of options.guests) {
    for (const [spec, group] of groupBySpec(guestName, plans)) {
      const drills = Array.from({ length: repeats }, (_, round) =>
        group
          .filter(({ scenario }) => isOwn(scenario.name, guestName, round + 1))
          .map((plan) => ({ plan, suffix: round === 0 ? '' : `-${round + 1}` })),
      ).flat();
      if (drills.length === 0) continue;
      const parallelDrills = await limitJobs(jobs, spec);
      const snapshotsFor = await planSnapshots(
        drills.map(({ plan }) => plan),
        context,
      );
      await withMachine(context, spec, { runDir, snapshotsFor }, async (drillOne) => {
        const spoiled: { plan: PlannedDrill; suffix: string; run: RunSummary }[] = [];
        const drillNext = async ({ plan, suffix }: (typeof drills)[number]) => {
          const run = await drillOne(plan, suffix);
          if (run.spoiledByHost) spoiled.push({ plan, suffix, run });
          else await addRun(run);
          return run.spoiledByHost ? 'too-little' : 'enough';
        };
        const sayFewer = (most: number) =>
          context.progress(`this machine has no room for more: from now on ${most} at the same time`);
        await runInParallel(parallelDrills, drills, drillNext, sayFewer);
        for (const first of spoiled) await addRun(await drillSecondTry(drillOne, first, context));
      });
    }
  }
  return runs;
}

/**
 * Lowers the number of jobs to what fits into this host's free memory; at least 1, because the scale was chosen for 1.
 */
async function limitJobs(jobs: number, spec: MachineSpec): Promise<number> {
  const free = await readAvailableBytes();
  return Math.max(1, Math.min(jobs, Math.floor(free / (spec.memoryBytes + HEADROOM))));
}

/** A scenario that does not apply to the given bundle, and why. */
interface Unfit {
  readonly scenario: Scenario;
  readonly reason: string;
}

/** What says that it does not apply takes next to nothing; with nothing at all, one shard would get all of them. */
const UNFIT_SECONDS = 0.001;

/**
 * Lists the cells of a run: each scenario on each guest, as often as it is drilled. One that does not apply to the bundle takes no
 * time.
 */
export async function listRunCells(
  { scenarios, guests, bundle, repeats = 1 }: SuiteOptions,
  ownName?: string,
): Promise<ExpectedCell[]> {
  const costs: { scenario: string; cost: Cost; rounds: number }[] = [];
  for (const scenario of scenarios) {
    const isUnfit = bundle !== undefined && 'unfit' in fitTo(bundle, scenario, await scenario.bundle.load());
    const [cost, rounds] = isUnfit ? [{ seconds: UNFIT_SECONDS }, 1] : [estimateCost([scenario]), repeats];
    costs.push({ scenario: scenario.name, cost, rounds });
  }
  return guests.flatMap((guest) =>
    costs.flatMap(({ scenario, cost, rounds }) =>
      Array.from({ length: rounds }, (_, index) => ({
        key: runCellKey({ scenario, guest: ownName ?? guest }, index + 1),
        ...cost,
      })),
    ),
  );
}

/** Finds what the drills of a run need, so many at a time as the context says. @throws OomdrillError those of `createPlanner` */
export async function findSuiteNeeds(context: DrillContext, options: SuiteOptions): Promise<HostNeeds> {
  const { plans } = await planAll(options, await createPlanner(context));
  return needsOf(plans, context.jobs);
}

/** The drills of a run in the terms of their results: each scenario on each guest. @throws OomdrillError those of `createPlanner` */
export async function describeSuite(context: DrillContext, options: SuiteOptions): Promise<Planned[]> {
  const { name: machine, ownName } = context.machine;
  const { plans } = await planAll(options, await createPlanner(context));
  const scales = new Map(plans.map(({ scenario, scale }) => [scenario.name, scale]));
  return options.guests.flatMap((guest) =>
    options.scenarios.map(({ name, control, expect }) => ({
      scenario: name,
      guest: ownName ?? guest,
      machine,
      scale: scales.get(name) ?? 1,
      control,
      expected: [...expect.outcomes],
    })),
  );
}

/** Plans each scenario on its own bundle, or on the given bundle if it fits. */
async function planAll({ scenarios, bundle }: SuiteOptions, plan: Planner) {
  const plans: PlannedDrill[] = [];
  const unfit: Unfit[] = [];
  for (const scenario of scenarios) {
    if (!bundle) {
      plans.push(await plan(scenario));
      continue;
    }
    const fitted = fitTo(bundle, scenario, await scenario.bundle.load());
    if ('unfit' in fitted) unfit.push({ scenario, reason: fitted.unfit });
    else plans.push(await plan(fitted.scenario, bundle));
  }
  return { plans, unfit };
}

/** The result of a scenario that was not drilled, with the reason. */
function summarizeUnfit(
  { scenario, reason }: Unfit,
  guest: string,
  { machine }: DrillContext,
  bundle: Bundle | undefined,
): RunSummary {
  const { name, control, expect } = scenario;
  return {
    scenario: name,
    guest: machine.ownName ?? guest,
    machine: machine.name,
    accelerator: 'none',
    scale: 1,
    control,
    expected: [...expect.outcomes],
    bundle: bundle && otherBundle(scenario, bundle),
    ...summarizeFailed({ code: CAPABILITY_MISSING, message: reason }),
    record: null,
  };
}

/** Groups the drills that can share a machine; their order within a group stays. */
function groupBySpec(guest: string, plans: readonly PlannedDrill[]): [MachineSpec, PlannedDrill[]][] {
  const groups = new Map<string, [MachineSpec, PlannedDrill[]]>();
  for (const plan of plans) {
    const spec = specOf(guest, plan);
    const key = JSON.stringify(spec);
    const group = groups.get(key) ?? [spec, []];
    group[1].push(plan);
    groups.set(key, group);
  }
  return [...groups.values()];
}
