import { join } from 'node:path';
import { z } from 'zod';
import type { Tree } from '../bundle/tree.js';
import { SUPPRESSIONS } from '../bundle/tree-folder.js';
import { messageOf } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import type { Finding, Suppressed } from './finding.js';
import type { Rule, Sighting } from './rule.js';

/** `oomdrill-lint.json` at the top of a tree: which findings to suppress there, and why. */
const suppressionsSchema = z.strictObject({
  ignore: z.array(
    z.strictObject({
      rule: z.string(),
      /** A path below the top of the tree; without it, every file. */
      path: z.string().optional(),
      reason: z.string().trim().min(1),
    }),
  ),
});

/** A request to suppress findings of one rule. */
interface Suppression {
  readonly kind: 'inline' | 'file';
  readonly rule: string;
  readonly reason: string;
  /** The caller's path of the file; undefined for every file. */
  readonly path: string | undefined;
  /** Undefined for the whole file. */
  readonly line: number | undefined;
  /** Where the suppression itself is written. */
  readonly at: { readonly path: string; readonly line?: number };
}

/** `# oomdrill-lint: ignore RULE[, RULE] -- reason`, above the line or at the top of the file: what is before the rules. */
const INLINE = /^\s*[#;]\s*oomdrill-lint:\s*ignore\s/;

/** Only this many characters of a line are searched for a suppression. */
const MAX_COMMENT_LENGTH = 1_000;

/** The rule about suppressions themselves. */
export const suppressionRule: Omit<Rule, 'check'> = {
  id: 'suppression',
  severity: 'warning',
  title: 'A suppression without effect, or without a reason',
  why: 'It may hide the next finding of the rule.',
  source: 'docs/lint.md, "Suppressing a finding"',
  fix: 'Write `# oomdrill-lint: ignore RULE -- reason` above the line, or remove the suppression.',
};

/**
 * Separates the findings that the tree suppresses. Suppressions without a reason, of an unknown rule or without effect
 * are sightings of `suppressionRule`.
 */
export function applySuppressions(
  tree: Tree,
  findings: readonly Finding[],
  rules: ReadonlySet<string>,
): {
  readonly kept: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  readonly sightings: readonly Sighting[];
} {
  const sightings: Sighting[] = [];
  const suppressions = [...readInline(tree), ...readSuppressionFile(tree, sightings)].filter((suppression) => {
    const fault = !rules.has(suppression.rule)
      ? `There is no rule "${suppression.rule}".`
      : suppression.reason === ''
        ? `The suppression of ${suppression.rule} gives no reason, and is ignored.`
        : undefined;
    if (fault !== undefined) sightings.push({ at: suppression.at, message: fault, severity: 'error' });
    return fault === undefined;
  });
  const used = new Set<Suppression>();
  const kept: Finding[] = [];
  const suppressed: Suppressed[] = [];
  const findSuppression = createFinder(suppressions);
  for (const finding of findings) {
    const suppression = findSuppression(finding);
    if (!suppression) kept.push(finding);
    else {
      used.add(suppression);
      suppressed.push({ ...finding, suppression: { kind: suppression.kind, reason: suppression.reason } });
    }
  }
  for (const suppression of suppressions)
    if (!used.has(suppression))
      sightings.push({ at: suppression.at, message: `There is no finding of ${suppression.rule} here to suppress.` });
  return { kept, suppressed, sightings };
}

/** Finds the first suppression of a finding. There may be thousands of both. */
function createFinder(suppressions: readonly Suppression[]): (finding: Finding) => Suppression | undefined {
  const keyOf = (rule: string, path: string | undefined, line: number | undefined) =>
    JSON.stringify([rule, path, line]);
  const first = new Map<string, number>();
  for (const [index, { rule, path, line }] of suppressions.entries()) {
    const key = keyOf(rule, path, line);
    if (!first.has(key)) first.set(key, index);
  }
  return ({ rule, path, line }) => {
    // For the line, for the whole file, for every file.
    const keys = [
      keyOf(rule, path, line ?? undefined),
      keyOf(rule, path, undefined),
      keyOf(rule, undefined, undefined),
    ];
    const index = keys.reduce((least, key) => Math.min(least, first.get(key) ?? least), suppressions.length);
    return suppressions[index];
  };
}

/** Reads every comment of a tree that asks for a suppression. */
function readInline({ entries }: Tree): Suppression[] {
  const found: Suppression[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'file' || entry.path.endsWith('.json')) continue;
    const lines = entry.text.split(/\r?\n/);
    const first = lines.findIndex((line) => !isComment(line));
    const following = findFollowingCode(lines);
    for (const [index, text] of lines.entries()) {
      // At the top of a file it applies to the whole file.
      const line = index < first ? undefined : following[index];
      for (const { rule, reason } of parseInline(text))
        found.push({
          kind: 'inline',
          rule,
          reason,
          path: entry.shown,
          line,
          at: { path: entry.shown, line: index + 1 },
        });
    }
  }
  return found;
}

/** The rules that a line suppresses, with the reason; none for any other line. */
function parseInline(text: string): { readonly rule: string; readonly reason: string }[] {
  const comment = text.slice(0, MAX_COMMENT_LENGTH);
  const start = INLINE.exec(comment)?.[0];
  if (start === undefined) return [];
  const rest = comment.slice(start.length - 1);
  const dashes = rest.search(/\s--/);
  const rules = dashes < 0 ? rest : rest.slice(0, dashes);
  const reason = dashes < 0 ? '' : rest.slice(dashes + 3).trim();
  if (!/^[a-z0-9,\s-]*$/.test(rules)) return [];
  return rules
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((rule) => ({ rule, reason }));
}

/** For each line, the number, from 1, of the next line that is not a comment; undefined if there is none. */
function findFollowingCode(lines: readonly string[]): (number | undefined)[] {
  const following: (number | undefined)[] = [];
  let next: number | undefined;
  for (let index = lines.length - 1; index >= 0; index--) {
    following[index] = next;
    if (!isComment(lines[index] ?? '')) next = index + 1;
  }
  return following;
}

/** Whether a line is empty or a comment. */
const isComment = (line: string): boolean => /^\s*(?:[#;].*)?$/.test(line);

function readSuppressionFile({ entries, root }: Tree, sightings: Sighting[]): Suppression[] {
  const file = entries.find(({ path }) => path === SUPPRESSIONS);
  if (file?.kind !== 'file') return [];
  const reject = (why: string): Suppression[] => {
    sightings.push({ at: { path: file.shown }, message: `${SUPPRESSIONS} is ignored: ${why}.`, severity: 'error' });
    return [];
  };
  const { value, fault } = parseJson(file.text);
  if (fault) return reject(`it must be JSON: ${messageOf(fault)}`);
  const { success, data, error } = suppressionsSchema.safeParse(value);
  if (!success) return reject(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return data.ignore.map(({ rule, path, reason }) => ({
    kind: 'file',
    rule,
    reason,
    path:
      path === undefined
        ? undefined
        : (entries.find((entry) => entry.path === path || entry.shown === join(root, path))?.shown ?? path),
    line: undefined,
    at: { path: file.shown },
  }));
}
