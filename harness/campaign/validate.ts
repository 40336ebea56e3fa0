import type { Bundle } from '../bundle/bundle.js';
import { formatSeconds, measureTime } from '../core/clock.js';
import type { PlannedDrill } from '../drill/plan.js';
import { cellKey } from '../verdict/part.js';
import type { Answer } from '../verdict/safety.js';
import type { RunSummary } from '../verdict/summary.js';
import { askQuestions } from './ask.js';
import type { DrillContext } from './context.js';
import { drillWithSecondTry, makeRunDir, specOf, withMachine } from './on-machine.js';
import { keepPartial } from './partial.js';
import { createPlanner } from './planner.js';
import { createBrimQuestion, createQuestions, hasBrim, type Question } from './questions.js';
import { restingBytesOf } from './resting-bytes.js';
import { type ExpectedCell, estimateCost } from './shard.js';
import { planSnapshots } from './snapshots.js';

export interface ValidateOptions {
  readonly bundle: Bundle;
  /** Name of the guest image. */
  readonly guest: string;
  /** Whether it is what another bundle is compared with. */
  readonly isBaseline?: boolean | undefined;
  /** The keys of the cells that are drilled; all if absent. */
  readonly own?: ReadonlySet<string> | undefined;
  /** Called with the key of each cell whose question was answered. */
  readonly onDone?: ((key: string) => void) | undefined;
  /** Stop at the first failure: it decides the result; other faults stay unknown. */
  readonly failFast?: boolean | undefined;
  /** Called with each answer as it comes. */
  readonly onAnswer?: (answer: Answer) => void;
}

/** The answers to all questions about a bundle's limits. */
interface Validation {
  readonly answers: readonly Answer[];
  /** Wall-clock time of all drills, milliseconds. */
  readonly ms: number;
  /** The error that ended the drills early; the answers are those until then. */
  readonly failure?: unknown;
}

/** A validation whose input was checked and whose drills are planned. */
export interface PlannedValidation {
  readonly scale: number;
  /** Asks the questions. An error ends them, and is part of the result. */
  readonly drill: () => Promise<Validation>;
}

/**
 * Plans the drills that decide whether a bundle's limits are safe. After a failure the question's other places are
 * skipped; all other questions are asked, so that the result names every fault.
 *
 * @throws OomdrillError for an invalid bundle or scale
 */
export async function planValidation(context: DrillContext, options: ValidateOptions): Promise<PlannedValidation> {
  const { bundle } = options;
  const { watchdog, wayIn } = context;
  const plan = await createPlanner(context);
  const planQuestion = async (question: Question) => ({
    question,
    drills: await Promise.all(question.scenarios.map((scenario) => plan(scenario, bundle))),
  });
  const questions = await Promise.all(createQuestions(bundle, watchdog, wayIn).map(planQuestion));
  const [first, ...others] = questions.flatMap(({ drills }) => drills);
  if (!first) throw new Error('there are no questions');
  const { scale } = first;
  /** The brim depends on the server's size, which a drill must show first. */
  const followUp = async ({ showsRestingSize }: Question, last: RunSummary) => {
    if (!showsRestingSize || !hasBrim(bundle)) return undefined;
    const bytes = last.record ? await restingBytesOf(last.record) : null;
    const brim = bytes === null ? undefined : createBrimQuestion(bundle, watchdog, { bytes, scale }, wayIn);
    return brim && planQuestion(brim);
  };
  const own = questions.filter(({ question }) => options.own?.has(questionKey(question, options)) ?? true);
  const { failFast, onDone } = options;
  const answered = (question: Question) => onDone?.(questionKey(question, options));
  return {
    scale,
    drill: () =>
      own.length === 0
        ? Promise.resolve({ answers: [], ms: 0 })
        : drillAll(context, options, [first, ...others], (ask) =>
            askQuestions(own, { ask, followUp, failFast, answered }),
          ),
  };
}

/** The key of the cell of a question. The brim's belongs to the question that shows how much the server needs. */
function questionKey({ name }: Question, { bundle, guest, isBaseline }: ValidateOptions): string {
  return cellKey(isBaseline ? `baseline: ${name}` : name, bundle.name, guest);
}

/** Lists the cells of a validation: its questions. @throws OomdrillError `LIMIT_TOO_SMALL` */
export function listValidationCells(
  options: ValidateOptions,
  { watchdog, wayIn }: Pick<DrillContext, 'watchdog' | 'wayIn'>,
): ExpectedCell[] {
  return createQuestions(options.bundle, watchdog, wayIn).map((question) => {
    const drills = [...question.scenarios];
    if (question.showsRestingSize && hasBrim(options.bundle)) drills.push(...question.scenarios);
    return { key: questionKey(question, options), ...estimateCost(drills) };
  });
}

/** Carries out one drill of a question; `placeIndex` counts from 0. */
type Ask = (question: Question, drill: PlannedDrill, placeIndex: number) => Promise<RunSummary>;

/** Carries out the drills of `work` on one machine. */
async function drillAll(
  context: DrillContext,
  options: ValidateOptions,
  [first, ...others]: readonly [PlannedDrill, ...PlannedDrill[]],
  work: (ask: Ask) => Promise<void>,
): Promise<Validation> {
  const { guest } = options;
  const { progress } = context;
  const answers: Answer[] = [];
  const askAll = async () => {
    const runDir = await makeRunDir(context.outDir, 'validate');
    const snapshotsFor = await planSnapshots([first, ...others], context);
    await withMachine(context, specOf(guest, first), { runDir, snapshotsFor }, (drillOne) =>
      work(async ({ name, asks, scenarios }, planned, index) => {
        const run = await drillWithSecondTry(drillOne, planned, '', context);
        const answer = { question: name, placeIndex: scenarios.length === 1 ? null : index, asks, run };
        answers.push(answer);
        options.onAnswer?.(answer);
        return run;
      }),
    );
  };
  // Also without any answer: the caller may have answers of another bundle to report.
  const { value: failure, ms } = await measureTime(() => keepPartial(askAll));
  progress(`${answers.length} drills in ${formatSeconds(ms)}`);
  return { answers, ms, failure };
}
