import type { Bundle } from '../bundle/bundle.js';
import { formatSeconds, timed } from '../core/clock.js';
import type { GuestName } from '../machine/machine.js';
import { readRecord } from '../record/reader.js';
import { study } from '../study/study.js';
import type { Answer } from '../verdict/safety.js';
import type { RunSummary } from '../verdict/summary.js';
import { drillTwice, type MachineOptions, makeRunDir, onOneMachine, specOf } from './on-machine.js';
import type { PlannedDrill } from './plan.js';
import { planner } from './planner.js';
import { brimQuestion, hasBrim, type Question, questionsFor } from './questions.js';

export interface ValidateOptions extends MachineOptions {
  readonly bundle: Bundle;
  readonly guest: GuestName;
  /** Stop at the first bad answer, which decides the word; what else is wrong stays unknown. */
  readonly failFast?: boolean | undefined;
  /** Told of each answer as it comes. */
  readonly onAnswer?: (answer: Answer) => void;
}

/** How a bundle's limits fared, question by question. */
export interface Validation {
  readonly scale: number;
  readonly answers: readonly Answer[];
  /** Wall-clock time of all drills, milliseconds. */
  readonly ms: number;
  /** What broke the drills off before every question was put; the answers are those until then. */
  readonly failure?: unknown;
}

/**
 * Puts to a bundle's limits all that decides whether they are safe. A question whose first place was answered badly is not asked
 * at its other places; all others are, so that the answer names everything that is wrong.
 *
 * @throws OomdrillError for a bad bundle or scale, before a machine starts, and what ended the first drill
 */
export async function validateBundle(options: ValidateOptions): Promise<Validation> {
  const { bundle, guest, watchdog, progress } = options;
  const plan = await planner(options);
  const questions = await Promise.all(
    questionsFor(bundle, watchdog).map(async (question) => ({
      question,
      plans: await Promise.all(question.scenarios.map((scenario) => plan(scenario, bundle))),
    })),
  );
  const [first] = questions[0]?.plans ?? [];
  if (!first) throw new Error('there is nothing to ask');
  const runDir = await makeRunDir(options.outDir, 'validate');
  const answers: Answer[] = [];
  const { value: failure, ms } = await timed(() =>
    onOneMachine(options, specOf(guest, first), runDir, async (drillOne) => {
      const ask = async ({ name, asks }: Question, plans: readonly PlannedDrill[]) => {
        let last: RunSummary | undefined;
        for (const planned of plans) {
          last = await drillTwice(drillOne, planned, '', progress);
          const answer = { question: planned.scenario.name.replace(/^validate-/, ''), asks, run: last };
          answers.push(answer);
          options.onAnswer?.(answer);
          if (last.verdict === 'fail') break;
        }
        return { name, last };
      };
      for (const { question, plans } of questions) {
        const { name, last } = await ask(question, plans);
        if (options.failFast && last?.verdict === 'fail') return;
        if (name !== 'past-max' || !hasBrim(bundle)) continue;
        const bytes = await restingBytes(last);
        if (bytes === null) continue;
        const brim = brimQuestion(bundle, watchdog, { bytes, scale: first.scale });
        if (brim) await ask(brim, await Promise.all(brim.scenarios.map((scenario) => plan(scenario, bundle))));
      }
    }).catch((thrown: unknown) => {
      if (answers.length === 0) throw thrown;
      return thrown;
    }),
  );
  progress(`${answers.length} drills in ${formatSeconds(ms)}`);
  return { scale: first.scale, answers, ms, ...(failure === undefined ? {} : { failure }) };
}

/** What the server needs at rest, as a drill's record has it. */
async function restingBytes(run: RunSummary | undefined): Promise<number | null> {
  return run?.record ? study(await readRecord(run.record)).memory.restingBytes : null;
}
