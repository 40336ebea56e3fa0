import type { Manifest } from '../bundle/manifest.js';
import type { StoredMap } from '../contract/band-map.js';
import type { ValidationDocument } from '../contract/validation.js';
import type { Finding, LintReport } from '../lint/finding.js';
import type { RunRecord } from '../record/reader.js';
import type { Expectation } from '../record/schema.js';
import { study } from '../study/study.js';
import { summarizeRecord } from '../verdict/summarize.js';
import type { Evidence, RunSummary, Summary } from '../verdict/summary.js';

// The facts of a stored file that must survive every change of format, in the names of version 2. The tests of
// fixtures/stored compare them with the results of the oomdrill that wrote the files.

/** The figures that decide a verdict and keep their names. */
const FIGURES = [
  'longestGapMs',
  'watchdogWindowMs',
  'oomKills',
  'highEvents',
  'maxEvents',
  'fullStallPercent',
  'plateauBytes',
  'plateauErrorPercent',
  'serverPidBefore',
  'serverPidAfter',
  'nRestarts',
  'missingSamplesPercent',
  'recoveryMs',
  'repairMs',
  'brimBytes',
  'hostStallMs',
] as const satisfies readonly (keyof Evidence)[];

function evidenceFacts(evidence: Evidence) {
  return {
    ...Object.fromEntries(FIGURES.map((figure) => [figure, evidence[figure]])),
    baselineMedianMs: roundMedian(evidence.baselineMedianMs),
    holdMedianMs: roundMedian(evidence.holdMedianMs),
    injected: evidence.injected,
    injectionState: evidence.injectionState,
    sidecarGapMs: evidence.sidecarGapMs,
  };
}

/** Medians were once kept to the last digit of the clock; now they come from a histogram, in hundredths of a millisecond. */
const roundMedian = (ms: number | null) => (ms === null ? null : Math.round(ms * 100) / 100);

/** One drill's result, without its sentences. */
function runFacts(run: RunSummary) {
  const { id, scenario, bundle, server, guest, machine, accelerator, scale, control, record } = run;
  const { outcome, expected, verdict, spoiledByHost, secondTryOf, evidence, timings, error, drifts } = run;
  return {
    id,
    scenario,
    bundle,
    server,
    guest,
    machine,
    accelerator,
    scale,
    control,
    record,
    outcome,
    expected,
    verdict,
    spoiledByHost,
    secondTryOf,
    error,
    missed: run.missed.map(({ bound }) => bound),
    evidence: evidence && evidenceFacts(evidence),
    overheadMs: timings?.overheadMs,
    totalMs: timings?.totalMs,
    drifts: drifts?.map(({ figure, value, previousMedian }) => ({ figure, value, previousMedian })),
  };
}

const runFactsWithReasons = (run: RunSummary) => ({ ...runFacts(run), reasons: run.reasons });

/** A record: its contents and its judgement, without the sentences, whose wording may change. */
export function recordFacts(record: RunRecord, name: string) {
  const { header, entries, truncated } = record;
  const { parties, sidecarGapsMs } = study(record);
  const counts: Record<string, number> = {};
  for (const { type } of entries) counts[type] = (counts[type] ?? 0) + 1;
  return {
    ...runFacts(summarizeRecord(record, name)),
    truncated,
    entries: counts,
    expect: expectationFacts(header.scenario.expect),
    injections: parties.injections.map(({ injection, progress, reachedTarget, killed }) => ({
      name: injection.name,
      comm: injection.comm,
      describes: injection.describes,
      unit: progress?.unit,
      state: progress?.state,
      reachedTarget,
      killed,
    })),
    sidecarGapsMs,
  };
}

function expectationFacts({ sidecarGapMs, killed, ...others }: Expectation) {
  return { ...others, sidecarGapMs, killed };
}

/** The output of run, judge and merge with `--json`. */
export function summaryFacts({ at, exitCode, host, shard, runs }: Summary) {
  const names = (drills: readonly { readonly scenario: string }[]) => drills.map(({ scenario }) => scenario);
  return {
    at,
    exitCode,
    host,
    shard: shard && { index: shard.index, of: shard.of, own: names(shard.own), suite: names(shard.suite) },
    runs: runs.map(runFactsWithReasons),
  };
}

/** One map; a sweep has several. Bytes of the guest. */
export function mapFacts({ bundle, scale, limits, precision, band, unfinished, points }: StoredMap) {
  return {
    bundle,
    scale,
    limits,
    precision,
    band,
    unfinished,
    points: points.map(({ sizeBytes, zone, run }) => ({
      sizeBytes,
      zone,
      outcome: run.outcome,
      longestGapMs: run.evidence?.longestGapMs,
    })),
  };
}

const findingFacts = ({ rule, severity, path, line, message, fix }: Finding) => ({
  rule,
  severity,
  path,
  line,
  message,
  fix,
});

/** The output of `lint --json`. */
export function lintFacts({ paths, strict, findings, suppressed, counts, exitCode }: LintReport) {
  return {
    paths,
    strict,
    counts,
    exitCode,
    findings: findings.map(findingFacts),
    suppressed: suppressed.map((finding) => ({ ...findingFacts(finding), suppression: finding.suppression })),
  };
}

const answerFacts = ({ question, name, placeIndex, run }: ValidationDocument['answers'][number]) => ({
  question,
  name,
  placeIndex,
  run: runFactsWithReasons(run),
});

/** The output of `validate --json`. */
export function validationFacts(document: ValidationDocument) {
  const { safety, reasons, scale, candidate, exitCode, warnings, caveats, difference } = document;
  return {
    safety,
    reasons,
    scale,
    candidate,
    exitCode,
    warnings,
    caveats,
    difference,
    answers: document.answers.map(answerFacts),
    findings: document.findings.map(findingFacts),
    comparison: document.comparison?.map(({ question, change, before, after }) => ({
      question,
      change,
      before,
      after,
    })),
    baseline: document.baseline?.map(answerFacts),
  };
}

/** A bundle.json. */
export function bundleFacts({ description, host, serving, sidecars, packages }: Manifest) {
  return {
    description,
    host,
    serving,
    packages,
    sidecars: sidecars?.map(({ unit, port, path, optional }) => ({
      unit,
      port,
      path,
      optional: optional === true,
    })),
  };
}
