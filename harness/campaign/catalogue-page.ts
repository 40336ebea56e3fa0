import { join } from 'node:path';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { servingUnit } from '../bundle/serving.js';
import { renderBytes } from '../core/bytes.js';
import type { Repair, Scenario } from '../drill/scenario.js';
import type { Injection, InjectionKind } from '../inject/injection.js';
import { INJECTION_KINDS } from '../inject/kinds.js';
import type { Expectation } from '../record/schema.js';

const CATALOGUE_INTRO = `# The catalogue

Every scenario: what it claims, on which limits, with which injection, and what must come out. Use it to look one up, or to
find one that is like your own case. \`oomdrill list\` prints the same in short, and \`oomdrill run NAME\` drills one.

Generated from \`scenarios/\` and \`fixtures/bundles/\` by \`npm run generate\`; a unit test fails when it is stale. Sizes are
those of the real host.

A **control** must come out bad: its limits are known to fail, or its server is set up to fail. When a control stops failing, the
harness or the world has changed, and the passes of the claims can not be trusted. The outcomes are explained in
[Outcomes](outcomes.md). Scenarios are named after the day of an incident, after the public issue that they reproduce, or
after what they do.

## Kinds of injections
`;

/**
 * The page that says what every scenario claims, on which limits, by which injection, and what must come out. Markdown.
 *
 * @param bundlesDir has each scenario's bundle as a folder
 * @param kinds those that there are to inject
 */
export async function cataloguePage(
  scenarios: readonly Scenario[],
  bundlesDir: string,
  kinds: readonly InjectionKind[] = INJECTION_KINDS,
): Promise<string> {
  const bundled = await Promise.all(
    scenarios.map(async (scenario) => ({ scenario, bundle: await loadBundle(join(bundlesDir, scenario.bundle)) })),
  );
  const rows = scenarios.map(
    ({ name, suite, control, expect }) =>
      `| [${name}](#${name}) | ${suite} | ${control ? 'control' : 'claim'} | ${outcomes(expect)} |`,
  );
  return [
    CATALOGUE_INTRO,
    [...kinds.map(kindItem), ''].join('\n'),
    ['## All scenarios', '', '| scenario | suite | kind | expected |', '|---|---|---|---|', ...rows, ''].join('\n'),
    ...bundled.map(section),
  ].join('\n');
}

const kindItem = ({ name, summary }: InjectionKind): string => `- \`${name}\`: ${summary}`;

function section({ scenario, bundle }: { scenario: Scenario; bundle: Bundle }): string {
  const { name, hypothesis, injections, bystanders = [], repair, phases, expect, standIn } = scenario;
  const facts = [`Bundle \`${bundle.name}\`: ${bundle.manifest.description} ${limitsInWords(bundle)}`];
  for (const { unit, path } of bundle.manifest.sidecars ?? [])
    facts.push(`Its sidecar is \`${unit}\`${path === undefined ? '' : `, asked for \`${path}\``}.`);
  if (standIn?.losesListenerAfterOom) facts.push('The server is set up to drop its listener after an OOM kill.');
  if (bystanders.length > 0) facts.push(`Bystanders, which must live: ${bystanders.map(renderInjection).join('; ')}.`);
  for (const injection of injections)
    facts.push(`Injection: ${renderInjection(injection)}; it holds for ${phases.holdMs / 1000} s.`);
  if (repair) facts.push(repairInWords(repair));
  facts.push(`Expected: ${expectationInWords(expect)}.`);
  return [`## ${name}`, '', hypothesis, '', ...facts.map((fact) => `- ${fact}`), ''].join('\n');
}

const renderInjection = (injection: Injection): string => injection.kind.inWords(injection);

/** The command as it can be run, but for the unit's name. */
function repairInWords({ set, stayMs }: Repair): string {
  const settings = Object.entries(set).map(([key, value]) => `${key}=${value}`);
  return `Repair: \`systemctl set-property --runtime ${settings.join(' ')}\`; the hog stays ${stayMs / 1000} s longer.`;
}

function limitsInWords(bundle: Bundle): string {
  const { limits, oomPolicy } = servingUnit(bundle);
  const { high, max, swapMax } = limits;
  return `\`MemoryHigh=${renderBytes(high)} MemoryMax=${renderBytes(max)} MemorySwapMax=${renderBytes(swapMax)} OOMPolicy=${oomPolicy}\``;
}

const outcomes = ({ outcomes }: Expectation): string => outcomes.map((outcome) => `\`${outcome}\``).join(' or ');

const KILLED_IN_WORDS: Readonly<Record<NonNullable<Expectation['killed']>, string>> = {
  none: 'nothing is killed',
  injections: 'the hogs are killed, and nothing else',
  'some-injections': 'a hog is killed, and nothing but hogs',
};

function expectationInWords(expect: Expectation): string {
  const { killed, fullStallPercent, highEvents, sameServer, placeLives } = expect;
  const claims = [outcomes(expect)];
  if (killed !== undefined) claims.push(KILLED_IN_WORDS[killed]);
  if (fullStallPercent !== undefined) claims.push(`a full stall for at least ${fullStallPercent} % of the hold`);
  if (highEvents !== undefined) claims.push(`${highEvents} \`high\` events`);
  for (const [bound, words] of TIME_BOUNDS) {
    const ms = expect[bound];
    if (ms !== undefined) claims.push(`${words} ${ms / 1000} s`);
  }
  if (sameServer !== undefined)
    claims.push(sameServer ? 'the server keeps its process' : 'the server loses its process');
  if (placeLives !== undefined) claims.push(`the hog's place ${placeLives ? 'lives on' : 'is stopped'}`);
  return claims.join('; ');
}

const TIME_BOUNDS = [
  ['longestGapMs', 'the longest gap is at most'],
  ['repairedWithinMs', 'after the repair it answers within'],
  ['answersWithinMs', 'after the SIGKILL it answers within'],
  ['sidecarGapMs', 'its sidecars are never silent for longer than'],
] as const;
