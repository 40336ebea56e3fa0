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

Generated from \`scenarios/\` and \`fixtures/bundles/\` by \`npm run generate\`; a unit test fails when it is stale. Sizes are those of the real host.
A **control** must come out bad: on a configuration that is known to fail, or with a server that is told to. When a control stops failing, the harness or
the world has changed, and the passes beside it are not to be trusted. Outcomes are explained in [outcomes.md](outcomes.md).
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
      `| [${name}](#${name}) | ${suite} | ${control ? 'control' : ''} | ${outcomes(expect)} |`,
  );
  return [
    CATALOGUE_INTRO,
    ['| kind of injection | |', '|---|---|', ...kinds.map(kindRow), ''].join('\n'),
    ['| scenario | suite | | expected |', '|---|---|---|---|', ...rows, ''].join('\n'),
    ...bundled.map(section),
  ].join('\n');
}

const kindRow = ({ name, summary }: InjectionKind): string => `| \`${name}\` | ${summary} |`;

function section({ scenario, bundle }: { scenario: Scenario; bundle: Bundle }): string {
  const { name, hypothesis, injections, bystanders = [], repair, phases, expect, standIn } = scenario;
  const facts = [`Bundle \`${bundle.name}\`: ${bundle.manifest.description} ${limitsInWords(bundle)}`];
  for (const { unit, path } of bundle.manifest.beside ?? [])
    facts.push(`Beside it runs \`${unit}\`${path === undefined ? '' : `, asked for \`${path}\``}.`);
  if (standIn?.losesListenerAfterOom) facts.push('The server is told to drop its listener after an OOM kill.');
  if (bystanders.length > 0) facts.push(`Bystanders, who must live: ${bystanders.map(renderInjection).join('; ')}.`);
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
  nobody: 'nobody is killed',
  hog: 'the hogs are killed, and only they',
  'some-hog': 'a hog is killed, and nobody but hogs',
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
  ['besideGapMs', 'the units beside it are never silent for longer than'],
] as const;
