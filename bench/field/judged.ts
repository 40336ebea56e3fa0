import type { FieldFinding } from './ways.js';

/** What a reader says of a finding: whether it is true and of use for this very unit. */
type Judgement = 'right' | 'wrong';

/** A finding that a reader has judged. */
export interface Judged {
  readonly key: string;
  readonly judgement: Judgement;
  readonly why: string;
}

/** The columns of the list that name a finding. */
const NAMING = 5;

/** What makes findings in several ways one: rule, severity, source, file and message. */
export function keyOf({ finding: { rule, severity, message }, source, file }: FieldFinding): string {
  return [rule, severity, source, file, message.replaceAll(/\s/g, ' ')].join('\t');
}

/**
 * Reads the list: rule, severity, source, file, message, judgement and why, with tabs between.
 *
 * @throws Error for a line that is not of this form, or that names a finding twice
 */
export function parseJudged(text: string): ReadonlyMap<string, Judged> {
  const judged = new Map<string, Judged>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const columns = line.split('\t');
    const [judgement, why] = columns.slice(NAMING);
    if (columns.length !== NAMING + 2 || (judgement !== 'right' && judgement !== 'wrong') || !why)
      throw new Error(`line ${index + 1} is not a judged finding: ${line}`);
    const key = columns.slice(0, NAMING).join('\t');
    if (judged.has(key)) throw new Error(`line ${index + 1} judges a finding a second time: ${line}`);
    judged.set(key, { key, judgement, why });
  }
  return judged;
}

/** How findings compare with the list. */
export interface Comparison {
  /** Findings, each once, however many ways lead to it. */
  readonly total: number;
  readonly wrong: readonly Judged[];
  /** Keys of findings that are not in the list. */
  readonly unjudged: readonly string[];
  /** What was judged, and is not found any more. */
  readonly gone: readonly Judged[];
}

/** Compares findings with those that were judged. */
export function compareWithJudged(findings: readonly FieldFinding[], judged: ReadonlyMap<string, Judged>): Comparison {
  const keys = [...new Set(findings.map(keyOf))].sort();
  const known = keys.flatMap((key) => judged.get(key) ?? []);
  const found = new Set(keys);
  return {
    total: keys.length,
    wrong: known.filter(({ judgement }) => judgement === 'wrong'),
    unjudged: keys.filter((key) => !judged.has(key)),
    gone: [...judged.values()].filter(({ key }) => !found.has(key)),
  };
}
