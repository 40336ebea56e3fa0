import type { Outcome } from '../record/schema.js';
import { OUTCOMES, type OutcomeTable } from './outcomes.js';
import type { RunSummary, Verdict } from './summary.js';
import { WEIGHT } from './verdicts.js';

/** What the drills say about a set of limits. */
export const SAFETIES = ['SAFE', 'UNSAFE', 'UNDECIDED'] as const;
export type Safety = (typeof SAFETIES)[number];

/** One question about a set of limits, and the drill that answered it. */
export interface Answer {
  /** Its name, short and stable, such as `past-max`. */
  readonly question: string;
  /** The index of the hog size, from 0, where the question has several; null where it has one. */
  readonly placeIndex: number | null;
  /** The question in words. */
  readonly asks: string;
  readonly run: RunSummary;
}

/** The name of an answer: that of its question, with a number from 1 where there are several sizes: `plateau-2`. */
export function answerName({ question, placeIndex }: Pick<Answer, 'question' | 'placeIndex'>): string {
  return placeIndex === null ? question : `${question}-${placeIndex + 1}`;
}

export interface SafetyJudgement {
  readonly safety: Safety;
  /** One sentence for each answer that decided. */
  readonly reasons: readonly string[];
}

/**
 * Limits are safe if every question has a good answer; one bad answer makes them unsafe.
 *
 * @param isWhole whether every question was asked; false if the run ended before that
 */
export function judgeSafety(answers: readonly Answer[], isWhole = true, outcomes = OUTCOMES): SafetyJudgement {
  const bad = answers.filter(({ run }) => speaksAgainstLimits(run, outcomes));
  if (bad.length > 0) return { safety: 'UNSAFE', reasons: bad.map(describeAnswer) };
  const open = answers.filter(({ run }) => run.verdict !== 'pass');
  if (open.length > 0 || answers.length === 0) return { safety: 'UNDECIDED', reasons: open.map(describeAnswer) };
  if (!isWhole) return { safety: 'UNDECIDED', reasons: ['Not every question was asked: the run ended early.'] };
  return { safety: 'SAFE', reasons: [`${answers.length} drills, and the server kept answering in each.`] };
}

/** The same of a part of the questions, which alone makes nothing safe. */
export function judgePart(answers: readonly Answer[]): SafetyJudgement {
  const { safety, reasons } = judgeSafety(answers);
  if (safety !== 'SAFE') return { safety, reasons };
  return { safety: 'UNDECIDED', reasons: [`${reasons.join(' ')} They are a part of the questions: merge joins them.`] };
}

/**
 * Whether a drill failed by what its limits did. An outcome that says nothing about memory, as of a server that waits
 * for a CPU, speaks against no limit of it.
 */
export const speaksAgainstLimits = (
  { verdict, outcome }: Pick<RunSummary, 'verdict' | 'outcome'>,
  outcomes = OUTCOMES,
): boolean => verdict === 'fail' && (outcome === null || outcomes[outcome].zone !== null);

/** Exit status, as of `run`: 0 safe, 1 unsafe, 2 undecided. */
export const SAFETY_EXIT_CODES: Readonly<Record<Safety, 0 | 1 | 2>> = { SAFE: 0, UNSAFE: 1, UNDECIDED: 2 };

function describeAnswer({ asks, run }: Answer): string {
  return `${asks}: ${run.outcome ?? run.verdict}. ${findReason(run)}`;
}

/**
 * The first bound that was missed, or else what happened. The outcome itself already says that another was expected.
 */
function findReason({ missed, reasons }: RunSummary): string {
  const bound = missed.find((one) => one.bound !== 'outcomes');
  return bound?.sentence ?? reasons[missed.length] ?? 'The reason is not known.';
}

/** How the answer to a question can differ between two sets of limits. */
export const CHANGES = ['better', 'worse', 'same', 'unknown'] as const;

/** The answers to one question under two sets of limits. */
export interface Comparison {
  readonly question: string;
  readonly asks: string;
  readonly change: (typeof CHANGES)[number];
  readonly before: AnswerFigures;
  readonly after: AnswerFigures;
}

/** The figures of an answer that are compared. */
interface AnswerFigures {
  readonly verdict: Verdict;
  readonly outcome: Outcome | null;
  readonly longestGapMs: number | null;
}

/**
 * Two gaps count as the same if they differ by less than this, or by less than a third: repetitions of a drill differ
 * so much.
 */
const SAME_GAP_MS = 1_000;

/**
 * Compares the answers to each question that was asked of both. Where a question was asked at several hog sizes, its
 * worst answer counts: limits with a soft band have three sizes, limits without one have one.
 */
export function compareAnswers(before: readonly Answer[], after: readonly Answer[], outcomes = OUTCOMES): Comparison[] {
  const earlier = findWorstByQuestion(before, outcomes);
  return [...findWorstByQuestion(after, outcomes)].flatMap(([question, { asks, run }]) => {
    const first = earlier.get(question);
    if (!first) return [];
    const [was, is] = [pickFigures(first.run), pickFigures(run)];
    return [{ question, asks, change: compareFigures(was, is, outcomes), before: was, after: is }];
  });
}

function findWorstByQuestion(answers: readonly Answer[], outcomes: OutcomeTable): ReadonlyMap<string, Answer> {
  const worst = new Map<string, Answer>();
  for (const answer of answers) {
    const known = worst.get(answer.question);
    if (!known || isWorse(answer.run, known.run, outcomes)) worst.set(answer.question, answer);
  }
  return worst;
}

function isWorse(run: RunSummary, than: RunSummary, outcomes: OutcomeTable): boolean {
  const more = WEIGHT[run.verdict] - WEIGHT[than.verdict];
  return more === 0 ? compareFigures(pickFigures(than), pickFigures(run), outcomes) === 'worse' : more > 0;
}

const pickFigures = ({ verdict, outcome, evidence }: RunSummary): AnswerFigures => ({
  verdict,
  outcome,
  longestGapMs: evidence?.longestGapMs ?? null,
});

function compareFigures(before: AnswerFigures, after: AnswerFigures, outcomes: OutcomeTable): Comparison['change'] {
  const was = before.outcome && outcomes[before.outcome].badness;
  const is = after.outcome && outcomes[after.outcome].badness;
  if (was === null || is === null) return 'unknown';
  // A claim can fail with a good outcome: the hog was killed where nothing should have been.
  const fails = [before, after].filter(({ verdict }) => verdict === 'fail');
  if (fails.length === 1) return after.verdict === 'fail' ? 'worse' : 'better';
  if (was !== is) return is < was ? 'better' : 'worse';
  const [gapWas, gapIs] = [before.longestGapMs, after.longestGapMs];
  if (gapWas === null || gapIs === null) return 'unknown';
  const apart = Math.abs(gapWas - gapIs);
  if (apart < SAME_GAP_MS || apart < Math.max(gapWas, gapIs) / 3) return 'same';
  return gapIs < gapWas ? 'better' : 'worse';
}
