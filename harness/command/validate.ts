import type { Bundle } from '../bundle/bundle.js';
import { checkBundle } from '../bundle/check.js';
import { diffBundles } from '../bundle/difference.js';
import { resolveServingUnit } from '../bundle/serving.js';
import { bundleTree } from '../bundle/tree.js';
import { createContext, type DrillContext } from '../campaign/context.js';
import { findBundleNeeds } from '../campaign/needs.js';
import { findCaveats } from '../campaign/questions.js';
import { bundleFacts, describeCampaign } from '../campaign/shard.js';
import { listValidationCells, planValidation, type ValidateOptions } from '../campaign/validate.js';
import { createValidationDocument, type Validated, validationSchema } from '../contract/validation.js';
import { readVersion } from '../core/version.js';
import { lintTree } from '../lint/lint.js';
import { guestNamed } from '../machine/image/guests.js';
import { chooseMachineFor } from '../machine/providers.js';
import { chooseStyle } from '../report/layout.js';
import { renderValidation } from '../report/validation.js';
import type { CampaignPart } from '../verdict/part.js';
import {
  type Answer,
  answerName,
  compareAnswers,
  judgePart,
  judgeSafety,
  SAFETY_EXIT_CODES,
} from '../verdict/safety.js';
import { chooseCandidate } from './choose-candidate.js';
import { type Conclusion, conclude, documentOf } from './conclude.js';
import type { ValidateFlags } from './declaration/validate.js';
import { readDrillFlags } from './drill-flags.js';
import { withReapedMachines } from './interrupt.js';
import { chooseSome, readPartFlags } from './part-flags.js';
import { progressOnStderr } from './progress.js';
import { submit } from './submit.js';

/** `oomdrill validate`: whether a set of limits is safe, before it reaches a host. */
export async function executeValidate(what: string | undefined, flags: ValidateFlags): Promise<void> {
  await conclude(flags, async () => {
    const { candidate, current, note } = await chooseCandidate(what, flags);
    const warnings = checkBundle(candidate);
    const progress = progressOnStderr();
    if (note !== undefined) progress(note);
    for (const warning of warnings) progress(`warning: ${warning}`);
    const findings = lintTree(bundleTree(candidate)).findings.filter(({ severity }) => severity !== 'note');
    const { name, flags: own, table } = flags.machine;
    const machine = chooseMachineFor('validate', name, own, table);
    const settings = readDrillFlags(flags);
    const baseline = flags.baseline === undefined ? undefined : current;
    const version = await readVersion();
    const { choice, isWhole } = await readPartFlags(flags);
    const options = {
      guest: guestNamed(flags.guest).name,
      failFast: flags.failFast,
      onAnswer: (answer: Answer) => {
        const { verdict, outcome } = answer.run;
        progress(`${answerName(answer)}: ${verdict}, ${outcome ?? 'no outcome'}`);
      },
    };
    const cells = listValidationCells({ ...options, bundle: candidate }, settings);
    if (baseline) cells.push(...listValidationCells({ ...options, bundle: baseline, isBaseline: true }, settings));
    const declared = [candidate, ...(baseline ? [baseline] : [])].map(bundleFacts);
    const campaign = describeCampaign({ ...settings, version, machine }, flags.failFast === true, declared);
    if (flags.submit !== undefined)
      return submit(flags.submit, {
        command: 'validate',
        cells,
        campaign,
        choice,
        flags,
        ofTheWhole: ['json'],
        settings: { ...settings, machine },
        findNeeds: (context) => findBundleNeeds(context, candidate),
      });
    const part = chooseSome(cells, campaign, choice);
    const done: string[] = [];
    const drilled = await withReapedMachines(progress, async ({ signal }) => {
      const context = await createContext({ ...settings, machine, progress, signal });
      const own = new Set(part.own);
      return drillBoth(context, candidate, baseline, { ...options, own, onDone: (key) => done.push(key) });
    });
    return concludeValidation({ ...drilled, isWhole, part: { ...part, done, tookMs: drilled.tookMs } }, candidate, {
      warnings,
      findings,
      difference: diffBundles(current, candidate),
    });
  });
}

/** What the drills showed, and what is known without one. */
function concludeValidation(
  {
    scale,
    answers,
    asked,
    before,
    ms,
    failure,
    isWhole,
    part,
  }: Awaited<ReturnType<typeof drillBoth>> & { readonly isWhole: boolean; readonly part: CampaignPart },
  candidate: Bundle,
  known: Pick<Validated, 'warnings' | 'findings' | 'difference'>,
): Conclusion {
  const judged = isWhole ? judgeSafety(answers, asked) : judgePart(answers);
  const { unit, limits, oomPolicy } = resolveServingUnit(candidate);
  // Safe or not, what was asked for was not done.
  const ofAnswers = isWhole || answers.some(({ run }) => run.verdict !== 'pass') ? SAFETY_EXIT_CODES[judged.safety] : 0;
  const exitCode = ofAnswers || (failure === undefined ? 0 : 2);
  const validated: Validated = {
    ...judged,
    ...known,
    unit: unit.name,
    limits,
    oomPolicy,
    host: candidate.manifest.host,
    scale,
    answers,
    caveats: findCaveats(candidate),
    comparison: before && compareAnswers(before, answers),
    baseline: before,
    durationMs: ms,
    exitCode,
    part,
  };
  const { columns } = chooseStyle(process.stdout, process.env);
  const document = documentOf(validationSchema, createValidationDocument(validated));
  return { document, text: renderValidation(validated, columns), exitCode, failure };
}

/** Drills a candidate and then today's limits, both at one scale: guests of different sizes would compare the sizes. */
async function drillBoth(
  context: DrillContext,
  candidate: Bundle,
  baseline: Bundle | undefined,
  options: Omit<ValidateOptions, 'bundle'>,
) {
  const planned = await planValidation(context, { ...options, bundle: candidate });
  const { scale } = planned;
  const sameScale = { ...context, scale: String(scale) };
  const today = baseline && (await planValidation(sameScale, { ...options, bundle: baseline, isBaseline: true }));
  const { answers, ms, failure } = await planned.drill();
  if (failure !== undefined && answers.length === 0) throw failure;
  const asked = failure === undefined;
  const before = asked ? await today?.drill() : undefined;
  const tookMs = ms + (before?.ms ?? 0);
  return { scale, answers, ms, tookMs, asked, before: before?.answers, failure: failure ?? before?.failure };
}
