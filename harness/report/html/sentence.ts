import { OUTCOMES } from '../../verdict/outcomes.js';
import type { RunSummary, Verdict } from '../../verdict/summary.js';

/** What each verdict means, in the words of somebody who does not read kernel logs. */
const VERDICT_WORDS: Readonly<Record<Verdict, { claim: string; control: string }>> = {
  pass: { claim: 'Holds', control: 'Fails as it must' },
  fail: { claim: 'Does not hold', control: 'Did not fail as it must' },
  inconclusive: { claim: 'Not proved', control: 'Not proved' },
  error: { claim: 'Broken off', control: 'Broken off' },
  skip: { claim: 'Skipped', control: 'Skipped' },
};

export const verdictInWords = ({ verdict, control }: Pick<RunSummary, 'verdict' | 'control'>): string =>
  VERDICT_WORDS[verdict][control ? 'control' : 'claim'];

/** One drill in one sentence. */
export function sentenceOf(run: RunSummary, outcomes = OUTCOMES): string {
  const { verdict, outcome, evidence, expected, reasons } = run;
  const why = reasons[0] ?? 'nothing is known of it';
  if (verdict === 'skip') return `This machine cannot carry the drill out: ${why}`;
  if (outcome === null || evidence === null) return `The machine failed before anything was shown: ${why}`;
  if (verdict === 'inconclusive') return `Nothing was shown, neither for nor against: ${why}`;
  const happened = `${capitalized(outcomes[outcome].sentence(evidence))}.`;
  // The outcome is as expected, and a bound of the expectation is not met: that is what matters then.
  return verdict === 'fail' && expected.includes(outcome) ? `${why} ${happened}` : happened;
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** All drills in one sentence: what the suite says. */
export function headlineOf(runs: readonly Pick<RunSummary, 'verdict' | 'control'>[], unread = 0): string {
  const lost = unread === 0 ? '' : ` ${counted(unread, 'record')} could not be read.`;
  if (runs.length === 0) return `Nothing was drilled.${lost}`;
  const number = (verdict: Verdict, control: boolean) =>
    runs.filter((run) => run.control === control && run.verdict === verdict).length;
  const unproved = runs.filter(({ verdict }) => verdict === 'inconclusive' || verdict === 'error').length;
  const skipped = runs.filter(({ verdict }) => verdict === 'skip').length;
  const claims = runs.filter(({ control, verdict }) => !control && verdict !== 'skip').length;
  const [failed, spared] = [number('pass', true), number('fail', true)];
  const sentences: string[] = [];
  if (claims > 0) {
    const holding = number('pass', false);
    const isClean = number('fail', false) === 0 && unproved === 0;
    sentences.push(
      isClean ? allHold(claims) : `${holding} of ${counted(claims, 'claim')} ${holding === 1 ? 'holds' : 'hold'}.`,
    );
  }
  if (failed > 0) sentences.push(`${counted(failed, 'control')} failed as ${failed === 1 ? 'it' : 'they'} must.`);
  if (spared > 0)
    sentences.push(
      `${counted(spared, 'control')} did not fail: the claims beside ${spared === 1 ? 'it' : 'them'} are not to be trusted.`,
    );
  if (unproved > 0) sentences.push(`${counted(unproved, 'drill')} proved nothing.`);
  if (skipped > 0) sentences.push(`${counted(skipped, 'drill')} ${skipped === 1 ? 'was' : 'were'} skipped.`);
  return `${sentences.join(' ')}${lost}`;
}

function allHold(claims: number): string {
  if (claims === 1) return 'The one claim holds.';
  return claims === 2 ? 'Both claims hold.' : `All ${claims} claims hold.`;
}

const counted = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
