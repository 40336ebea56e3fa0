import type { Outcome } from '../record/schema.js';
import { OUTCOMES, type OutcomeTable } from './outcomes.js';
import type { RunSummary, Verdict } from './summary.js';
import { WEIGHT } from './verdicts.js';

/** The word on a set of limits. */
export const SAFETIES = ['SAFE', 'UNSAFE', 'UNDECIDED'] as const;
export type Safety = (typeof SAFETIES)[number];

/** One question that was put to a set of limits, and the drill that answered it. */
export interface Answer {
  /** Its name: short and stable, such as `past-max`. */
  readonly question: string;
  /** Which of the places it was that the question is asked at, from 0; null where there is one alone. */
  readonly placeIndex: number | null;
  /** The question in words. */
  readonly asks: string;
  readonly run: RunSummary;
}

/** What an answer goes by: its question's name, and the place's number where there are several: `plateau-2`. */
export function answerName({ question, placeIndex }: Pick<Answer, 'question' | 'placeIndex'>): string {
  return placeIndex === null ? question : `${question}-${placeIndex + 1}`;
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
  if (bad.length > 0) return { safety: 'UNSAFE', reasons: bad.map(answerInSentence) };
  const open = answers.filter(({ run }) => run.verdict !== 'pass');
  if (open.length > 0 || answers.length === 0) return { safety: 'UNDECIDED', reasons: open.map(answerInSentence) };
  if (!isWhole) return { safety: 'UNDECIDED', reasons: ['Not every question was put: the drills were broken off.'] };
  return { safety: 'SAFE', reasons: [`${answers.length} drills, and the server kept answering in each.`] };
}

/** As `run`: 0 safe, 1 unsafe, 2 undecided. */
export const exitCodeOfSafety: Readonly<Record<Safety, 0 | 1 | 2>> = { SAFE: 0, UNSAFE: 1, UNDECIDED: 2 };

function answerInSentence({ asks, run }: Answer): string {
  return `${asks}: ${run.outcome ?? run.verdict}. ${whyOf(run)}`;
}

/** The first bound that was missed, or what happened. That another outcome was expected says the outcome itself. */
function whyOf({ missed, reasons }: RunSummary): string {
  const bound = missed.find((one) => one.bound !== 'outcomes');
  return bound?.sentence ?? reasons[missed.length] ?? 'nothing is known of it';
}

/** How a question can have changed from one set of limits to another. */
export const CHANGES = ['better', 'worse', 'same', 'unknown'] as const;

/** How a question fared under one set of limits against another. */
export interface Comparison {
  readonly question: string;
  readonly asks: string;
  readonly change: (typeof CHANGES)[number];
  readonly before: AnswerFigures;
  readonly after: AnswerFigures;
}

/** What of an answer is compared. */
interface AnswerFigures {
  readonly verdict: Verdict;
  readonly outcome: Outcome | null;
  readonly longestGapMs: number | null;
}

/** Gaps closer to each other than this, and than a third, are of one size: what a drill's repetition may differ by. */
const SAME_GAP_MS = 1_000;

/**
 * Compares, question by question, those that were put to both. A question that was asked at several places fares as at the worst of
 * them: a soft band has three, and limits without one have one.
 */
export function compareAnswers(before: readonly Answer[], after: readonly Answer[], outcomes = OUTCOMES): Comparison[] {
  const earlier = worstByQuestion(before, outcomes);
  return [...worstByQuestion(after, outcomes)].flatMap(([question, { asks, run }]) => {
    const first = earlier.get(question);
    if (!first) return [];
    const [was, is] = [figuresOf(first.run), figuresOf(run)];
    return [{ question, asks, change: changeOf(was, is, outcomes), before: was, after: is }];
  });
}

function worstByQuestion(answers: readonly Answer[], outcomes: OutcomeTable): ReadonlyMap<string, Answer> {
  const worst = new Map<string, Answer>();
  for (const answer of answers) {
    const known = worst.get(answer.question);
    if (!known || isWorse(answer.run, known.run, outcomes)) worst.set(answer.question, answer);
  }
  return worst;
}

function isWorse(run: RunSummary, than: RunSummary, outcomes: OutcomeTable): boolean {
  const more = WEIGHT[run.verdict] - WEIGHT[than.verdict];
  return more === 0 ? changeOf(figuresOf(than), figuresOf(run), outcomes) === 'worse' : more > 0;
}

const figuresOf = ({ verdict, outcome, evidence }: RunSummary): AnswerFigures => ({
  verdict,
  outcome,
  longestGapMs: evidence?.longestGapMs ?? null,
});

function changeOf(before: AnswerFigures, after: AnswerFigures, outcomes: OutcomeTable): Comparison['change'] {
  const was = before.outcome && outcomes[before.outcome].badness;
  const is = after.outcome && outcomes[after.outcome].badness;
  if (was === null || is === null) return 'unknown';
  // A claim can fail with a good outcome: the hog was killed where nobody should have been.
  const fails = [before, after].filter(({ verdict }) => verdict === 'fail');
  if (fails.length === 1) return after.verdict === 'fail' ? 'worse' : 'better';
  if (was !== is) return is < was ? 'better' : 'worse';
  const [gapWas, gapIs] = [before.longestGapMs ?? 0, after.longestGapMs ?? 0];
  const apart = Math.abs(gapWas - gapIs);
  if (apart < SAME_GAP_MS || apart < Math.max(gapWas, gapIs) / 3) return 'same';
  return gapIs < gapWas ? 'better' : 'worse';
}
