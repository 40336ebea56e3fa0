import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { readTrees } from '../bundle/tree.js';
import { shippedBundle } from '../campaign/shipped-bundles.js';
import { withoutUndefined } from '../core/defined.js';
import { usageError } from '../core/errors.js';
import { readSwapBytes } from '../core/swap.js';
import { readVersion } from '../core/version.js';
import { pathFrom } from '../core/within.js';
import { lintReportSchema } from '../lint/finding.js';
import { lintTrees } from '../lint/lint.js';
import type { HostMemory } from '../lint/scene.js';
import { findServing } from '../lint/serving.js';
import { chooseStyle } from '../report/layout.js';
import { LINT_REPORTERS, type LintReporter } from '../report/lint-reporters.js';
import { conclude, documentOf } from './conclude.js';
import type { LintFlags } from './declaration/lint.js';
import { isPrintedJson } from './output-files.js';
import { sizeOf } from './size.js';

/** `oomdrill lint`: what is wrong with limits as they are written, without a VM. */
export async function executeLint(named: readonly string[], flags: LintFlags): Promise<void> {
  await conclude(flags, async () => {
    const paths = await Promise.all(named.map(pathOf));
    const reporter = lintReporterNamed(flags.format);
    if (isPrintedJson(flags.json) && reporter !== LINT_REPORTERS[0])
      throw usageError(
        'LINT_FORMAT',
        `--format ${reporter.name} cannot be used with --json -.`,
        'Both write to standard output: name a file for --json.',
      );
    const known = await ownFacts(paths);
    // What is not known here may be known from a bundle.json.
    const host = withoutUndefined({
      memory: flags.memory === undefined ? known.memory : sizeOf(flags.memory, '--memory', 1, 'LINT_AMOUNT'),
      swap: flags.swap === undefined ? known.swap : sizeOf(flags.swap, '--swap', 0, 'LINT_AMOUNT'),
    });
    const trees = await readTrees(paths);
    const serving = flags.serving && findServing(trees, flags.serving);
    const report = lintTrees(trees, {
      paths,
      strict: flags.strict === true,
      host: withoutUndefined({ ...host, serving }),
    });
    const style = chooseStyle(process.stdout, process.env);
    const text = await reporter.render(report, style, await readVersion());
    return { document: documentOf(lintReportSchema, report), text, exitCode: report.exitCode };
  });
}

/** @throws OomdrillError `LINT_FORMAT` */
function lintReporterNamed(name: string, table = LINT_REPORTERS): LintReporter {
  const found = table.find((reporter) => reporter.name === name);
  if (found) return found;
  const names = table.map((reporter) => reporter.name).join(', ');
  throw usageError('LINT_FORMAT', `There is no format "${name}".`, `There are: ${names}.`);
}

/** The name of a bundle that comes with oomdrill is its directory; anything else is a path. */
async function pathOf(named: string): Promise<string> {
  const shipped = existsSync(named) ? undefined : await shippedBundle(named);
  return shipped === undefined ? named : pathFrom(shipped);
}

/** Where the paths are this host's own configuration, its memory and swap are known. */
async function ownFacts(paths: readonly string[]): Promise<HostMemory> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  if (!real.every((path) => path === '/' || path === '/etc')) return {};
  return { memory: totalmem(), swap: await readSwapBytes() };
}
