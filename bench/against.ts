import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { assets } from '../harness/core/assets.js';
import { measureTime } from '../harness/core/clock.js';
import { parseJson } from '../harness/core/json.js';
import { makeWorkDir } from '../harness/machine/workdir.js';
import type { BenchContext } from './context.js';
import { THREE } from './drills.js';
import { atMost, type Figure } from './figure.js';

/** So much slower than the other a part may be before it is called slower: what two equal ones differ by, next to each other. */
const SLOWER = 1.1;

/** What is read of the JSON of a run of any version. */
const runSchema = z.object({
  outcome: z.string().nullable(),
  timings: z.record(z.string(), z.number()).nullish(),
});
const summarySchema = z.object({ runs: z.tuple([runSchema]) });

/** One drill: what came of it, and milliseconds by part; `whole` is the whole command. */
interface Drilled {
  readonly outcome: string | null;
  readonly parts: Readonly<Record<string, number>>;
}

/** A drill of each version, next to each other in time. */
export interface Pair {
  readonly scenario: string;
  readonly before: Drilled;
  readonly after: Drilled;
}

/**
 * Sets this version against an earlier one: both drill the core scenarios in turns, warm, in one run on one host.
 *
 * @param ref of git; where nothing is said, that of the last release: the last commit that changed the version
 */
export async function compareVersions(
  { ledger, progress, signal }: BenchContext,
  ref: string | undefined,
  repeats: number,
): Promise<Figure[]> {
  const commit = ref ?? (await findRelease());
  await using dir = await makeWorkDir(ledger);
  progress(`building ${commit}`);
  const earlier = await buildVersion(commit, dir.path, signal);
  const pairs: Pair[] = [];
  for (const scenario of THREE) {
    const drill = async (cli: string) => drillBy(cli, scenario, join(dir.path, 'records'), signal);
    // Images and snapshots, which a warm drill does not make: the second drill of a bundle makes the last of them.
    for (const cli of [earlier, assets.cli]) for (let warm = 0; warm < 2; warm++) await drill(cli);
    for (let round = 1; round <= repeats; round++) {
      const pair = { scenario, before: await drill(earlier), after: await drill(assets.cli) };
      pairs.push(pair);
      progress(`${scenario}: ${sayTime(pair.before)} at ${commit}, ${sayTime(pair.after)} now`);
    }
  }
  return compareParts(pairs, commit);
}

/** Each part of a drill of both versions, as the ratio of now to then; and how many drills had another outcome. */
export function compareParts(pairs: readonly Pair[], commit: string): Figure[] {
  const names = new Set(pairs.flatMap(({ after }) => Object.keys(after.parts)));
  const ratios = [...names].flatMap((name) => {
    const both = pairs.filter(({ before, after }) => name in before.parts && name in after.parts);
    const sum = (which: 'before' | 'after') => both.reduce((total, pair) => total + (pair[which].parts[name] ?? 0), 0);
    if (sum('before') === 0) return [];
    const detail = `${seconds(sum('before'))} -> ${seconds(sum('after'))} in ${both.length} drills`;
    return [atMost(`${name} against ${commit}`, sum('after') / sum('before'), SLOWER, 'times', detail)];
  });
  const others = pairs.filter(({ before, after }) => before.outcome !== after.outcome);
  return [...ratios, atMost(`other outcomes than ${commit}`, others.length, 0, `of ${pairs.length} drills`)];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const sayTime = ({ parts, outcome }: Drilled): string => `${seconds(parts.whole ?? 0)} (${outcome})`;

async function findRelease(): Promise<string> {
  const { stdout } = await execa('git', ['log', '-1', '--format=%h', '-G', '"version":', '--', 'package.json'], {
    cwd: assets.root,
  });
  return stdout.trim();
}

/** Builds a version in a folder. Gives the path of its command line. */
async function buildVersion(commit: string, dir: string, signal: AbortSignal): Promise<string> {
  const cwd = join(dir, 'earlier');
  await execa('git', ['clone', '--quiet', '--no-checkout', assets.root, cwd], { cancelSignal: signal });
  for (const words of [
    ['git', 'checkout', '--quiet', commit],
    ['npm', 'ci', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'],
    ['npm', 'run', '--silent', 'build'],
  ]) {
    const [program = '', ...args] = words;
    await execa(program, args, { cwd, cancelSignal: signal });
  }
  return join(cwd, 'dist', 'harness', 'cli.js');
}

async function drillBy(cli: string, scenario: string, out: string, signal: AbortSignal): Promise<Drilled> {
  await mkdir(out, { recursive: true });
  const args = [cli, 'run', scenario, '--guest', 'trixie', '--out', out, '--json', '-'];
  const { ms, value } = await measureTime(() =>
    execa('node', args, { reject: false, cancelSignal: signal, forceKillAfterDelay: 60_000 }),
  );
  signal.throwIfAborted();
  const read = summarySchema.safeParse(parseJson(value.stdout).value);
  if (!read.success) throw new Error(`${cli} gave no summary: ${value.stderr.slice(-2_000)}`, { cause: read.error });
  const run = read.data.runs[0];
  return { outcome: run.outcome, parts: { whole: ms, ...run.timings } };
}
