import { Gauge, type OpenMetricsContentType, Registry } from 'prom-client';
import { withoutUndefined } from '../core/defined.js';
import { printable } from '../core/printable.js';
import { LATENCY_PHASES } from '../study/latency.js';
import { OUTCOMES, outcomeNames } from '../verdict/outcomes.js';
import { type RunSummary, type Summary, verdictSchema } from '../verdict/summary.js';
import { SEVERITY } from '../verdict/verdicts.js';
import { LatencyMetric } from './latency-metric.js';

/** The numbers of a drill: name, help, and value; null where it is not known, which gives no sample. */
const FIGURES: readonly (readonly [string, string, (run: RunSummary) => number | null | undefined])[] = [
  [
    'longest_gap_seconds',
    'Longest time between two full answers of the server, from the injection on.',
    (run) => seconds(run.evidence?.longestGapMs),
  ],
  [
    'longest_login_gap_seconds',
    "Longest time without a successful login through the guest's own sshd, from the injection on.",
    (run) => seconds(run.evidence?.longestLoginGapMs),
  ],
  ['oom_kills', 'OOM kills by the kernel in the drilled cgroup.', (run) => run.evidence?.oomKills],
  [
    'full_stall_ratio',
    'Share of the hold in which every task of the cgroup stalled on memory (PSI full).',
    (run) => ratio(run.evidence?.fullStallPercent),
  ],
  ['duration_seconds', 'How long the drill took.', (run) => seconds(run.timings?.totalMs)],
  [
    'drifting',
    '1 if a drill that passed is clearly worse than the ones before it.',
    (run) => (run.drifts === undefined ? 0 : 1),
  ],
];

const seconds = (ms: number | null | undefined) => (ms == null ? null : ms / 1000);
const ratio = (percent: number | null | undefined) => (percent == null ? null : percent / 100);

const LABELS = ['scenario', 'bundle', 'server', 'guest', 'control'] as const;
/**
 * To Prometheus a label without a value is the same as no label: drills of a scenario's own bundle have no `bundle`,
 * and those of the stand-in no `server`.
 */
const labelsOf = ({ scenario, bundle, server, guest, control }: RunSummary) =>
  withoutUndefined({
    scenario: printable(scenario),
    guest: printable(guest),
    control: String(control),
    bundle: bundle === undefined ? undefined : printable(bundle),
    server: server === undefined ? undefined : printable(server),
  });

/**
 * Renders the summary as OpenMetrics text, for node_exporter's textfile collector or a Pushgateway. With gauges and classic histograms
 * alone, and without time stamps, it is also valid in Prometheus' own text format, which both of them read.
 */
export async function renderOpenMetrics(
  { runs, exitCode, at }: Pick<Summary, 'runs' | 'exitCode' | 'at'>,
  outcomes = OUTCOMES,
): Promise<string> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name: `oomdrill_${name}`, help, labelNames, registers: [registry] });
  const worst = findWorstOfEach(runs);

  const outcome = gauge('outcome', '1 for the outcome of the drill, 0 for every other outcome.', [
    ...LABELS,
    'outcome',
  ]);
  const verdict = gauge('verdict', '1 for the verdict on the drill, 0 for every other verdict.', [
    ...LABELS,
    'verdict',
  ]);
  for (const run of worst) {
    for (const name of outcomeNames(outcomes))
      outcome.set({ ...labelsOf(run), outcome: name }, Number(run.outcome === name));
    for (const name of verdictSchema.options)
      verdict.set({ ...labelsOf(run), verdict: name }, Number(run.verdict === name));
  }
  for (const [name, help, read] of FIGURES) {
    const figure = gauge(name, help, LABELS);
    for (const run of worst) {
      const value = read(run);
      if (value != null) figure.set(labelsOf(run), value);
    }
  }
  const kills = gauge('kills', 'What was killed in the drill, by its killer; none where that is not known.', [
    ...LABELS,
    'killer',
  ]);
  for (const run of worst)
    for (const [killer, count] of countKills(run)) kills.set({ ...labelsOf(run), killer }, count);
  addLatencies(worst, registry);
  gauge('exit_status', 'Exit status of the run: 0 as expected, 1 a claim failed, 2 nothing was proved.', []).set(
    exitCode,
  );
  if (at !== undefined)
    gauge('last_run_timestamp_seconds', 'When the last drill of the run ended.', []).set(Date.parse(at) / 1000);
  return registry.metrics();
}

const KILLERS = ['kernel', 'earlyoom', 'systemd-oomd', 'systemd', 'unknown'] as const;

/** How much each killer killed; none where the record does not show it. */
function countKills({ evidence }: RunSummary): (readonly [string, number])[] {
  const kills = evidence?.kills;
  if (!kills) return [];
  return KILLERS.map((name) => [name, kills.filter(({ killer }) => (killer ?? 'unknown') === name).length]);
}

function addLatencies(runs: readonly RunSummary[], registry: Registry<OpenMetricsContentType>): void {
  const help =
    'How long requests took, from when they were due; those without an answer are in +Inf, and not in the sum.';
  const metric = new LatencyMetric('oomdrill_latency_seconds', help, registry);
  for (const run of runs) {
    for (const phase of LATENCY_PHASES) {
      const latency = run.evidence?.latency?.[phase];
      if (latency) metric.add({ ...labelsOf(run), phase }, latency);
    }
  }
}

/** The worst drill of each scenario, bundle, server and guest: a series has only one value at a time. */
function findWorstOfEach(runs: readonly RunSummary[]): RunSummary[] {
  const worst = new Map<string, RunSummary>();
  const severity = (run: RunSummary) => SEVERITY[run.verdict];
  const gap = (run: RunSummary) => run.evidence?.longestGapMs ?? 0;
  for (const run of runs) {
    const key = JSON.stringify(labelsOf(run));
    const other = worst.get(key);
    const more = other ? severity(run) - severity(other) : 0;
    if (!other || more > 0 || (more === 0 && gap(run) > gap(other))) worst.set(key, run);
  }
  return [...worst.values()];
}
