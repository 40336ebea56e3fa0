import type { Outcome } from '../record/schema.js';
import type { RunSummary, Verdict } from './summary.js';

/** The word on a set of limits. */
export const SAFETIES = ['SAFE', 'UNSAFE', 'UNDECIDED'] as const;
export type Safety = (typeof SAFETIES)[number];

/** One question that was put to a set of limits, and the drill that answered it. */
export interface Answer {
  /** Short and stable, such as `past-max`. */
  readonly question: string;
  /** In words. */
  readonly asks: string;
  readonly run: RunSummary;
}

export interface SafetyJudgement {
  readonly safety: Safety;
  /** Sentences, one for each answer that decided. */
  readonly reasons: readonly string[];
}

/**
 * Safe is what every question was answered well for; one bad answer is enough against it.
 *
 * @param isWhole whether every question was put, or the drills were broken off before that
 */
export function judgeSafety(answers: readonly Answer[], isWhole = true): SafetyJudgement {
  const bad = answers.filter(({ run }) => run.verdict === 'fail');
  if (bad.length > 0) return { safety: 'UNSAFE', reasons: bad.map(inWords) };
  const open = answers.filter(({ run }) => run.verdict !== 'pass');
  if (open.length > 0 || answers.length === 0) return { safety: 'UNDECIDED', reasons: open.map(inWords) };
  if (!isWhole) return { safety: 'UNDECIDED', reasons: ['Not every question was put: the drills were broken off.'] };
  return { safety: 'SAFE', reasons: [`${answers.length} drills, and the server kept answering in each.`] };
}

/** As `run`: 0 safe, 1 unsafe, 2 undecided. */
export const exitCodeOfSafety: Readonly<Record<Safety, 0 | 1 | 2>> = { SAFE: 0, UNSAFE: 1, UNDECIDED: 2 };

function inWords({ asks, run }: Answer): string {
  // The first reason is that something else was expected; what happened follows it.
  const why = run.reasons.find((reason) => !reason.startsWith('Expected ')) ?? 'nothing is known of it';
  return `${asks}: ${run.outcome ?? run.verdict}. ${why}`;
}

/** How a question can have changed from one set of limits to another. */
export const CHANGES = ['better', 'worse', 'same', 'unknown'] as const;

/** How a question fared under one set of limits against another. */
export interface Comparison {
  readonly question: string;
  readonly asks: string;
  readonly change: (typeof CHANGES)[number];
  readonly before: Fared;
  readonly after: Fared;
}

interface Fared {
  readonly verdict: Verdict;
  readonly outcome: Outcome | null;
  readonly longestGapMs: number | null;
}

/** Gaps closer to each other than this, and than a third, are of one size: what a drill's repetition may differ by. */
const SAME_GAP_MS = 1_000;

/**
 * Compares, question by question, those that were put to both. A question that was asked at several places (`plateau-1`,
 * `plateau-2`) fares as at the worst of them: a soft band has three, and limits without one have one.
 */
export function compareAnswers(before: readonly Answer[], after: readonly Answer[]): Comparison[] {
  const earlier = worstByQuestion(before);
  return [...worstByQuestion(after)].flatMap(([question, { asks, run }]) => {
    const first = earlier.get(question);
    if (!first) return [];
    const [was, is] = [fared(first.run), fared(run)];
    return [{ question, asks, change: changeOf(was, is), before: was, after: is }];
  });
}

function worstByQuestion(answers: readonly Answer[]): ReadonlyMap<string, Answer> {
  const worst = new Map<string, Answer>();
  for (const answer of answers) {
    const question = answer.question.replace(/-\d+$/, '');
    const known = worst.get(question);
    if (!known || isWorse(answer.run, known.run)) worst.set(question, answer);
  }
  return worst;
}

/** What is known to be bad counts more than what proved nothing, and that more than what is well. */
const WEIGHT: Readonly<Record<Verdict, number>> = { pass: 0, skip: 1, inconclusive: 1, error: 1, fail: 2 };

function isWorse(run: RunSummary, than: RunSummary): boolean {
  const more = WEIGHT[run.verdict] - WEIGHT[than.verdict];
  return more === 0 ? changeOf(fared(than), fared(run)) === 'worse' : more > 0;
}

const fared = ({ verdict, outcome, evidence }: RunSummary): Fared => ({
  verdict,
  outcome,
  longestGapMs: evidence?.longestGapMs ?? null,
});

/** From good to bad: the order of the outcomes' evidence, backwards. */
const BADNESS: readonly Outcome[] = [
  'contained',
  'degraded',
  'wounded',
  'livelocked',
  'collateral-kill',
  'unit-stopped',
  'escaped',
];

function changeOf(before: Fared, after: Fared): Comparison['change'] {
  const rank = ({ outcome }: Fared) =>
    outcome === null || outcome === 'inconclusive' ? undefined : BADNESS.indexOf(outcome);
  const [was, is] = [rank(before), rank(after)];
  if (was === undefined || is === undefined) return 'unknown';
  // A claim can fail with a good outcome: the hog was killed where nobody should have been.
  const fails = [before, after].filter(({ verdict }) => verdict === 'fail');
  if (fails.length === 1) return after.verdict === 'fail' ? 'worse' : 'better';
  if (was !== is) return is < was ? 'better' : 'worse';
  const [gapWas, gapIs] = [before.longestGapMs ?? 0, after.longestGapMs ?? 0];
  const apart = Math.abs(gapWas - gapIs);
  if (apart < SAME_GAP_MS || apart < Math.max(gapWas, gapIs) / 3) return 'same';
  return gapIs < gapWas ? 'better' : 'worse';
}
