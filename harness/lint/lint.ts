import type { Tree } from '../bundle/tree.js';
import { RULES } from './catalogue.js';
import { type Finding, LINT_SCHEMA, type LintReport, type Severity, type Suppressed } from './finding.js';
import { mergeRepeats } from './repeats.js';
import type { Rule, Sighting } from './rule.js';
import { buildScene, type HostFacts } from './scene.js';
import { applySuppressions, suppressionRule } from './suppress.js';

const IDS: ReadonlySet<string> = new Set(RULES.map(({ id }) => id));

/** The findings of every rule in one tree, by file and line, and those that the tree suppresses. */
export function lintTree(tree: Tree, host: HostFacts = {}): { findings: Finding[]; suppressed: readonly Suppressed[] } {
  const scene = buildScene(tree, host);
  const all = RULES.flatMap((rule) => [...rule.check(scene)].map((sighting) => toFinding(rule, sighting)));
  const { kept, suppressed, sightings } = applySuppressions(scene.tree, mergeRepeats(all), IDS);
  const faulty = sightings.map((sighting) => toFinding(suppressionRule, sighting));
  return { findings: [...kept, ...faulty].sort(comparePlaces), suppressed };
}

/** The findings of all trees, and the exit status: 1 for errors and, if `strict`, for warnings. */
export function lintTrees(
  trees: readonly Tree[],
  { paths, strict, host }: { paths: readonly string[]; strict: boolean; host?: HostFacts },
): LintReport {
  const linted = trees.map((tree) => lintTree(tree, host));
  const findings = linted.flatMap((each) => each.findings);
  const count = (severity: Severity) => findings.filter((each) => each.severity === severity).length;
  const counts = { error: count('error'), warning: count('warning'), note: count('note') };
  return {
    schema: LINT_SCHEMA,
    paths: [...paths],
    strict,
    findings,
    suppressed: linted.flatMap((each) => each.suppressed),
    notRead: trees.flatMap((tree) => tree.notRead),
    counts,
    exitCode: counts.error > 0 || (strict && counts.warning > 0) ? 1 : 0,
  };
}

function toFinding(rule: Omit<Rule, 'check'>, { at, message, severity, fix, source }: Sighting): Finding {
  return {
    rule: rule.id,
    severity: severity ?? rule.severity,
    path: at.path,
    line: at.line ?? null,
    message,
    why: rule.why,
    source: source ?? rule.source,
    fix: fix ?? rule.fix,
  };
}

function comparePlaces(a: Finding, b: Finding): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0);
}
