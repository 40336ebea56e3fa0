import Table from 'cli-table3';
import { formatSeconds } from '../core/clock.js';
import type { BrokenBundle } from '../mutate/mutant.js';
import type { Score } from '../mutate/score.js';
import type { MutantResult, Trial } from '../mutate/trial.js';
import { indent } from './layout.js';

/** Each mutant with what is broken, what is then wrongly believed, and the scenarios that would be tried, for people. */
export function renderMutants(all: readonly BrokenBundle[], columns: number): string {
  const section = ({ mutant, bundle }: BrokenBundle) => {
    const scenarios = bundle ? `tried with: ${mutant.noticedBy.join(', ')}` : 'does not apply to this bundle';
    const lines = [mutant.breaks, `Believed: ${mutant.belief}`, scenarios];
    return [mutant.name, ...indent(lines, columns)].join('\n');
  };
  return `${all.map(section).join('\n\n')}\n`;
}

/** What a mutation run came to, for people: a table, what survived or proved nothing and why, and the score. */
export function renderMutation(
  bundle: string,
  baseline: readonly Trial[],
  results: readonly MutantResult[],
  score: Score,
): string {
  const table = new Table({
    head: ['mutant', 'killed by', 'drills', 'time'],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'right', 'right'],
  });
  for (const { mutant, fate, trials } of results) {
    const ms = trials.reduce((sum, trial) => sum + trial.ms, 0);
    const time = trials.length === 0 ? '-' : formatSeconds(ms);
    table.push([mutant.name, fateInWords({ fate, trials }), trials.length, time]);
  }
  const bad = baseline.filter(({ verdict }) => verdict !== 'pass');
  return [
    table.toString(),
    ...bad.map((trial) => `${bundle} as it is, ${trialInWords(trial)}`),
    ...results
      .filter(({ fate }) => fate === 'survived' || fate === 'undecided')
      .map(({ mutant, fate, trials }) =>
        [`${fate}: ${mutant.name}. ${mutant.breaks}`, ...trials.map((trial) => `    ${trialInWords(trial)}`)].join(
          '\n',
        ),
      ),
    scoreInWords(bundle, score),
    '',
  ].join('\n');
}

const WITHOUT_KILLER = { killed: '', survived: 'SURVIVED', undecided: 'undecided', inapplicable: 'does not apply' };

/** By which scenario and outcome a mutant was killed, or that it was not. */
function fateInWords({ fate, trials }: Pick<MutantResult, 'fate' | 'trials'>): string {
  const last = trials.at(-1);
  if (fate !== 'killed' || !last) return WITHOUT_KILLER[fate];
  const { scenario, outcome, expected } = last;
  // The outcome is the expected one, and something else that was claimed did not hold.
  const missed = outcome !== null && expected.includes(outcome);
  return `${scenario}: ${missed ? `${outcome}, a bound missed` : outcome}`;
}

function trialInWords({ scenario, verdict, outcome, reasons, record }: Trial): string {
  const what = outcome === null ? verdict : `${verdict}, ${outcome}`;
  const where = record === null ? '' : ` (${record})`;
  return `${scenario}: ${what}. ${reasons[0] ?? ''}${where}`;
}

function scoreInWords(bundle: string, score: Score): string {
  const { mutants, killed, percent, survivors, undecided, inapplicable, baselineDrills, falseAlarms, drills } = score;
  const listed = (names: readonly string[]) => (names.length === 0 ? '' : `: ${names.join(', ')}`);
  const lines: string[] = [];
  if (percent === null) lines.push(`no mutant applies to ${bundle}`);
  else {
    const share = percent.toFixed(percent === 100 ? 0 : 1);
    lines.push(`mutation score of ${bundle}: ${share} %, ${killed} of ${mutants} mutants killed in ${drills} drills`);
  }
  lines.push(`survivors: ${survivors.length}${listed(survivors)}`);
  if (undecided.length > 0) lines.push(`undecided: ${undecided.length}${listed(undecided)}`);
  if (inapplicable.length > 0) lines.push(`do not apply: ${inapplicable.length}${listed(inapplicable)}`);
  if (baselineDrills === 0) lines.push('the bundle as it is was not drilled');
  else lines.push(`false alarms: ${falseAlarms} in ${baselineDrills} drills of the bundle as it is`);
  return lines.join('\n');
}
