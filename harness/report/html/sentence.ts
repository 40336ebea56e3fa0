import { OUTCOMES } from '../../verdict/outcomes.js';
import type { RunSummary, Verdict } from '../../verdict/summary.js';

/** What each verdict means, for people who do not read kernel logs. */
const VERDICT_LABELS: Readonly<Record<Verdict, { claim: string; control: string }>> = {
  pass: { claim: 'Holds', control: 'Fails as expected' },
  fail: { claim: 'Does not hold', control: 'Did not fail as expected' },
  inconclusive: { claim: 'Not proved', control: 'Not proved' },
  error: { claim: 'Stopped by an error', control: 'Stopped by an error' },
  skip: { claim: 'Skipped', control: 'Skipped' },
};

/** The label of a verdict. */
export const describeVerdict = ({ verdict, control }: Pick<RunSummary, 'verdict' | 'control'>): string =>
  VERDICT_LABELS[verdict][control ? 'control' : 'claim'];

/** One drill in one sentence. */
export function describeDrill(run: RunSummary, outcomes = OUTCOMES): string {
  const { verdict, outcome, evidence, expected, reasons } = run;
  const why = reasons[0] ?? 'The reason is not known.';
  if (verdict === 'skip') return `This machine cannot run the drill: ${why}`;
  if (outcome === null || evidence === null) return `The machine failed before anything was proved: ${why}`;
  if (verdict === 'inconclusive') return `Nothing was proved, neither for nor against the claim: ${why}`;
  const happened = `${capitalize(outcomes[outcome].sentence(evidence))}.`;
  // The outcome is an expected one, but a bound of the expectation was missed: then that is what matters.
  return verdict === 'fail' && expected.includes(outcome) ? `${why} ${happened}` : happened;
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The result of all drills, in one or a few short sentences. */
export function composeHeadline(runs: readonly Pick<RunSummary, 'verdict' | 'control'>[], unread = 0): string {
  const unreadSentence = unread === 0 ? '' : ` ${formatCount(unread, 'record')} could not be read.`;
  if (runs.length === 0) return `Nothing was drilled.${unreadSentence}`;
  const count = (verdict: Verdict, control: boolean) =>
    runs.filter((run) => run.control === control && run.verdict === verdict).length;
  const unproved = runs.filter(({ verdict }) => verdict === 'inconclusive' || verdict === 'error').length;
  const skipped = runs.filter(({ verdict }) => verdict === 'skip').length;
  const claims = runs.filter(({ control, verdict }) => !control && verdict !== 'skip').length;
  const [badAsExpected, notBad] = [count('pass', true), count('fail', true)];
  const sentences: string[] = [];
  if (claims > 0) {
    const holding = count('pass', false);
    const isClean = count('fail', false) === 0 && unproved === 0;
    sentences.push(
      isClean
        ? describeAllHold(claims)
        : `${holding} of ${formatCount(claims, 'claim')} ${holding === 1 ? 'holds' : 'hold'}.`,
    );
  }
  if (badAsExpected > 0) sentences.push(`${formatCount(badAsExpected, 'control')} failed as expected.`);
  if (notBad > 0) sentences.push(`${formatCount(notBad, 'control')} did not fail: do not trust the claims.`);
  if (unproved > 0) sentences.push(`${formatCount(unproved, 'drill')} proved nothing.`);
  if (skipped > 0) sentences.push(`${formatCount(skipped, 'drill')} ${skipped === 1 ? 'was' : 'were'} skipped.`);
  return `${sentences.join(' ')}${unreadSentence}`;
}

function describeAllHold(claims: number): string {
  if (claims === 1) return 'The one claim holds.';
  return claims === 2 ? 'Both claims hold.' : `All ${claims} claims hold.`;
}

const formatCount = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
