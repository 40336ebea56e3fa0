import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBundle } from '../bundle/load.js';
import { parseBytes } from '../core/bytes.js';
import { machineError, messageOf, OomdrillError } from '../core/errors.js';
import type { Ledger } from '../machine/ledger.js';
import type { GuestName, Machine, MachineSource, Progress } from '../machine/machine.js';
import { projectRoot } from '../machine/places.js';
import { qemuSource } from '../machine/qemu/source.js';
import { hostFacts } from '../observe/host.js';
import { readRecord } from '../record/reader.js';
import type { Watchdog } from '../record/schema.js';
import type { RunSummary } from '../verdict/summary.js';
import { judge } from '../verdict/verdict.js';
import { drill, type PlannedDrill, planDrill } from './drill.js';
import { chooseScale } from './scale.js';
import type { Scenario } from './scenario.js';

/** As many as the incident's two busiest parties need, and as a small CI runner has. */
const GUEST_CPUS = 2;

export interface SuiteOptions {
  readonly scenarios: readonly Scenario[];
  readonly guests: readonly GuestName[];
  readonly scale: string;
  readonly watchdog: Watchdog;
  readonly server?: string | undefined;
  /** Folder that the run's folders are made in. */
  readonly outDir: string;
  readonly version: string;
  readonly ledger: Ledger;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly keep?: ((machine: Machine) => Promise<void>) | undefined;
  /** Told of each drill's result as it comes. */
  readonly onRun?: (run: RunSummary) => void;
}

/**
 * Drills every scenario on every guest, one after the other. What the caller asked wrongly is thrown before any machine starts;
 * an error of a machine ends its own drill only, and stands in its result.
 */
export async function runSuite(options: SuiteOptions): Promise<RunSummary[]> {
  const plans = await planAll(options);
  await mkdir(options.outDir, { recursive: true }).catch((cause: unknown) => {
    throw machineError(
      'RECORD_WRITE',
      `The folder ${options.outDir} cannot be made: ${messageOf(cause)}.`,
      'Name another place with --out.',
      cause,
    );
  });
  const stamp = new Date().toISOString().replaceAll(':', '').replace(/\..*/, '');
  const runDir = await mkdtemp(join(options.outDir, `${stamp}-`));
  const sources = new Map<string, Promise<MachineSource>>();
  const runs: RunSummary[] = [];
  for (const guest of options.guests) {
    for (const plan of plans) {
      const spec = { guest, memoryBytes: parseBytes(plan.bundle.manifest.host.memory), cpus: GUEST_CPUS };
      const key = JSON.stringify(spec);
      const source = sources.get(key) ?? qemuSource({ ...options, spec });
      sources.set(key, source);
      const run = await runOne(plan, guest, source, join(runDir, `${plan.scenario.name}-${guest}`), options);
      runs.push(run);
      options.onRun?.(run);
    }
  }
  return runs;
}

async function planAll({ scenarios, scale }: SuiteOptions): Promise<PlannedDrill[]> {
  const { availableBytes } = await hostFacts();
  const bundlesDir = join(projectRoot(), 'fixtures', 'bundles');
  return Promise.all(
    scenarios.map(async (scenario) => {
      const { manifest } = await loadBundle(join(bundlesDir, scenario.bundle));
      return planDrill(scenario, bundlesDir, chooseScale(scale, parseBytes(manifest.host.memory), availableBytes));
    }),
  );
}

async function runOne(
  plan: PlannedDrill,
  guest: GuestName,
  source: Promise<MachineSource>,
  outDir: string,
  options: SuiteOptions,
): Promise<RunSummary> {
  const { scenario, scale } = plan;
  options.progress(`drill ${scenario.name} on ${guest}, scale 1/${scale}`);
  const common = {
    scenario: scenario.name,
    guest,
    machine: 'qemu',
    scale,
    control: scenario.control,
    expected: [...scenario.expect.outcomes],
  };
  let accelerator = 'unknown';
  try {
    const ready = await source;
    accelerator = ready.accelerator;
    const path = await drill(plan, { ...options, source: ready, guest, guestCpus: GUEST_CPUS, outDir });
    const record = await readRecord(path);
    const { outcome, verdict, reasons, evidence } = judge(record);
    const end = record.entries.at(-1);
    return {
      ...common,
      accelerator,
      outcome,
      verdict,
      reasons,
      evidence,
      timings: (end?.type === 'end' ? end.timings : undefined) ?? null,
      record: path,
    };
  } catch (thrown) {
    // Told to stop: by the user, not by the machine.
    options.signal.throwIfAborted();
    if (!(thrown instanceof OomdrillError) || thrown.kind === 'usage') throw thrown;
    const { code, message, hint } = thrown;
    return {
      ...common,
      ...{ accelerator, outcome: null, verdict: 'error', reasons: [message], evidence: null, timings: null },
      ...{ error: { code, message, ...(hint === undefined ? {} : { hint }) }, record: join(outDir, 'record.jsonl') },
    };
  }
}
