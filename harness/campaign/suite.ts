import type { Bundle } from '../bundle/bundle.js';
import { usageError } from '../core/errors.js';
import { fitTo } from '../drill/fit.js';
import type { PlannedDrill } from '../drill/plan.js';
import { HEADROOM } from '../drill/scale.js';
import { otherBundle, type Scenario } from '../drill/scenario.js';
import { readAvailableBytes } from '../machine/free-memory.js';
import type { MachineSpec } from '../machine/machine.js';
import { CAPABILITY_MISSING, summarizeFailed } from '../verdict/summarize.js';
import type { RunSummary } from '../verdict/summary.js';
import type { DrillContext } from './context.js';
import { drillSecondTry, makeRunDir, specOf, withMachine } from './on-machine.js';
import { runInParallel } from './parallel.js';
import { createPlanner, type Planner } from './planner.js';
import { planSnapshots } from './snapshots.js';

export interface SuiteOptions {
  readonly scenarios: readonly Scenario[];
  /** Names of the guest images. */
  readonly guests: readonly string[];
  /** Replaces each scenario's own bundle where it fits. */
  readonly bundle?: Bundle | undefined;
  /** How often each scenario is drilled; 1 by default. */
  readonly repeats?: number | undefined;
  /** Called with each drill's result as it comes. */
  readonly onRun?: (run: RunSummary) => void;
}

/**
 * Drills every scenario on every guest. Usage errors are thrown before any machine starts; a later error ends only its
 * own drill, and is part of its result. A drill that the host spoiled is repeated when no other drill runs, and
 * fewer run at the same time from then on.
 *
 * @throws OomdrillError `JOBS_KIND`, and those of `createPlanner`
 */
export async function runSuite(context: DrillContext, options: SuiteOptions): Promise<RunSummary[]> {
  const { repeats = 1 } = options;
  const { jobs, machine } = context;
  if (jobs > 1 && !machine.capabilities.parallel)
    throw usageError('JOBS_KIND', `A machine of kind ${machine.name} runs one drill at a time.`, 'Leave out --jobs.');
  const plan = await createPlanner(context);
  const { plans, unfit } = await planAll(options, plan);
  const runs: RunSummary[] = [];
  const addRun = (run: RunSummary) => {
    runs.push(run);
    options.onRun?.(run);
  };
  for (const guest of options.guests) {
    for (const one of unfit) addRun(summarizeUnfit(one, guest, context, options.bundle));
  }
  if (plans.length === 0) return runs;
  const runDir = await makeRunDir(context.outDir);
  for (const guestName of options.guests) {
    for (const [spec, group] of groupBySpec(guestName, plans)) {
      const drills = Array.from({ length: repeats }, (_, round) =>
        group.map((plan) => ({ plan, suffix: round === 0 ? '' : `-${round + 1}` })),
      ).flat();
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
          else addRun(run);
          return run.spoiledByHost ? 'too-little' : 'enough';
        };
        const sayFewer = (most: number) =>
          context.progress(`this machine has no room for more: from now on ${most} at the same time`);
        await runInParallel(parallelDrills, drills, drillNext, sayFewer);
        for (const first of spoiled) addRun(await drillSecondTry(drillOne, first, context));
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
    guest,
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
