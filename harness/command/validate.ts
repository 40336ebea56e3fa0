import { stat } from 'node:fs/promises';
import { type Bundle, listBundleFiles } from '../bundle/bundle.js';
import { type LimitValues, readLimitValues, withValues } from '../bundle/candidate.js';
import { checkBundle } from '../bundle/check.js';
import { diffBundles } from '../bundle/difference.js';
import { readConfiguration } from '../bundle/load.js';
import { resolveServingUnit } from '../bundle/serving.js';
import type { Tree } from '../bundle/tree.js';
import { createContext, type DrillContext } from '../campaign/context.js';
import { loadNamedBundle } from '../campaign/named-bundle.js';
import { findCaveats } from '../campaign/questions.js';
import { planValidation, type ValidateOptions } from '../campaign/validate.js';
import { createValidationDocument, type Validated, validationSchema } from '../contract/validation.js';
import { usageError } from '../core/errors.js';
import { lintTree } from '../lint/lint.js';
import { guestNamed } from '../machine/image/guests.js';
import { chooseMachineFor } from '../machine/providers.js';
import { chooseStyle } from '../report/layout.js';
import { renderValidation } from '../report/validation.js';
import { type Answer, answerName, compareAnswers, judgeSafety, SAFETY_EXIT_CODES } from '../verdict/safety.js';
import { STAND_INS } from '../workload/stand-ins.js';
import { type Conclusion, conclude, documentOf } from './conclude.js';
import type { ValidateFlags } from './declaration/validate.js';
import { readDrillFlags } from './drill-flags.js';
import { withReapedMachines } from './interrupt.js';
import { progressOnStderr } from './progress.js';

/** Where neither a bundle nor a baseline is named: the catalogue's host of today. */
const DEFAULT_BUNDLE = STAND_INS[0].bundle;

/** `oomdrill validate`: whether a set of limits is safe, before it reaches a host. */
export async function executeValidate(what: string | undefined, flags: ValidateFlags): Promise<void> {
  await conclude(flags, async () => {
    const { candidate, current } = await candidateOf(what, flags);
    const warnings = checkBundle(candidate);
    const progress = progressOnStderr();
    for (const warning of warnings) progress(`warning: ${warning}`);
    const findings = lintTree(treeOf(candidate)).findings.filter(({ severity }) => severity !== 'note');
    const { name, flags: own, table } = flags.machine;
    const machine = chooseMachineFor('validate', name, own, table);
    const settings = readDrillFlags(flags);
    const baseline = flags.baseline === undefined ? undefined : current;
    const options = {
      guest: guestNamed(flags.guest).name,
      failFast: flags.failFast,
      onAnswer: (answer: Answer) => {
        const { verdict, outcome } = answer.run;
        progress(`${answerName(answer)}: ${verdict}, ${outcome ?? 'no outcome'}`);
      },
    };
    const drilled = await withReapedMachines(progress, async ({ signal }) => {
      const context = await createContext({ ...settings, machine, progress, signal });
      return drillBoth(context, candidate, baseline, options);
    });
    return concludeValidation(drilled, candidate, { warnings, findings, difference: diffBundles(current, candidate) });
  });
}

/** What the drills showed, and what is known without one. */
function concludeValidation(
  { scale, answers, asked, before, ms, failure }: Awaited<ReturnType<typeof drillBoth>>,
  candidate: Bundle,
  known: Pick<Validated, 'warnings' | 'findings' | 'difference'>,
): Conclusion {
  const judged = judgeSafety(answers, asked);
  const { unit, limits, oomPolicy } = resolveServingUnit(candidate);
  // Safe or not, what was asked for was not done.
  const exitCode = SAFETY_EXIT_CODES[judged.safety] || (failure === undefined ? 0 : 2);
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
  const today = baseline && (await planValidation(sameScale, { ...options, bundle: baseline }));
  const { answers, ms, failure } = await planned.drill();
  if (failure !== undefined && answers.length === 0) throw failure;
  const asked = failure === undefined;
  const before = asked ? await today?.drill() : undefined;
  return { scale, answers, ms, asked, before: before?.answers, failure: failure ?? before?.failure };
}

/** A bundle as lint reads one from its folder. */
function treeOf(bundle: Bundle): Tree {
  const entries = listBundleFiles(bundle).map(({ path, text }) => ({ kind: 'file' as const, path, shown: path, text }));
  return { kind: 'bundle', root: bundle.name, entries };
}

/**
 * What is to be validated, and what it is compared with: a bundle with the flags' values, or a unit file's in the place of the
 * baseline's.
 */
async function candidateOf(
  what: string | undefined,
  flags: ValidateFlags,
): Promise<{ candidate: Bundle; current: Bundle }> {
  const { memoryHigh, memoryMax, memorySwapMax, oomPolicy, hostMemory, swap } = flags;
  const values = givenLimits({ memoryHigh, memoryMax, memorySwapMax, oomPolicy, hostMemory, swap });
  const baseline = flags.baseline === undefined ? undefined : await loadNamedBundle(flags.baseline);
  if (what === undefined && Object.keys(values).length === 0)
    throw usageError(
      'NOTHING_TO_VALIDATE',
      'A bundle, a unit file or a value must be given.',
      'For example: oomdrill validate --memory-max 24G',
    );
  const isFile = what !== undefined && (await stat(what).catch(() => undefined))?.isFile();
  if (what !== undefined && !isFile) {
    const bundle = await loadNamedBundle(what);
    return { candidate: withValues(bundle, values), current: baseline ?? bundle };
  }
  const base = baseline ?? (await loadNamedBundle(DEFAULT_BUNDLE));
  // Percentages in the file are those of the host that is asked about.
  const onHost = withValues(base, givenLimits({ hostMemory, swap }));
  const ofFile = isFile ? readLimitValues(await readConfiguration(what, what), what, onHost) : {};
  return { candidate: withValues(base, { ...ofFile, ...values }), current: base };
}

/** Without what was not given. */
function givenLimits(values: { readonly [name in keyof LimitValues]: string | undefined }): LimitValues {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value.trim()]])),
  );
}
