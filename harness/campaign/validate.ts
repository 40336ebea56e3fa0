import type { Bundle } from '../bundle/bundle.js';
import { formatSeconds, measureTime } from '../core/clock.js';
import type { PlannedDrill } from '../drill/plan.js';
import { readRecord } from '../record/reader.js';
import { study } from '../study/study.js';
import type { Answer } from '../verdict/safety.js';
import type { RunSummary } from '../verdict/summary.js';
import { putQuestions } from './ask.js';
import type { DrillContext } from './context.js';
import { drillWithSecondTry, makeRunDir, onOneMachine, specOf } from './on-machine.js';
import { keepPartial } from './partial.js';
import { createPlanner } from './planner.js';
import { brimQuestion, hasBrim, type Question, questionsFor } from './questions.js';

export interface ValidateOptions {
  readonly bundle: Bundle;
  /** The name of the guest that is drilled on. */
  readonly guest: string;
  /** Stop at the first bad answer, which decides the word; what else is wrong stays unknown. */
  readonly failFast?: boolean | undefined;
  /** Told of each answer as it comes. */
  readonly onAnswer?: (answer: Answer) => void;
}

/** How a bundle's limits fared, question by question. */
interface Validation {
  readonly answers: readonly Answer[];
  /** Wall-clock time of all drills, milliseconds. */
  readonly ms: number;
  /** What broke the drills off before every question was put; the answers are those until then. */
  readonly failure?: unknown;
}

/** All that is to be drilled is known, and nothing of it wrong. */
export interface PlannedValidation {
  readonly scale: number;
  /** Puts the questions. An error in the middle ends them, and stands in the result. */
  readonly drill: () => Promise<Validation>;
}

/**
 * Plans to put to a bundle's limits all that decides whether they are safe. A question whose first place was answered badly is not
 * asked at its other places; all others are, so that the answer names everything that is wrong.
 *
 * @throws OomdrillError for a bad bundle or scale
 */
export async function planValidation(context: DrillContext, options: ValidateOptions): Promise<PlannedValidation> {
  const { bundle } = options;
  const { watchdog } = context;
  const plan = await createPlanner(context);
  const planned = async (question: Question) => ({
    question,
    drills: await Promise.all(question.scenarios.map((scenario) => plan(scenario, bundle))),
  });
  const questions = await Promise.all(questionsFor(bundle, watchdog).map(planned));
  const [first] = questions[0]?.drills ?? [];
  if (!first) throw new Error('there is nothing to ask');
  const { scale } = first;
  /** What the brim is depends on the server's size, which a drill has to show first. */
  const followUp = async ({ showsRestingSize }: Question, last: RunSummary) => {
    if (!showsRestingSize || !hasBrim(bundle)) return undefined;
    const bytes = await restingBytes(last);
    const brim = bytes === null ? undefined : brimQuestion(bundle, watchdog, { bytes, scale });
    return brim && planned(brim);
  };
  return {
    scale,
    drill: () =>
      drillAll(context, options, first, (ask) =>
        putQuestions(questions, { ask, followUp, failFast: options.failFast }),
      ),
  };
}

/** Carries out one drill of a question, at the place of that number. */
type Ask = (question: Question, drill: PlannedDrill, place: number) => Promise<RunSummary>;

/** Carries out what `work` asks for, on one machine. */
async function drillAll(
  context: DrillContext,
  options: ValidateOptions,
  first: PlannedDrill,
  work: (ask: Ask) => Promise<void>,
): Promise<Validation> {
  const { guest } = options;
  const { progress } = context;
  const answers: Answer[] = [];
  const askAll = async () => {
    const runDir = await makeRunDir(context.outDir, 'validate');
    await onOneMachine(context, specOf(guest, first), runDir, (drillOne) =>
      work(async ({ name, asks, scenarios }, planned, place) => {
        const run = await drillWithSecondTry(drillOne, planned, '', progress);
        const answer = { question: name, placeIndex: scenarios.length === 1 ? null : place, asks, run };
        answers.push(answer);
        options.onAnswer?.(answer);
        return run;
      }),
    );
  };
  // Without an answer too: the caller may have those of another bundle to tell.
  const { value: failure, ms } = await measureTime(() => keepPartial(askAll));
  progress(`${answers.length} drills in ${formatSeconds(ms)}`);
  return { answers, ms, failure };
}

/** What the server needs at rest, as a drill's record has it. */
async function restingBytes(run: RunSummary): Promise<number | null> {
  return run.record ? study(await readRecord(run.record)).memory.restingBytes : null;
}
