import { join } from 'node:path';
import { z } from 'zod';
import { SUPPRESSIONS, type Tree } from '../bundle/tree.js';
import { messageOf } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import type { Finding, Suppressed } from './finding.js';
import type { Rule, Sighting } from './rule.js';

/** `oomdrill-lint.json` at the top of a tree: what lint is to pass over there, and why. */
const suppressionsSchema = z.strictObject({
  ignore: z.array(
    z.strictObject({
      rule: z.string(),
      /** Below the top of the tree; every file where it is absent. */
      path: z.string().optional(),
      reason: z.string().trim().min(1),
    }),
  ),
});

/** One wish to pass over findings of a rule. */
interface Suppression {
  readonly kind: 'inline' | 'file';
  readonly rule: string;
  readonly reason: string;
  /** The file as the caller knows it; undefined for every file. */
  readonly path: string | undefined;
  /** Undefined for the whole file. */
  readonly line: number | undefined;
  /** Where the wish itself stands. */
  readonly at: { readonly path: string; readonly line?: number };
}

/** `# oomdrill-lint: ignore RULE[, RULE] -- reason`, above the line or at the top of the file. */
const INLINE = /^\s*[#;]\s*oomdrill-lint:\s*ignore\s+([a-z0-9, -]*?)(?:\s+--\s*(.*))?$/;

/** Of a line, as much is looked at. */
const MAX_COMMENT_LENGTH = 1_000;

/** What a suppression itself may be told. */
export const suppressionRule: Omit<Rule, 'check'> = {
  id: 'suppression',
  severity: 'warning',
  title: 'A suppression that does nothing, or gives no reason',
  why: 'What is passed over without a reason, or no longer there, hides the next one.',
  source: 'docs/lint.md, "Suppressing a finding"',
  fix: 'Write `# oomdrill-lint: ignore RULE -- reason` above the line, or remove it.',
};

/** Takes out what the tree says is meant. Suppressions without reason, of no known rule or of nothing are told as sightings. */
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
  const wishes = [...readInline(tree), ...readSuppressionFile(tree, sightings)].filter((wish) => {
    const fault = !rules.has(wish.rule)
      ? `There is no rule "${wish.rule}".`
      : wish.reason === ''
        ? `The suppression of ${wish.rule} gives no reason, and is not heeded.`
        : undefined;
    if (fault !== undefined) sightings.push({ at: wish.at, message: fault, severity: 'error' });
    return fault === undefined;
  });
  const used = new Set<Suppression>();
  const kept: Finding[] = [];
  const suppressed: Suppressed[] = [];
  for (const finding of findings) {
    const wish = wishes.find(
      ({ rule, path, line }) =>
        rule === finding.rule &&
        (path === undefined || path === finding.path) &&
        (line === undefined || line === finding.line),
    );
    if (!wish) kept.push(finding);
    else {
      used.add(wish);
      suppressed.push({ ...finding, suppression: { kind: wish.kind, reason: wish.reason } });
    }
  }
  for (const wish of wishes)
    if (!used.has(wish))
      sightings.push({ at: wish.at, message: `There is no finding of ${wish.rule} to suppress here.` });
  return { kept, suppressed, sightings };
}

/** Every comment of a tree that asks for a suppression. */
function readInline({ entries }: Tree): Suppression[] {
  const found: Suppression[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'file' || entry.path.endsWith('.json')) continue;
    const lines = entry.text.split(/\r?\n/);
    const first = lines.findIndex((line) => !isRemark(line));
    const following = findFollowingCode(lines);
    for (const [index, text] of lines.entries()) {
      // At the top of a file it is for the file as a whole.
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

/** The rules that a line asks to be passed over, and why; none for a line of another kind. */
function parseInline(text: string): { readonly rule: string; readonly reason: string }[] {
  const [, rules = '', reason = ''] = INLINE.exec(text.slice(0, MAX_COMMENT_LENGTH)) ?? [];
  const named = rules.split(/[\s,]+/).filter(Boolean);
  return named.map((rule) => ({ rule, reason: reason.trim() }));
}

/** For each line the number, from 1, of the next one behind it that is no comment; undefined where there is none. */
function findFollowingCode(lines: readonly string[]): (number | undefined)[] {
  const following: (number | undefined)[] = [];
  let next: number | undefined;
  for (let index = lines.length - 1; index >= 0; index--) {
    following[index] = next;
    if (!isRemark(lines[index] ?? '')) next = index + 1;
  }
  return following;
}

const isRemark = (line: string): boolean => /^\s*(?:[#;].*)?$/.test(line);

function readSuppressionFile({ entries, root }: Tree, sightings: Sighting[]): Suppression[] {
  const file = entries.find(({ path }) => path === SUPPRESSIONS);
  if (file?.kind !== 'file') return [];
  const refuse = (why: string): Suppression[] => {
    sightings.push({ at: { path: file.shown }, message: `${SUPPRESSIONS} is not heeded: ${why}.`, severity: 'error' });
    return [];
  };
  const { value, fault } = parseJson(file.text);
  if (fault) return refuse(`it is not JSON: ${messageOf(fault)}`);
  const { success, data, error } = suppressionsSchema.safeParse(value);
  if (!success) return refuse(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
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
