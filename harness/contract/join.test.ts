import t from 'tap';
import { MIB } from '../core/bytes.js';
import { breakBundle, type Mutant } from '../mutate/mutant.js';
import { countScore } from '../mutate/score.js';
import { type MutantResult, type Trial, tryMutants } from '../mutate/trial.js';
import { renderBandMap, renderSweep } from '../report/band.js';
import { renderMutation } from '../report/mutation.js';
import { renderValidation } from '../report/validation.js';
import { compose } from '../testing/record.js';
import { BAND_EDGES, type BandEdge, type BandMap, computeBand, findBand, type MapPoint } from '../verdict/band.js';
import type { CampaignPart } from '../verdict/part.js';
import { type Answer, judgePart, judgeSafety, SAFETY_EXIT_CODES } from '../verdict/safety.js';
import { summarizeFailed, summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary, Verdict } from '../verdict/summary.js';
import { DEVVM_BUNDLES } from '../workload/t3/devvm.js';
import { createBandMapDocument, createSweepDocument } from './band-map.js';
import { joinMaps, joinMutations, joinSweeps, joinValidations } from './join.js';
import { createMutationDocument } from './mutation.js';
import { PART_KINDS, type PartDocument } from './parts.js';
import { createValidationDocument, type Validated } from './validation.js';

const good = summarizeRecord(compose(), 'reports/a/record.jsonl');
let drills = 0;
const drillOf = (verdict: Verdict = 'pass'): RunSummary => {
  drills += 1;
  const run = { ...good, id: `drill-${drills}`, verdict };
  return verdict === 'error' ? { ...run, ...summarizeFailed({ code: 'QEMU_DIED', message: 'QEMU died.' }) } : run;
};

const campaign = { version: '0.2.0', options: 'o', declarations: 'd' };

/** A part of a campaign of these cells, of which each shard has one. */
const partOf = (cells: readonly string[], own: readonly string[], done = own): CampaignPart => ({
  index: cells.indexOf(own[0] ?? '') + 1,
  of: cells.length,
  campaign,
  cells: cells.map((key, index) => ({ key, seconds: 60, shard: index + 1 })),
  own: [...own],
  done: [...done],
});

/** Documents as `merge` reads them, in both orders, and one of them twice. */
function read<K extends PartDocument['kind']>(kind: K, documents: readonly unknown[]) {
  const all = documents.map((document, index) => {
    const parsed = JSON.parse(JSON.stringify(document));
    const name = parsed.schema.replace(/\/\d+$/, '');
    const read = PART_KINDS.find(({ format }) => format.schema.startsWith(`${name}/`))?.read(parsed, `${index}.json`);
    if (read?.kind !== kind) throw new Error(`this is a ${read?.kind}`);
    return read as Extract<PartDocument, { kind: K }>;
  });
  return [all, all.toReversed(), [...all, ...all]];
}

/** A band from 300M to 700M below a limit of 1G, and what a search for these edges drilled. */
async function mapOf(edges: readonly BandEdge[] = BAND_EDGES): Promise<BandMap> {
  const points: MapPoint[] = [];
  const [max, precision] = [1024 * MIB, 8 * MIB];
  const drill = async (sizeBytes: number) => {
    const zone = sizeBytes < 300 * MIB ? 'healthy' : sizeBytes < 700 * MIB ? 'harmed' : 'killed';
    points.push({ sizeBytes, zone, run: drillOf() });
    return zone;
  };
  await findBand(max, precision, drill, undefined, edges);
  const limits = { high: Number.POSITIVE_INFINITY, max, swapMax: 0 };
  return { bundle: 'web', scale: 8, limits, precision, band: computeBand(points, max), points };
}

const EDGES = ['lower edge of web on trixie', 'upper edge of web on trixie'];

t.test('the edges of a map by two machines: the band that one finds', async (t) => {
  const one = await mapOf();
  const parts = await Promise.all(
    BAND_EDGES.map(async (edge, index) =>
      createBandMapDocument(
        { ...(await mapOf([edge])), unfinished: true },
        undefined,
        partOf(EDGES, [EDGES[index] ?? '']),
      ),
    ),
  );
  const widthOf = (map: BandMap) => renderBandMap(map).split('\n').at(-2);
  for (const documents of read('map', parts)) {
    const { map, joined } = joinMaps(documents);
    t.same(joined.missing, []);
    t.equal(map.unfinished, undefined);
    t.equal(widthOf(map), widthOf(one));
    t.equal(
      map.points.length,
      parts.reduce((sum, { points }) => sum + points.length, 0),
      'each drill once',
    );
  }
  const [alone = []] = read('map', parts.slice(0, 1));
  const { map, joined } = joinMaps(alone);
  t.equal(map.unfinished, true);
  t.match(joined.missing, [{ key: EDGES[1], why: 'shard 2/2 is missing' }]);
  const [whole = []] = read('map', [createBandMapDocument(one, undefined, partOf(EDGES, EDGES))]);
  t.equal(renderBandMap(joinMaps(whole).map), renderBandMap(one));
});

t.test('parts of a map at two scales are not joined', async (t) => {
  const map = await mapOf();
  const parts = [8, 16].map((scale, index) =>
    createBandMapDocument({ ...map, scale }, undefined, partOf(EDGES, [EDGES[index] ?? ''])),
  );
  const [documents = []] = read('map', parts);
  t.throws(() => joinMaps(documents), { code: 'SHARDS_DIFFER', message: /different scales: 1\/8 and 1\/16/ });
});

t.test('the values of a sweep', async (t) => {
  const values = ['8G', '12G', '16G'];
  const cells = values.map((value) => `map of web+MemoryHigh=${value} on trixie`);
  const sweep = { bundle: 'web', setting: 'MemoryHigh', exitCode: 0 };
  const rows = await Promise.all(values.map(async (value) => ({ value, map: await mapOf() })));
  const parts = rows.map((row, index) =>
    createSweepDocument({ ...sweep, rows: [row], part: partOf(cells, [cells[index] ?? '']) }),
  );
  for (const documents of read('sweep', parts)) {
    const joined = joinSweeps(documents);
    t.same(joined.joined.missing, []);
    t.equal(renderSweep(joined.bundle, joined.setting, joined.rows), renderSweep('web', 'MemoryHigh', rows));
  }
  const broken = createSweepDocument({
    ...sweep,
    rows: [{ value: '8G', error: { code: 'QEMU_DIED', message: 'QEMU died.' } }],
    part: { ...partOf(cells, [cells[0] ?? ''], []), errors: { [cells[0] ?? '']: 'QEMU died' } },
  });
  const [first = []] = read('sweep', [broken, ...parts.slice(1)]);
  t.match(joinSweeps(first).joined.missing, [{ key: cells[0], why: 'QEMU died' }]);
  const [again = []] = read('sweep', [broken, ...parts]);
  t.match(joinSweeps(again), { joined: { missing: [] }, rows: [{ value: '8G', error: undefined }, {}, {}] });
});

const QUESTIONS = ['plateau of web on trixie', 'past-max of web on trixie', 'session of web on trixie'];

/** A validation with these answers; of a part where one is given. */
function validated(answers: readonly Answer[], part?: CampaignPart): Validated {
  const judged = part ? judgePart(answers) : judgeSafety(answers);
  return {
    ...judged,
    unit: 'web.service',
    limits: { high: 12 * 1024 * MIB, max: Number.POSITIVE_INFINITY, swapMax: 0 },
    oomPolicy: 'continue',
    host: { memory: '32G', swap: '0', cpus: 4 },
    scale: 8,
    answers,
    warnings: [],
    findings: [],
    caveats: ['Login sessions have no MemoryMax.'],
    difference: ['MemoryMax=16G'],
    comparison: undefined,
    baseline: undefined,
    durationMs: 60_000 * answers.length,
    exitCode: part ? 0 : SAFETY_EXIT_CODES[judged.safety],
    part,
  };
}

const answer = (question: string, placeIndex: number | null = null, verdict?: Verdict): Answer => ({
  question,
  placeIndex,
  asks: `a hog for ${question}`,
  run: drillOf(verdict),
});

t.test('the questions of a validation', async (t) => {
  for (const session of ['pass', 'fail'] as const) {
    const all = [
      [answer('plateau', 0), answer('plateau', 1)],
      [answer('past-max'), answer('brim')],
      [answer('session', null, session)],
    ];
    const one = validated(all.flat());
    const parts = all.map((answers, index) =>
      createValidationDocument(validated(answers, partOf(QUESTIONS, [QUESTIONS[index] ?? '']))),
    );
    t.match(parts[0], { safety: 'UNDECIDED', exitCode: 0 }, 'a part alone makes nothing safe');
    for (const documents of read('validation', parts)) {
      const { validated: joined } = joinValidations(documents);
      t.equal(renderValidation(joined, 120), renderValidation(one, 120));
      t.equal(joined.exitCode, one.exitCode);
    }
    const [lost = []] = read('validation', parts.slice(1));
    const missing = joinValidations(lost);
    t.equal(missing.validated.safety, session === 'fail' ? 'UNSAFE' : 'UNDECIDED', 'never safe by a lost answer');
    t.match(missing.joined.missing, [{ key: QUESTIONS[0] }]);
  }
});

t.test('a drill that an error broke off gives way to one that another machine made', async (t) => {
  const [plateau = '', pastMax = ''] = QUESTIONS;
  const cells = [plateau, pastMax];
  const broken = createValidationDocument(validated([answer('plateau', null, 'error')], partOf(cells, [plateau], [])));
  const rest = createValidationDocument(validated([answer('past-max')], partOf(cells, [pastMax])));
  const again = createValidationDocument(validated([answer('plateau')], partOf(cells, [plateau])));
  const [two = [], , twice = []] = read('validation', [broken, rest]);
  t.match(joinValidations(two), { validated: { safety: 'UNDECIDED' }, joined: { missing: [{ key: plateau }] } });
  t.match(joinValidations(twice), { validated: { safety: 'UNDECIDED' } });
  const [three = []] = read('validation', [broken, rest, again]);
  t.match(joinValidations(three), { validated: { safety: 'SAFE', exitCode: 0 }, joined: { missing: [] } });
});

const [devvm] = DEVVM_BUNDLES;
const mutant = (name: string, ...noticedBy: [string, ...string[]]): Mutant => ({
  name,
  breaks: 'Something is broken.',
  belief: 'It holds.',
  noticedBy,
  apply: (bundle) => ({ ...bundle, files: [...bundle.files, { path: `etc/${name}`, text: '' }] }),
});
const MUTANTS = [mutant('alpha', 'first'), mutant('beta', 'second', 'first'), mutant('gamma', 'first', 'second')];
const MUTATION = ['unbroken: first', 'unbroken: second', 'alpha', 'beta', 'gamma'].map(
  (one) => `${one} of web on trixie`,
);

/** Tries mutants with these verdicts, by `scenario of mutant`: the unbroken bundle passes and a mutant fails where nothing is said. */
async function tried(
  verdicts: Readonly<Record<string, Verdict>>,
  mutants: readonly Mutant[],
  parts: { readonly unbroken?: readonly string[]; readonly provedElsewhere?: ReadonlySet<string> } = {},
) {
  if (!devvm) throw new Error('there is no bundle');
  const baseline: Trial[] = [];
  const results: MutantResult[] = [];
  await tryMutants(
    mutants.map((one) => breakBundle(devvm, one)),
    async (scenario, broken) => {
      const what = `${scenario} of ${broken?.mutant.name ?? 'unbroken'}`;
      const verdict = verdicts[what] ?? (broken ? 'fail' : 'pass');
      const outcome = 'contained' as const;
      return { scenario, verdict, outcome, expected: [outcome], reasons: [what], record: `${what}.jsonl`, ms: 1_000 };
    },
    {
      baselineRounds: 1,
      onBaseline: (trial) => baseline.push(trial),
      onMutant: (result) => results.push(result),
      ...parts,
    },
  );
  return { bundle: 'web', baseline, results };
}

t.test('mutants, each by a machine of its own', async (t) => {
  const cases: readonly Readonly<Record<string, Verdict>>[] = [
    {},
    { 'second of beta': 'pass', 'first of beta': 'pass' },
    { 'first of gamma': 'pass' },
  ];
  for (const verdicts of cases) {
    const one = await tried(verdicts, MUTANTS);
    const elsewhere = { unbroken: [], provedElsewhere: new Set(['first', 'second']) };
    const parts = await Promise.all([
      tried(verdicts, [], { unbroken: ['first'] }),
      tried(verdicts, [], { unbroken: ['second'] }),
      ...MUTANTS.map((mutant) => tried(verdicts, [mutant], elsewhere)),
    ]);
    const documents = parts.map((part, index) =>
      createMutationDocument({
        ...part,
        score: countScore(part.baseline, part.results),
        part: partOf(MUTATION, [MUTATION[index] ?? '']),
      }),
    );
    const textOf = ({ bundle, baseline, results }: typeof one) =>
      renderMutation(bundle, baseline, results, countScore(baseline, results));
    for (const files of read('mutation', documents)) {
      const { joined, ...whole } = joinMutations(files, MUTANTS);
      t.same(joined.missing, []);
      t.equal(textOf(whole), textOf(one));
    }
    const [lost = []] = read('mutation', documents.slice(0, -1));
    const { joined, ...whole } = joinMutations(lost, MUTANTS);
    t.match(joined.missing, [{ key: 'gamma of web on trixie' }]);
    t.match(whole.results.at(-1), { fate: 'undecided', why: /shard 5\/5 is missing/ });
  }
});

t.test(
  'a scenario that the unbroken bundle does not pass counts for no mutant, whichever machine found out',
  async (t) => {
    const verdicts = { 'first of unbroken': 'fail' } as const;
    const parts = [
      await tried(verdicts, [], { unbroken: ['first'] }),
      await tried(verdicts, MUTANTS.slice(0, 1), { unbroken: [], provedElsewhere: new Set(['first']) }),
    ];
    const cells = [MUTATION[0] ?? '', MUTATION[2] ?? ''];
    const documents = parts.map((part, index) =>
      createMutationDocument({ ...part, score: countScore([], []), part: partOf(cells, [cells[index] ?? '']) }),
    );
    const [files = []] = read('mutation', documents);
    const { baseline, results } = joinMutations(files, MUTANTS);
    t.match(results, [{ mutant: { name: 'alpha' }, fate: 'undecided', trials: [] }]);
    t.match(countScore(baseline, results), { falseAlarms: 1, exitCode: 1 });
  },
);
