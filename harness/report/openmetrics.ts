import { Gauge, type OpenMetricsContentType, Registry } from 'prom-client';
import { withoutUndefined } from '../core/defined.js';
import { OUTCOMES, outcomeNames } from '../verdict/outcomes.js';
import { drilledName, type RunSummary, type Summary, verdictSchema } from '../verdict/summary.js';
import { SEVERITY } from '../verdict/verdicts.js';

/** What of a drill is a number: name, help, and the value; null where it is not known, which gives no sample. */
const FIGURES: readonly (readonly [string, string, (run: RunSummary) => number | null | undefined])[] = [
  [
    'longest_gap_seconds',
    'Longest time between two full answers of the server, from injection to the end.',
    (run) => seconds(run.evidence?.longestGapMs),
  ],
  ['oom_kills', 'Kills by the kernel in the drilled cgroup.', (run) => run.evidence?.oomKills],
  [
    'full_stall_ratio',
    'Share of the hold in which every task of the cgroup stalled on memory (PSI full).',
    (run) => ratio(run.evidence?.fullStallPercent),
  ],
  ['duration_seconds', 'How long the drill took.', (run) => seconds(run.timings?.totalMs)],
  [
    'drifting',
    '1 where a drill that passed is clearly worse than the ones before it.',
    (run) => (run.drifts === undefined ? 0 : 1),
  ],
];

const seconds = (ms: number | null | undefined) => (ms == null ? null : ms / 1000);
const ratio = (percent: number | null | undefined) => (percent == null ? null : percent / 100);

const LABELS = ['scenario', 'bundle', 'server', 'guest', 'control'] as const;
/** A label without a value is none to Prometheus: series of the catalogue's own bundles have no `bundle`, those of the stand-in no `server`. */
const labelsOf = ({ scenario, bundle, server, guest, control }: RunSummary) =>
  withoutUndefined({ scenario, guest, control: String(control), bundle, server });

/**
 * The summary as OpenMetrics text, for node_exporter's textfile collector or a Pushgateway. Gauges only, without time stamps:
 * so it is Prometheus' own text format as well, which is what both of them read.
 */
export async function renderOpenMetrics(
  { runs, exitCode, at }: Pick<Summary, 'runs' | 'exitCode' | 'at'>,
  outcomes = OUTCOMES,
): Promise<string> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name: `oomdrill_${name}`, help, labelNames, registers: [registry] });
  const telling = worstOfEach(runs);

  const outcome = gauge('outcome', '1 for the outcome that the drill had, 0 for every other.', [...LABELS, 'outcome']);
  const verdict = gauge('verdict', '1 for the verdict on the drill, 0 for every other.', [...LABELS, 'verdict']);
  for (const run of telling) {
    for (const word of outcomeNames(outcomes))
      outcome.set({ ...labelsOf(run), outcome: word }, Number(run.outcome === word));
    for (const word of verdictSchema.options)
      verdict.set({ ...labelsOf(run), verdict: word }, Number(run.verdict === word));
  }
  for (const [name, help, read] of FIGURES) {
    const figure = gauge(name, help, LABELS);
    for (const run of telling) {
      const value = read(run);
      if (value != null) figure.set(labelsOf(run), value);
    }
  }
  gauge('exit_status', 'Exit status of the run: 0 as expected, 1 a claim failed, 2 nothing proved.', []).set(exitCode);
  if (at !== undefined)
    gauge('last_run_timestamp_seconds', 'When the last drill of the run ended.', []).set(Date.parse(at) / 1000);
  return registry.metrics();
}

/** One drill of each scenario, bundle, server and guest, for a series has one value at a time: of repeated drills the worst. */
function worstOfEach(runs: readonly RunSummary[]): RunSummary[] {
  const worst = new Map<string, RunSummary>();
  const severity = (run: RunSummary) => SEVERITY[run.verdict];
  const gap = (run: RunSummary) => run.evidence?.longestGapMs ?? 0;
  for (const run of runs) {
    const key = JSON.stringify([drilledName(run), run.guest]);
    const other = worst.get(key);
    const more = other ? severity(run) - severity(other) : 0;
    if (!other || more > 0 || (more === 0 && gap(run) > gap(other))) worst.set(key, run);
  }
  return [...worst.values()];
}
