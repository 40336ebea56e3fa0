import type { Bundle } from '../bundle/bundle.js';
import { resolveServingUnit } from '../bundle/serving.js';
import { renderBytes } from '../core/bytes.js';
import { printable } from '../core/printable.js';
import type { Repair, Scenario } from '../drill/scenario.js';
import type { Injection, InjectionKind } from '../inject/injection.js';
import { INJECTION_KINDS } from '../inject/kinds.js';
import type { Expectation } from '../record/schema.js';
import { nameKiller } from '../verdict/kill-sentences.js';

const CATALOGUE_INTRO = `# The catalogue

Every scenario: its claim, its limits, its injection, and the expected outcome. Look up a scenario here, or find one
that is similar to your own case. \`oomdrill list\` prints a short form, and \`oomdrill run NAME\` drills a scenario.

Sizes are those of the real host. Generated from \`scenarios/\` and \`fixtures/bundles/\` by \`npm run generate\`.

A **control** must show harm: its limits are known to fail, or its server is set up to fail. Mostly that is a bad
outcome; where it is \`contained\`, a further bound asks for the harm. When a control stops failing, the harness or its
environment has changed, and a passed claim cannot be trusted: [what to do](ci.md#when-a-control-fails).
[Outcomes](outcomes.md) explains the outcomes. Scenarios are named after the date of an incident, after the public issue that they reproduce, or
after what they do.

## Kinds of injections
`;

/**
 * Renders the page of all scenarios: their claims, limits, injections and expected outcomes. Markdown.
 *
 * @param kinds all kinds of injections
 */
export async function renderCataloguePage(
  scenarios: readonly Scenario[],
  kinds: readonly InjectionKind[] = INJECTION_KINDS,
): Promise<string> {
  const bundled = await Promise.all(
    scenarios.map(async (scenario) => ({ scenario, bundle: await scenario.bundle.load() })),
  );
  const rows = scenarios.map(
    ({ name, suite, control, expect }) =>
      `| [${printable(name)}](#${encodeURIComponent(printable(name))}) | ${suite} | ${control ? 'control' : 'claim'} | ${renderOutcomes(expect)} |`,
  );
  return [
    CATALOGUE_INTRO,
    [...kinds.map(renderKind), ''].join('\n'),
    ['## All scenarios', '', '| scenario | suite | kind | expected |', '|---|---|---|---|', ...rows, ''].join('\n'),
    ...bundled.map(renderScenario),
  ].join('\n');
}

const renderKind = ({ name, summary }: InjectionKind): string => `- \`${name}\`: ${summary}`;

function renderScenario({ scenario, bundle }: { scenario: Scenario; bundle: Bundle }): string {
  const { name, hypothesis, injections, bystanders = [], repair, phases, expect, standIn } = scenario;
  const facts = [`Bundle \`${bundle.name}\`: ${bundle.manifest.description} ${renderLimits(bundle)}`];
  for (const { unit, path } of bundle.manifest.sidecars ?? [])
    facts.push(`Its sidecar is \`${unit}\`${path === undefined ? '' : `, probed at \`${path}\``}.`);
  if (standIn?.losesListenerAfterOom) facts.push('The server is set up to drop its listener after an OOM kill.');
  if (bystanders.length > 0)
    facts.push(`Bystanders, which must survive: ${bystanders.map(renderInjection).join('; ')}.`);
  for (const injection of injections)
    facts.push(`Injection: ${renderInjection(injection)}; it holds for ${phases.holdMs / 1000} s.`);
  if (repair) facts.push(renderRepair(repair));
  facts.push(`Expected: ${renderExpectation(expect)}.`);
  return [
    `## ${printable(name)}`,
    '',
    printable(hypothesis),
    '',
    ...facts.map((fact) => `- ${printable(fact)}`),
    '',
  ].join('\n');
}

const renderInjection = (injection: Injection): string => injection.kind.inWords(injection);

/** With the command of the repair, which lacks only the unit's name. */
function renderRepair({ set, stayMs }: Repair): string {
  const settings = Object.entries(set).map(([key, value]) => `${key}=${value}`);
  return `Repair: \`systemctl set-property --runtime ${settings.join(' ')}\`; the hog stays ${stayMs / 1000} s longer.`;
}

function renderLimits(bundle: Bundle): string {
  const { limits, oomPolicy } = resolveServingUnit(bundle);
  const { high, max, swapMax } = limits;
  return `\`MemoryHigh=${renderBytes(high)} MemoryMax=${renderBytes(max)} MemorySwapMax=${renderBytes(swapMax)} OOMPolicy=${oomPolicy}\``;
}

const renderOutcomes = ({ outcomes }: Expectation): string => outcomes.map((outcome) => `\`${outcome}\``).join(' or ');

const KILL_CLAIMS: Readonly<Record<NonNullable<Expectation['killed']>, string>> = {
  none: 'nothing is killed',
  injections: 'the hogs are killed, and nothing else',
  'some-injections': 'a hog is killed, and nothing but hogs',
};

function renderExpectation(expect: Expectation): string {
  const { killed, firstKiller, fullStallPercent, highEvents, sameServer, placeLives } = expect;
  const claims = [renderOutcomes(expect)];
  if (killed !== undefined) claims.push(KILL_CLAIMS[killed]);
  if (firstKiller !== undefined) claims.push(`${nameKiller(firstKiller)} is the first to kill`);
  if (fullStallPercent !== undefined) claims.push(`a full stall for at least ${fullStallPercent} % of the hold`);
  if (highEvents !== undefined) claims.push(`${highEvents} \`high\` events`);
  for (const [bound, claim] of TIME_BOUNDS) {
    const ms = expect[bound];
    if (ms !== undefined) claims.push(`${claim} ${ms / 1000} s`);
  }
  if (sameServer !== undefined)
    claims.push(sameServer ? 'the server keeps its process' : 'the server loses its process');
  if (placeLives !== undefined) claims.push(`the hog's place ${placeLives ? 'survives' : 'is stopped'}`);
  return claims.join('; ');
}

const TIME_BOUNDS = [
  ['longestGapMs', 'the longest gap is at most'],
  ['p50Ms', 'half of the requests of the hold are answered within'],
  ['p90Ms', '90 % of them are answered within'],
  ['p99Ms', '99 % of them are answered within'],
  ['repairedWithinMs', 'after the repair it answers within'],
  ['answersWithinMs', 'after the SIGKILL it answers within'],
  ['sidecarGapMs', 'its sidecars are never silent for longer than'],
  ['longestLoginGapMs', 'the longest time without a login is at most'],
  ['shutOutForMs', 'no one can log in for at least'],
] as const;
