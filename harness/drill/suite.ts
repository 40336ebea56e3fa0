import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { parseBytes } from '../core/bytes.js';
import { machineError, messageOf, OomdrillError, usageError } from '../core/errors.js';
import { askHost, type BorrowableHost, hostSource } from '../machine/host/source.js';
import type { Ledger } from '../machine/ledger.js';
import type { GuestName, Machine, MachineKind, MachineSource, MachineSpec, Progress } from '../machine/machine.js';
import { qemuSource } from '../machine/qemu/source.js';
import { vagrantSource } from '../machine/vagrant/source.js';
import { hostFacts } from '../observe/host.js';
import { readRecord } from '../record/reader.js';
import type { Entry, Watchdog } from '../record/schema.js';
import { brokenOff, CAPABILITY_MISSING, summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary } from '../verdict/summary.js';
import { withoutCompany } from './company.js';
import { drill, makeOutDir } from './drill.js';
import { fitTo } from './fit.js';
import { bundlesDir } from './named-bundle.js';
import { inParallel } from './parallel.js';
import { type PlannedDrill, planDrill } from './plan.js';
import { HEADROOM } from './scale.js';
import type { Scenario } from './scenario.js';

/** As many as the incident's two busiest parties need, and as a small CI runner has. */
const GUEST_CPUS = 2;

/** What a drill is carried out on and with, whichever it is. */
export interface MachineOptions {
  readonly machine: MachineKind;
  /** For the kind `ssh`: whose host is borrowed. */
  readonly host?: BorrowableHost | undefined;
  readonly scale: string;
  readonly watchdog: Watchdog;
  readonly server?: string | undefined;
  /** How many drills at a time; one when absent. */
  readonly jobs?: number | undefined;
  /** Folder that the run's folders are made in. */
  readonly outDir: string;
  readonly version: string;
  readonly ledger: Ledger;
  readonly progress: Progress;
  /** Told of each entry of a drill's record as it is written, for those who look on. */
  readonly onEntry?: ((scenario: string, entry: Entry) => void) | undefined;
  readonly signal: AbortSignal;
  readonly keep?: ((machine: Machine) => Promise<void>) | undefined;
}

export interface SuiteOptions extends MachineOptions {
  readonly scenarios: readonly Scenario[];
  readonly guests: readonly GuestName[];
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
export async function runSuite(options: SuiteOptions): Promise<RunSummary[]> {
  const { repeats = 1, jobs = 1 } = options;
  if (jobs > 1 && options.machine !== 'qemu')
    throw usageError(
      'JOBS_KIND',
      `A machine of kind ${options.machine} takes one drill at a time.`,
      'Leave out --jobs.',
    );
  const plan = await planner(options);
  const { plans, unfit } = await planAll(options, plan);
  const runs: RunSummary[] = [];
  const tell = (run: RunSummary) => {
    runs.push(run);
    options.onRun?.(run);
  };
  for (const guest of options.guests) {
    for (const one of unfit) tell(unfitSummary(one, guest, options));
  }
  if (plans.length === 0) return runs;
  const runDir = await makeRunDir(options.outDir);
  for (const guestName of options.guests) {
    for (const [spec, group] of bySpec(guestName, plans)) {
      const drills = Array.from({ length: repeats }, (_, round) =>
        group.map((plan) => ({ plan, suffix: round === 0 ? '' : `-${round + 1}` })),
      ).flat();
      const places = await admitted(jobs, spec);
      await onOneMachine(options, spec, runDir, async (drillOne) => {
        const spoiled: { plan: PlannedDrill; suffix: string; run: RunSummary }[] = [];
        await inParallel(places, drills, async ({ plan, suffix }) => {
          const run = await drillOne(plan, suffix);
          if (run.spoiledByHost) spoiled.push({ plan, suffix, run });
          else tell(run);
        });
        for (const { plan, suffix, run } of spoiled) {
          const [reason = ''] = run.reasons;
          options.progress(`${plan.scenario.name} once more, because the host spoiled it: ${reason}`);
          const again = await drillOne(plan, `${suffix}-again`);
          tell({ ...again, secondTryOf: { reason, record: run.record } });
        }
      });
    }
  }
  return runs;
}

/** How many of so many guests fit into what memory is free on this host; at least the one, for which its scale was chosen. */
async function admitted(jobs: number, spec: MachineSpec): Promise<number> {
  const { availableBytes } = await hostFacts();
  return Math.max(1, Math.min(jobs, Math.floor(availableBytes / (spec.memoryBytes + HEADROOM))));
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
    const fitted = fitTo(bundle, scenario, await loadBundle(join(bundlesDir(), scenario.bundle)));
    if ('unfit' in fitted) unfit.push({ scenario, why: fitted.unfit });
    else plans.push(await plan(fitted.scenario, bundle));
  }
  return { plans, unfit };
}

/** A scenario that was not drilled has a result too, which says why. */
function unfitSummary({ scenario, why }: Unfit, guest: GuestName, { machine }: MachineOptions): RunSummary {
  const { name, control, expect } = scenario;
  return {
    ...{ scenario: name, guest, machine, accelerator: 'none', scale: 1, control, expected: [...expect.outcomes] },
    ...brokenOff({ code: CAPABILITY_MISSING, message: why }),
    record: null,
  };
}

/** Plans a scenario on its own bundle, or on another in its place. */
export type Planner = (scenario: Scenario, bundle?: Bundle) => Promise<PlannedDrill>;

/**
 * Plans scenarios for the machine of these options.
 *
 * @throws OomdrillError what `loadBundle` and `planDrill` throw, and `HOST_FLAGS`
 */
export async function planner(options: MachineOptions): Promise<Planner> {
  const { scale, watchdog } = options;
  if (options.machine === 'ssh' && !options.host)
    throw usageError(
      'HOST_FLAGS',
      'A machine of kind ssh needs a host.',
      'oomdrill run --machine ssh --host USER@HOST',
    );
  const room = options.host
    ? { machineBytes: (await askHost({ ...options, host: options.host })).memoryBytes }
    : { availableBytes: (await hostFacts()).availableBytes };
  return async (scenario, bundle) => {
    const own = bundle ?? (await loadBundle(join(bundlesDir(), scenario.bundle)));
    const drilled = options.host ? withoutCompany(scenario, own) : { scenario, bundle: own };
    return planDrill(drilled.scenario, drilled.bundle, { scale, room, watchdog });
  };
}

/**
 * Makes one kind of machine ready, and releases it when the work is over.
 *
 * @param work is handed what carries out one drill on it; an error in a drill is part of its result
 */
export async function onOneMachine(
  options: MachineOptions,
  spec: MachineSpec,
  runDir: string,
  work: (drillOne: (plan: PlannedDrill, suffix?: string) => Promise<RunSummary>) => Promise<void>,
): Promise<void> {
  const { progress, jobs = 1 } = options;
  // Lines of several drills at a time are told apart by the scenario's name.
  const told = (name: string): Progress => (jobs > 1 ? (line) => progress(`${name}: ${line}`) : progress);
  // A host of the user's own is what it is: it goes by its name.
  const guest = options.host?.target.host ?? spec.guest;
  const source = sourceFor(options, spec);
  try {
    await work((plan, suffix = '') => {
      const { scenario, scale } = plan;
      progress(`drill ${scenario.name} on ${guest}, scale 1/${scale}`);
      const outDir = join(runDir, `${scenario.name}-${guest}${suffix}`);
      return runOne(plan, guest, source, outDir, { ...options, progress: told(scenario.name) });
    });
  } finally {
    await release(source, progress);
  }
}

/** Makes the kind of machine ready that was asked for. */
function sourceFor(options: MachineOptions, spec: MachineSpec): Promise<MachineSource> {
  if (options.host) return hostSource({ ...options, host: options.host });
  return options.machine === 'vagrant' ? vagrantSource({ ...options, spec }) : qemuSource({ ...options, spec });
}

/** Gives back what a source kept between its drills. One that could not be made ready has released itself. */
async function release(source: Promise<MachineSource>, progress: Progress): Promise<void> {
  const made = await source.catch(() => undefined);
  try {
    await made?.[Symbol.asyncDispose]();
  } catch (thrown) {
    progress(`not all of the machine could be released (${messageOf(thrown)}); oomdrill reap tries again`);
  }
}

/** The machine that a planned drill needs. */
export function specOf(guest: GuestName, { bundle }: PlannedDrill): MachineSpec {
  const { host, packages } = bundle.manifest;
  return {
    ...{ guest, memoryBytes: parseBytes(host.memory), cpus: GUEST_CPUS },
    ...(packages?.length ? { packages } : {}),
  };
}

/** Drills that can share a machine, together; the order within stays. */
function bySpec(guest: GuestName, plans: readonly PlannedDrill[]): [MachineSpec, PlannedDrill[]][] {
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

/** A folder of its own for each run, by its time, so that no run overwrites another. */
export async function makeRunDir(outDir: string): Promise<string> {
  await makeOutDir(outDir);
  const stamp = new Date().toISOString().replaceAll(':', '').replace(/\..*/, '');
  return mkdtemp(join(outDir, `${stamp}-`)).catch((cause: unknown) => {
    const message = `No folder for the run can be made in ${outDir}: ${messageOf(cause)}.`;
    throw machineError('RECORD_WRITE', message, 'Name another place with --out.', cause);
  });
}

async function runOne(
  plan: PlannedDrill,
  guest: string,
  source: Promise<MachineSource>,
  outDir: string,
  options: MachineOptions,
): Promise<RunSummary> {
  let ready: MachineSource | undefined;
  try {
    ready = await source;
    const path = await drill(plan, { ...options, source: ready, guest, guestCpus: GUEST_CPUS, outDir });
    return summarizeRecord(await readRecord(path), path);
  } catch (thrown) {
    // Told to stop: by the user, not by the machine.
    options.signal.throwIfAborted();
    if (!(thrown instanceof OomdrillError)) throw thrown;
    const { code, message, hint } = thrown;
    const { name, control, expect } = plan.scenario;
    const record = join(outDir, 'record.jsonl');
    return {
      ...{ scenario: name, guest, machine: options.machine, accelerator: ready?.accelerator ?? 'unknown' },
      ...{ scale: plan.scale, control, expected: [...expect.outcomes] },
      ...brokenOff({ code, message, ...(hint === undefined ? {} : { hint }) }),
      // A machine that could not be made ready leaves no record.
      record: existsSync(record) ? record : null,
    };
  }
}
