import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { withoutUndefined } from '../core/defined.js';
import { drilledName, type RunSummary, type Summary } from '../verdict/summary.js';
import { countVerdicts } from './tally.js';
import { detailsAndRecord, outcomeInWords } from './words.js';

const PACKAGE = 'oomdrill';

/**
 * The summary as JUnit XML, as Jenkins' schema has it (fixtures/schemas/junit.xsd): a suite a guest, a test a drill. A `failure` is
 * a claim that did not hold; an `error` is a drill that proved nothing, by the machine's fault or as inconclusive.
 */
export function renderJunit({ runs, host, at }: Pick<Summary, 'runs' | 'host' | 'at'>): string {
  // Characters that XML cannot hold are in some consoles' last words.
  const root = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' }).ele('testsuites', {
    name: PACKAGE,
    ...countTotals(runs),
  });
  const guests = [...new Set(runs.map(({ guest }) => guest))];
  for (const [index, guest] of guests.entries()) {
    const ofGuest = runs.filter((run) => run.guest === guest);
    const attributes = {
      name: literal(`${PACKAGE}.${guest}`),
      id: index,
      package: PACKAGE,
      hostname: literal(guest),
      skipped: countVerdicts(ofGuest, 'skip'),
      ...countTotals(ofGuest),
      // The schema's users read local time without a zone.
      timestamp: at?.replace(/(\.\d+)?Z$/, ''),
    };
    const suite = root.ele('testsuite', withoutUndefined(attributes));
    const properties = suite.ele('properties');
    for (const [name, value] of Object.entries(host))
      properties.ele('property', { name, value: literal(String(value)) });
    for (const [run, name] of named(ofGuest)) renderCase(suite, run, name);
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

/** xmlbuilder2 takes `&amp;` in what it is handed for an ampersand; what is handed to it here is plain text. */
const literal = (text: string): string => text.replaceAll('&', '&amp;');

const decimalSeconds = (ms: number): string => (ms / 1000).toFixed(3);
const tookMs = ({ timings }: RunSummary): number => timings?.totalMs ?? 0;

function countTotals(runs: readonly RunSummary[]) {
  return {
    tests: runs.length,
    failures: countVerdicts(runs, 'fail'),
    errors: countVerdicts(runs, 'error', 'inconclusive'),
    time: decimalSeconds(runs.reduce((sum, run) => sum + tookMs(run), 0)),
  };
}

/** Drills of the same scenario are numbered: readers take two tests of one name for one test. */
function named(runs: readonly RunSummary[]): [RunSummary, string][] {
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
  const test = suite.ele('testcase', {
    name: literal(name),
    classname: literal(`${PACKAGE}.${guest}`),
    time: decimalSeconds(tookMs(run)),
  });
  const details = literal(detailsAndRecord(run).join('\n'));
  // An attribute has no lines: XML 1.0, 3.3.3 "Attribute-Value Normalization".
  const message = literal(reasons[0] ?? '').replace(/\s+/g, ' ');
  if (verdict === 'skip') test.ele('skipped').txt(literal(reasons.join(' ')));
  else if (verdict === 'fail') test.ele('failure', { type: outcome ?? verdict, message }).txt(details);
  else if (verdict !== 'pass') test.ele('error', { type: error?.code ?? verdict, message }).txt(details);
  else test.ele('system-out').txt(`${outcomeInWords(run)}\n${details}`);
}
