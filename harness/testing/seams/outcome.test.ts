import t from 'tap';
import { prepareDrill } from '../../report/html/drill.js';
import { renderPage } from '../../report/html/page.js';
import { renderJunit } from '../../report/junit.js';
import { renderOpenMetrics } from '../../report/openmetrics.js';
import { renderTap } from '../../report/tap.js';
import { decideZone } from '../../verdict/band.js';
import { renderOutcomeSections } from '../../verdict/manual.js';
import { compareAnswers } from '../../verdict/safety.js';
import { summarize, summarizeRecord } from '../../verdict/summarize.js';
import { judge } from '../../verdict/verdict.js';
import { compose } from '../record.js';
import { OUTCOMES_AND_SLUGGISH as OUTCOMES, SLUGGISH } from './fake-outcome.js';

const slow = compose({ request: (due) => ({ t: due + (due > 9_000 ? 300 : 30), ok: true }) });
const { host } = slow.header;
const run = summarizeRecord(slow, 'slow/record.jsonl', OUTCOMES);

t.test('it is decided and judged, and our own outcomes are decided as before', async (t) => {
  t.match(judge(slow, OUTCOMES), {
    outcome: SLUGGISH,
    verdict: 'fail',
    reasons: ['Expected contained, but it was sluggish.', 'The median answer took 300 ms, and 30 ms before.'],
  });
  t.equal(judge(slow).outcome, 'contained');
  t.equal(judge(compose(), OUTCOMES).outcome, 'contained');
  const expected = compose({
    expect: { outcomes: [SLUGGISH] },
    request: (due) => ({ t: due + (due > 9_000 ? 300 : 30), ok: true }),
  });
  t.equal(judge(expected, OUTCOMES).verdict, 'pass');
});

t.test('its rank is worse than contained and better than degraded', async (t) => {
  const answer = (outcome: typeof SLUGGISH) => [
    { question: 'a', placeIndex: null, asks: 'a', run: { ...run, outcome, verdict: 'pass' as const } },
  ];
  const change = (before: typeof SLUGGISH, after: typeof SLUGGISH) =>
    compareAnswers(answer(before), answer(after), OUTCOMES)[0]?.change;
  t.equal(change('contained', SLUGGISH), 'worse');
  t.equal(change('degraded', SLUGGISH), 'better');
  t.equal(change(SLUGGISH, SLUGGISH), 'same');
  t.equal(decideZone(run, OUTCOMES), 'harmed');
});

t.test('it is in a summary and in every kind of report', async (t) => {
  const summary = summarize([run], host, {}, OUTCOMES);
  t.match(summary, { runs: [{ outcome: SLUGGISH }], exitCode: 1 });
  t.throws(() => summarize([run], host), 'a name that is not in the table is a bug of ours');
  t.match(renderTap(summary), /not ok 1 .*sluggish, expected contained/);
  t.match(renderJunit(summary), '<failure type="sluggish"');
  const metrics = await renderOpenMetrics(summary, OUTCOMES);
  t.match(metrics, /oomdrill_outcome\{[^}]*outcome="sluggish"\} 1/);
  t.match(metrics, /oomdrill_outcome\{[^}]*outcome="contained"\} 0/);
  const drills = [prepareDrill(slow, 'slow/record.jsonl', OUTCOMES)];
  const page = renderPage({ drills, unread: [], maps: [], version: '0' }, { script: '', style: '' }, OUTCOMES);
  t.match(page, 'The server took three times as long for an answer as before.');
  t.match(
    renderOutcomeSections(OUTCOMES),
    /`sluggish`\n\nThe server answered more slowly than before\.\n\n- \*\*Evidence:\*\* the median answer of the hold took three times/,
  );
});
