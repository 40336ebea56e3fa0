import type { Manifest } from '../bundle/manifest.js';
import type { StoredMap } from '../contract/band-map.js';
import type { ValidationDocument } from '../contract/validation.js';
import type { Finding, LintReport } from '../lint/finding.js';
import type { RunRecord } from '../record/reader.js';
import type { Expectation } from '../record/schema.js';
import { study } from '../study/study.js';
import { summarizeRecord } from '../verdict/summarize.js';
import type { Evidence, RunSummary, Summary } from '../verdict/summary.js';

// What of a stored file must survive every change of format, in one vocabulary for all formats, that of version 2: the tests of
// fixtures/stored compare it with what the oomdrill said that wrote the files. Where today's objects have other names, they are
// translated here and nowhere else.

/** Words that version 1 has other names for. */
const NEW_WORDS: Readonly<Record<string, string>> = {
  well: 'healthy',
  beside: 'sidecar',
  besideGapMs: 'sidecarGapMs',
  nobody: 'none',
  hog: 'injections',
  'some-hog': 'some-injections',
};

const inNewWords = (word: string): string => NEW_WORDS[word] ?? word;

/** The figures that a verdict rests on and that keep their names. */
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
  'baselineMedianMs',
  'holdMedianMs',
] as const satisfies readonly (keyof Evidence)[];

function evidenceFacts(evidence: Evidence) {
  return {
    ...Object.fromEntries(FIGURES.map((figure) => [figure, evidence[figure]])),
    injected: evidence.injected,
    injectionState: evidence.hogState,
    sidecarGapMs: evidence.besideGapMs,
  };
}

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
    missed: run.missed.map(({ bound }) => inNewWords(bound)),
    evidence: evidence && evidenceFacts(evidence),
    overheadMs: timings?.overheadMs,
    totalMs: timings?.totalMs,
    drifts: drifts?.map(({ figure, value, usual }) => ({ figure, value, previousMedian: usual })),
  };
}

const toldRunFacts = (run: RunSummary) => ({ ...runFacts(run), reasons: run.reasons });

/** A record: what was read of it, and what is judged of it; not in which sentences, which may become better ones. */
export function recordFacts(record: RunRecord, name: string) {
  const { header, entries, truncated } = record;
  const { parties, besideGapsMs } = study(record);
  const counts: Record<string, number> = {};
  for (const { type } of entries) counts[inNewWords(type)] = (counts[inNewWords(type)] ?? 0) + 1;
  return {
    ...runFacts(summarizeRecord(record, name)),
    truncated,
    entries: counts,
    expect: expectationFacts(header.scenario.expect),
    injections: parties.injections.map(({ injection, progress, reachedTarget, killed }) => ({
      name: injection.hog,
      comm: injection.comm,
      describes: injection.describes,
      unit: progress?.unit,
      state: progress?.state,
      reachedTarget,
      killed,
    })),
    sidecarGapsMs: besideGapsMs,
  };
}

function expectationFacts({ besideGapMs, killed, ...others }: Expectation) {
  return { ...others, sidecarGapMs: besideGapMs, killed: killed && inNewWords(killed) };
}

/** What `--json` of run, judge and merge wrote. */
export function summaryFacts({ at, exitCode, host, shard, runs }: Summary) {
  const names = (drills: readonly { readonly scenario: string }[]) => drills.map(({ scenario }) => scenario);
  return {
    at,
    exitCode,
    host,
    shard: shard && { index: shard.index, of: shard.of, own: names(shard.own), suite: names(shard.suite) },
    runs: runs.map(toldRunFacts),
  };
}

/** One map; a sweep has several. Bytes of the guest. */
export function mapFacts({ bundle, scale, limits, precision, band, unfinished, looks }: StoredMap) {
  return {
    bundle,
    scale,
    limits,
    precision,
    band,
    unfinished,
    points: looks.map(({ place, zone, run }) => ({
      sizeBytes: place,
      zone: inNewWords(zone),
      outcome: run.outcome,
      longestGapMs: run.evidence?.longestGapMs,
    })),
  };
}

const findingFacts = ({ rule, severity, path, line, message, mend }: Finding) => ({
  rule,
  severity,
  path,
  line,
  message,
  fix: mend,
});

/** What `lint --json` wrote. */
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
  run: toldRunFacts(run),
});

/** What `validate --json` wrote. */
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
export function bundleFacts({ description, host, serving, beside, packages }: Manifest) {
  return {
    description,
    host,
    serving,
    packages,
    sidecars: beside?.map(({ unit, port, path, needed }) => ({
      unit,
      port,
      path,
      optional: needed === false,
    })),
  };
}
