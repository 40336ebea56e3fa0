import { join } from 'node:path';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { servingUnit } from '../bundle/serving.js';
import { renderBytes } from '../core/bytes.js';
import type { Scenario } from '../drill/scenario.js';
import type { HogShape } from '../inject/hog.js';
import { describeTarget } from '../inject/target.js';
import type { Expectation } from '../record/schema.js';

const INTRO = `# The catalogue

Generated from \`scenarios/\` and \`fixtures/bundles/\` by \`npm run generate\`; a unit test fails when it is stale. Sizes are those of the real host.
A **control** must come out bad: on a configuration that is known to fail, or with a server that is told to. When a control stops failing, the harness or
the world has changed, and the passes beside it are not to be trusted. Outcomes are explained in [outcomes.md](outcomes.md).
`;

/** The page that says what every scenario claims, on which limits, by which injection, and what must come out. Markdown. */
export async function cataloguePage(scenarios: readonly Scenario[], bundlesDir: string): Promise<string> {
  const bundled = await Promise.all(
    scenarios.map(async (scenario) => ({ scenario, bundle: await loadBundle(join(bundlesDir, scenario.bundle)) })),
  );
  const rows = scenarios.map(
    ({ name, suite, control, expect }) =>
      `| [${name}](#${name}) | ${suite} | ${control ? 'control' : ''} | ${outcomes(expect)} |`,
  );
  return [
    INTRO,
    ['| scenario | suite | | expected |', '|---|---|---|---|', ...rows, ''].join('\n'),
    ...bundled.map(section),
  ].join('\n');
}

function section({ scenario, bundle }: { scenario: Scenario; bundle: Bundle }): string {
  const { name, hypothesis, hogs, bystanders = [], repair, phases, expect, standIn } = scenario;
  const facts = [
    `- Bundle \`${bundle.name}\`: ${bundle.manifest.description} ${limitsInWords(bundle)}`,
    ...(bundle.manifest.beside ?? []).map(
      ({ unit, path }) => `- Beside it runs \`${unit}\`${path === undefined ? '' : `, asked for \`${path}\``}.`,
    ),
    ...(standIn?.losesListenerAfterOom ? ['- The server is told to drop its listener after an OOM kill.'] : []),
    ...(bystanders.length === 0 ? [] : [`- Bystanders, who must live: ${bystanders.map(hogInWords).join('; ')}.`]),
    ...hogs.map((hog) => `- Injection: ${hogInWords(hog)}; it holds for ${phases.holdMs / 1000} s.`),
    ...(repair
      ? [
          `- Repair: \`systemctl set-property --runtime ${Object.entries(repair.set).map(([key, value]) => `${key}=${value}`)}\`; the hog stays ${repair.stayMs / 1000} s longer.`,
        ]
      : []),
    `- Expected: ${expectationInWords(expect)}.`,
  ];
  return [`## ${name}`, '', hypothesis, '', ...facts, ''].join('\n');
}

function limitsInWords(bundle: Bundle): string {
  const { limits, oomPolicy } = servingUnit(bundle);
  const { high, max, swapMax } = limits;
  return `\`MemoryHigh=${renderBytes(high)} MemoryMax=${renderBytes(max)} MemorySwapMax=${renderBytes(swapMax)} OOMPolicy=${oomPolicy}\``;
}

function hogInWords({ comm, place, target, memory = 'anonymous', tasks = 1, hold = 'idle', rate }: HogShape): string {
  return [
    `\`${comm}\``,
    tasks === 1 ? '' : `, ${tasks} processes of it,`,
    place === undefined ? '' : ` in a ${place.kind}`,
    ` grows ${describeTarget(target)}`,
    rate === undefined ? '' : ` by ${rate} a second`,
    ` (${memory.replace('-', ' ')} memory${hold === 'churn' ? ', rewritten all the time' : ''})`,
  ].join('');
}

const outcomes = ({ outcomes }: Expectation): string => outcomes.map((outcome) => `\`${outcome}\``).join(' or ');

const KILLED_IN_WORDS: Readonly<Record<NonNullable<Expectation['killed']>, string>> = {
  nobody: 'nobody is killed',
  hog: 'the hogs are killed, and only they',
  'some-hog': 'a hog is killed, and nobody but hogs',
};

function expectationInWords(expect: Expectation): string {
  const {
    killed,
    fullStallPercent,
    highEvents,
    longestGapMs,
    answersWithinMs,
    repairedWithinMs,
    besideGapMs,
    sameServer,
    placeLives,
  } = expect;
  const within = (ms: number | undefined, words: string) => (ms === undefined ? [] : [`${words} ${ms / 1000} s`]);
  return [
    outcomes(expect),
    ...(killed === undefined ? [] : [KILLED_IN_WORDS[killed]]),
    ...(fullStallPercent === undefined ? [] : [`a full stall for at least ${fullStallPercent} % of the hold`]),
    ...(highEvents === undefined ? [] : [`${highEvents} \`high\` events`]),
    ...within(longestGapMs, 'the longest gap is at most'),
    ...within(repairedWithinMs, 'after the repair it answers within'),
    ...within(answersWithinMs, 'after the SIGKILL it answers within'),
    ...within(besideGapMs, 'the units beside it are never silent for longer than'),
    ...(sameServer === undefined ? [] : [sameServer ? 'the server keeps its process' : 'the server loses its process']),
    ...(placeLives === undefined ? [] : [`the hog's place ${placeLives ? 'lives on' : 'is stopped'}`]),
  ].join('; ');
}
