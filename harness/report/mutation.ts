import { formatSeconds } from '../core/clock.js';
import { type PrintableText, textOf } from '../core/printable-text.js';
import type { BrokenBundle } from '../mutate/mutant.js';
import type { Score } from '../mutate/score.js';
import type { MutantResult, Trial } from '../mutate/trial.js';
import { indent } from './layout.js';
import { renderTable } from './table.js';

/** Lists mutants for people: what each breaks, what people would still believe, and the scenarios to drill. */
export function renderMutants(all: readonly BrokenBundle[], columns: number): PrintableText {
  const section = ({ mutant, bundle, notMade }: BrokenBundle) => {
    const scenarios = bundle
      ? `drilled with: ${mutant.noticedBy.join(', ')}`
      : notMade === undefined
        ? 'does not apply to this bundle'
        : `cannot be made: ${notMade}`;
    const lines = [mutant.breaks, `Wrongly believed: ${mutant.belief}`, scenarios];
    return ['', mutant.name, ...indent(lines, columns)];
  };
  return textOf(all.flatMap(section).slice(1));
}

/** Renders a mutation run for people: a table, the mutants that survived or were not decided and why, and the score. */
export function renderMutation(
  bundle: string,
  baseline: readonly Trial[],
  results: readonly MutantResult[],
  score: Score,
): PrintableText {
  const rows = results.map(({ mutant, fate, trials }) => {
    const ms = trials.reduce((sum, trial) => sum + trial.ms, 0);
    const time = trials.length === 0 ? '-' : formatSeconds(ms);
    return [mutant.name, describeFate({ fate, trials }), String(trials.length), time];
  });
  const notPassed = baseline.filter(({ verdict }) => verdict !== 'pass');
  return textOf([
    ...renderTable([['mutant'], ['result'], ['drills', 'right'], ['time', 'right']], rows),
    ...notPassed.map((trial) => `${bundle} unchanged, ${describeTrial(trial)}`),
    ...results
      .filter(({ fate }) => fate === 'survived' || fate === 'undecided' || fate === 'not-made')
      .flatMap(({ mutant, fate, trials, why }) => {
        const details = why === undefined ? trials.map(describeTrial) : [why];
        const head = `${fate.replace('-', ' ')}: ${mutant.name}. ${mutant.breaks}`;
        return [head, ...details.map((detail) => `    ${detail}`)];
      }),
    ...describeScore(bundle, score),
  ]);
}

const WITHOUT_KILLER = {
  killed: '',
  survived: 'SURVIVED',
  undecided: 'undecided',
  inapplicable: 'does not apply',
  'not-made': 'not made',
};

/** The scenario and outcome that killed a mutant, or that it was not killed. */
function describeFate({ fate, trials }: Pick<MutantResult, 'fate' | 'trials'>): string {
  const last = trials.at(-1);
  if (fate !== 'killed' || !last) return WITHOUT_KILLER[fate];
  const { scenario, outcome, expected } = last;
  // The outcome is an expected one, but another bound of the claim did not hold.
  const isBoundMissed = outcome !== null && expected.includes(outcome);
  return `killed by ${scenario}: ${isBoundMissed ? `${outcome}, a bound missed` : outcome}`;
}

function describeTrial({ scenario, verdict, outcome, reasons, record }: Trial): string {
  const result = outcome === null ? verdict : `${verdict}, ${outcome}`;
  const place = record === null ? '' : ` (${record})`;
  const why = reasons[0] === undefined ? '' : ` ${reasons[0]}`;
  return `${scenario}: ${result}.${why}${place}`;
}

function describeScore(bundle: string, score: Score): string[] {
  const { mutants, killed, percent, survivors, undecided, inapplicable, notMade, baselineDrills, falseAlarms, drills } =
    score;
  const listNames = (names: readonly string[]) => (names.length === 0 ? '' : ` (${names.join(', ')})`);
  const lines: string[] = [];
  if (mutants === 0) lines.push(`no mutant ${notMade.length > 0 ? 'was made of' : 'applies to'} ${bundle}`);
  else if (percent === null) {
    const what = mutants === 1 ? 'its mutant' : `any of its ${mutants} mutants`;
    const tried = drills === 1 ? '1 drill' : `${drills} drills`;
    lines.push(`no mutation score of ${bundle}: ${tried} decided nothing about ${what}`);
  } else {
    const share = percent.toFixed(percent === 100 ? 0 : 1);
    lines.push(`mutation score of ${bundle}: ${share} %, ${killed} of ${mutants} mutants killed in ${drills} drills`);
  }
  lines.push(`survivors: ${survivors.length}${listNames(survivors)}`);
  if (undecided.length > 0) lines.push(`undecided: ${undecided.length}${listNames(undecided)}`);
  if (notMade.length > 0) lines.push(`not made: ${notMade.length}${listNames(notMade)}`);
  if (inapplicable.length > 0) lines.push(`do not apply: ${inapplicable.length}${listNames(inapplicable)}`);
  if (baselineDrills === 0) lines.push('the unchanged bundle was not drilled');
  else lines.push(`false alarms: ${falseAlarms} in ${baselineDrills} drills of the unchanged bundle`);
  return lines;
}
