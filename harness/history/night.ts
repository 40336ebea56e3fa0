import type { Evidence, LatencyOfPhase, RunSummary, Summary } from '../verdict/summary.js';
import { HISTORY_SCHEMA, type Night, type PastRun } from './schema.js';

/** What the history keeps of one drill. */
export function createPastRun(run: RunSummary): PastRun {
  const { scenario, guest, machine, accelerator, scale, control, verdict, outcome, evidence, timings } = run;
  return {
    scenario,
    bundle: run.bundle,
    server: run.server,
    guest,
    machine,
    accelerator,
    scale,
    control,
    verdict,
    outcome,
    kernel: run.kernel,
    longestGapMs: evidence?.longestGapMs ?? null,
    hostStallMs: evidence?.hostStallMs ?? null,
    fullStallPercent: evidence?.fullStallPercent ?? null,
    brimBytes: evidence?.brimBytes ?? null,
    oomKills: evidence?.oomKills ?? null,
    durationMs: timings?.totalMs ?? null,
    latency: evidence?.latency && keepPercentiles(evidence.latency),
  };
}

function keepPercentiles({ baseline, hold, recovery }: NonNullable<Evidence['latency']>): PastRun['latency'] {
  const keep = (phase: LatencyOfPhase | null) =>
    phase && { p50Ms: phase.p50.ms, p90Ms: phase.p90.ms, p99Ms: phase.p99.ms, worstMs: phase.worstMs };
  return { baseline: keep(baseline), hold: keep(hold), recovery: keep(recovery) };
}

/** What the history keeps of a run that ended at `at`, ISO 8601. */
export function createNight({ host, runs }: Pick<Summary, 'host' | 'runs'>, at: string): Night {
  const { cpus, cpuModel, kernel } = host;
  return { schema: HISTORY_SCHEMA, type: 'night', at, host: { cpus, cpuModel, kernel }, runs: runs.map(createPastRun) };
}
