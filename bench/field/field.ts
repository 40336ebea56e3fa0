import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrees } from '../../harness/bundle/tree.js';
import { assets } from '../../harness/core/assets.js';
import type { Progress } from '../../harness/machine/machine.js';
import { compareUnitsWithSystemd } from '../../harness/testing/compare-units.js';
import type { BenchContext } from '../context.js';
import { atLeast, atMost, type Figure } from '../figure.js';
import { type Comparison, compareWithJudged, parseJudged } from './judged.js';
import { fetchPackages, fieldCache, readPackageNames } from './packages.js';
import { type Planting, plantAll } from './plantings.js';
import { joinSources, lintAlone, lintTogether, listFiles, type Source } from './ways.js';

/** Findings of the tree of all packages that belong to no file of it. */
const TOGETHER = 'all packages';

const IS_UNIT = /\.(?:service|slice|scope|socket|mount|swap)$|\.d\/[^/]+\.conf$/;

/** Lints real units in each way that people do, and compares the findings with those that a reader has judged. */
export async function measureField(context: BenchContext): Promise<Figure[]> {
  const packages = [...(await fetchPackages(await readPackageNames(), context))];
  const debian = packages.map(([name, root]): Source => ({ name, root }));
  const published = await listPublished();
  const units = await countUnits([...debian, ...published]);
  context.progress(`linting ${units} units of ${debian.length} packages and ${published.length} published set-ups`);
  const findings = await lintTogether(debian, TOGETHER);
  const alone = [];
  for (const source of [...debian, ...published]) alone.push(...(await lintAlone(source)));
  const judged = parseJudged(await readFile(join(assets.root, 'bench', 'field', 'judged.tsv'), 'utf8'));
  const compared = compareWithJudged([...findings, ...alone], judged);
  const open = join(fieldCache, 'open.tsv');
  await writeFile(open, compared.unjudged.map((key) => `${key}\n`).join(''));
  for (const line of listOpen(compared)) context.progress(line);
  if (compared.unjudged.length > 0) context.progress(`to be judged, in the form of bench/field/judged.tsv: ${open}`);
  const plantings = await plantAll(debian);
  const share = (100 * compared.wrong.length) / compared.total;
  return [
    atLeast('Debian packages whose units are linted', debian.length, 300, 'packages'),
    atLeast('real units that are linted', units, 1_000, 'units'),
    atMost('findings on them without a judgement', compared.unjudged.length, 0, 'findings'),
    atMost('findings on them that are wrong', share, 1, '%', `${compared.wrong.length} of ${compared.total}`),
    ...countPlantings(plantings, context.progress),
    ...(await compareReading(debian, published, context.progress)),
  ];
}

/** Figures of the faults that are planted in real units, and of what only looks like them. */
function countPlantings(plantings: readonly Planting[], progress: Progress): readonly Figure[] {
  const faults = plantings.filter(({ isFault }) => isFault);
  const missed = faults.filter(({ messages }) => messages.length === 0);
  const harmless = plantings.filter(({ isFault }) => !isFault);
  const accused = harmless.filter(({ messages }) => messages.length > 0);
  for (const { name } of missed) progress(`planted, and not found: ${name}`);
  for (const { name, messages } of accused) progress(`no fault, and found: ${name}: ${messages.join(' ')}`);
  return [
    atLeast('faults of every rule, planted in real units', faults.length, 60, 'faults'),
    atMost('of these, not found', missed.length, 0, 'faults', `of ${faults.length}`),
    atMost('harmless settings planted there, and found', accused.length, 0, 'settings', `of ${harmless.length}`),
  ];
}

/** Reads all units as lint does and as systemd's own manager does: the packages' as one host, each set-up by itself. */
async function compareReading(
  debian: readonly Source[],
  published: readonly Source[],
  progress: Progress,
): Promise<readonly Figure[]> {
  const roots = [await joinSources(debian)];
  for (const source of published) roots.push(await joinSources([source]));
  let count = 0;
  const differences: string[] = [];
  for (const joined of roots) {
    await using _ = joined;
    for (const tree of await readTrees([joined.root]))
      for (const manager of ['system', 'user'] as const) {
        const read = await compareUnitsWithSystemd(tree, manager);
        count += read.count;
        differences.push(...read.differences);
      }
  }
  for (const difference of differences) progress(difference);
  return [
    atLeast("real units read as systemd's own manager reads them", count, 200, 'units'),
    atMost('of their settings, read differently', differences.length, 0, 'settings'),
  ];
}

/** Set-ups of public repositories, by their folders; README.md there says where each is from. */
export async function listPublished(): Promise<readonly Source[]> {
  const root = join(assets.root, 'fixtures', 'field');
  const entries = await readdir(root, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return names.sort().map((name) => ({ name, root: join(root, name) }));
}

async function countUnits(sources: readonly Source[]): Promise<number> {
  let count = 0;
  for (const source of sources) count += (await listFiles(source)).filter((file) => IS_UNIT.test(file)).length;
  return count;
}

/** What a reader has to look at: lines for the list without a judgement, and lines of it to remove. */
function* listOpen({ wrong, unjudged, gone }: Comparison): Generator<string> {
  for (const key of unjudged) yield `not judged: ${key}`;
  for (const { key } of gone) yield `not found any more: ${key}`;
  for (const { key, why } of wrong) yield `wrong: ${key}\t${why}`;
}
