import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { assets } from '../core/assets.js';
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
import { drillSecondTry, makeRunDir, onOneMachine, specOf } from './on-machine.js';
import { inParallel } from './parallel.js';
import { createPlanner, type Planner } from './planner.js';

export interface SuiteOptions {
  readonly scenarios: readonly Scenario[];
  /** The names of the guests that are drilled on. */
  readonly guests: readonly string[];
  /** Drilled in the place of each scenario's own, as far as it applies. */
  readonly bundle?: Bundle | undefined;
  /** How often each scenario is drilled; once when absent. */
  readonly repeats?: number | undefined;
  /** Told of each drill's result as it comes. */
  readonly onRun?: (run: RunSummary) => void;
}

/**
 * Drills every scenario on every guest. What the caller asked wrongly is thrown before any machine starts; an error in the middle
 * ends its own drill only, and stands in its result. A drill that the host spoiled is tried a second time, by itself.
 *
 * @throws OomdrillError `JOBS_KIND`, and what `planner` throws
 */
export async function runSuite(context: DrillContext, options: SuiteOptions): Promise<RunSummary[]> {
  const { repeats = 1 } = options;
  const { jobs, machine } = context;
  if (jobs > 1 && !machine.capabilities.parallel)
    throw usageError('JOBS_KIND', `A machine of kind ${machine.name} takes one drill at a time.`, 'Leave out --jobs.');
  const plan = await createPlanner(context);
  const { plans, unfit } = await planAll(options, plan);
  const runs: RunSummary[] = [];
  const tell = (run: RunSummary) => {
    runs.push(run);
    options.onRun?.(run);
  };
  for (const guest of options.guests) {
    for (const one of unfit) tell(unfitSummary(one, guest, context, options.bundle));
  }
  if (plans.length === 0) return runs;
  const runDir = await makeRunDir(context.outDir);
  for (const guestName of options.guests) {
    for (const [spec, group] of bySpec(guestName, plans)) {
      const drills = Array.from({ length: repeats }, (_, round) =>
        group.map((plan) => ({ plan, suffix: round === 0 ? '' : `-${round + 1}` })),
      ).flat();
      const places = await admitDrills(jobs, spec);
      await onOneMachine(context, spec, runDir, async (drillOne) => {
        const spoiled: { plan: PlannedDrill; suffix: string; run: RunSummary }[] = [];
        await inParallel(places, drills, async ({ plan, suffix }) => {
          const run = await drillOne(plan, suffix);
          if (run.spoiledByHost) spoiled.push({ plan, suffix, run });
          else tell(run);
        });
        for (const first of spoiled) tell(await drillSecondTry(drillOne, first, context.progress));
      });
    }
  }
  return runs;
}

/** How many of so many guests fit into what memory is free on this host; at least the one, for which its scale was chosen. */
async function admitDrills(jobs: number, spec: MachineSpec): Promise<number> {
  const free = await readAvailableBytes();
  return Math.max(1, Math.min(jobs, Math.floor(free / (spec.memoryBytes + HEADROOM))));
}

/** A scenario that says nothing on the bundle at hand, and why. */
interface Unfit {
  readonly scenario: Scenario;
  readonly why: string;
}

/** Plans each scenario on its own bundle; or on the one that was handed in, where it applies. */
async function planAll({ scenarios, bundle }: SuiteOptions, plan: Planner) {
  const plans: PlannedDrill[] = [];
  const unfit: Unfit[] = [];
  for (const scenario of scenarios) {
    if (!bundle) {
      plans.push(await plan(scenario));
      continue;
    }
    const fitted = fitTo(bundle, scenario, await loadBundle(assets.bundle(scenario.bundle)));
    if ('unfit' in fitted) unfit.push({ scenario, why: fitted.unfit });
    else plans.push(await plan(fitted.scenario, bundle));
  }
  return { plans, unfit };
}

/** A scenario that was not drilled has a result too, which says why. */
function unfitSummary(
  { scenario, why }: Unfit,
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
    ...summarizeFailed({ code: CAPABILITY_MISSING, message: why }),
    record: null,
  };
}

/** Drills that can share a machine, together; the order within stays. */
function bySpec(guest: string, plans: readonly PlannedDrill[]): [MachineSpec, PlannedDrill[]][] {
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
