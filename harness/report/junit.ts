import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { withoutUndefined } from '../core/defined.js';
import { printable } from '../core/printable.js';
import { drilledName, type RunSummary, type Summary } from '../verdict/summary.js';
import { countVerdicts } from './tally.js';
import { describeDetailsAndRecord, describeOutcome } from './words.js';

const PACKAGE = 'oomdrill';

/**
 * Renders the summary as JUnit XML, valid for Jenkins' schema (fixtures/schemas/junit.xsd): one suite for each guest,
 * one test for each drill. A `failure` is a claim that did not hold; an `error` is a drill that proved nothing, because
 * its machine failed or it was inconclusive.
 */
export function renderJunit({ runs, host, at }: Pick<Summary, 'runs' | 'host' | 'at'>): string {
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: PACKAGE,
    ...countTotals(runs),
  });
  const guests = [...new Set(runs.map(({ guest }) => guest))];
  for (const [index, guest] of guests.entries()) {
    const ofGuest = runs.filter((run) => run.guest === guest);
    const attributes = {
      name: escapeText(`${PACKAGE}.${guest}`),
      id: index,
      package: PACKAGE,
      hostname: escapeText(guest),
      skipped: countVerdicts(ofGuest, 'skip'),
      ...countTotals(ofGuest),
      // The readers of this schema expect a local time without a zone.
      timestamp: at?.replace(/(\.\d+)?Z$/, ''),
    };
    const suite = root.ele('testsuite', withoutUndefined(attributes));
    const properties = suite.ele('properties');
    for (const [name, value] of Object.entries(host))
      properties.ele('property', { name, value: escapeText(String(value)) });
    for (const [run, name] of nameRuns(ofGuest)) renderCase(suite, run, name);
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

/**
 * One line of text. What is printable is allowed in XML 1.0, which the last output of a console may not be. xmlbuilder2 reads
 * `&amp;` in its input as an ampersand, but the input here is plain text.
 */
const escapeText = (line: string): string => printable(line).replaceAll('&', '&amp;');

const decimalSeconds = (ms: number): string => (ms / 1000).toFixed(3);
/** Undefined where the drill was stopped by an error: then its time is not known. */
const durationMs = ({ timings }: RunSummary): number | undefined => timings?.totalMs;

function countTotals(runs: readonly RunSummary[]) {
  return {
    tests: runs.length,
    failures: countVerdicts(runs, 'fail'),
    errors: countVerdicts(runs, 'error', 'inconclusive'),
    time: decimalSeconds(runs.flatMap((run) => durationMs(run) ?? []).reduce((sum, ms) => sum + ms, 0)),
  };
}

/** Numbers drills of the same scenario, because readers treat two tests with the same name as one. */
function nameRuns(runs: readonly RunSummary[]): [RunSummary, string][] {
  const seen = new Map<string, number>();
  return runs.map((run) => {
    const name = drilledName(run);
    const round = (seen.get(name) ?? 0) + 1;
    seen.set(name, round);
    return [run, round === 1 ? name : `${name} (${round})`];
  });
}

function renderCase(suite: XMLBuilder, run: RunSummary, name: string): void {
  const { verdict, outcome, error, guest, reasons } = run;
  const ms = durationMs(run);
  const attributes = {
    name: escapeText(name),
    classname: escapeText(`${PACKAGE}.${guest}`),
    time: ms === undefined ? undefined : decimalSeconds(ms),
  };
  const test = suite.ele('testcase', withoutUndefined(attributes));
  const details = describeDetailsAndRecord(run).map(escapeText).join('\n');
  const message = escapeText(reasons[0] ?? '');
  if (verdict === 'skip') test.ele('skipped').txt(escapeText(reasons.join(' ')));
  else if (verdict === 'fail') test.ele('failure', { type: escapeText(outcome ?? verdict), message }).txt(details);
  else if (verdict !== 'pass') test.ele('error', { type: escapeText(error?.code ?? verdict), message }).txt(details);
  else test.ele('system-out').txt(`${escapeText(describeOutcome(run))}\n${details}`);
}
