import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { checkBundle } from '../bundle/check.js';
import { bundleTree } from '../bundle/tree.js';
import { INIT_SCHEMA, initSchema } from '../contract/init.js';
import { anyOf } from '../core/any-of.js';
import { usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import { readTextFileIfThere } from '../core/read-text-file.js';
import { asOperand, copyableWord } from '../core/shell.js';
import { chooseBundleFolder } from '../init/bundle-folder.js';
import type { ChosenBundle } from '../init/chosen-bundle.js';
import { listDependencies } from '../init/dependencies.js';
import { readThisHost } from '../init/host.js';
import { keepExisting } from '../init/keep.js';
import { createNginxBundle } from '../init/nginx-bundle.js';
import type { PipelineKind, Repository } from '../init/pipeline/pipeline.js';
import { findRepository, PIPELINE_CHOICES, PIPELINES } from '../init/pipeline/pipelines.js';
import { type FolderPlan, planFolder } from '../init/plan.js';
import { createUnitBundle } from '../init/unit-bundle.js';
import { checkFolder, writeFolder } from '../init/write.js';
import { lintTree } from '../lint/lint.js';
import { chooseStyle } from '../report/layout.js';
import { renderNewFolder } from '../report/new-folder.js';
import { askedAt } from './asked-at.js';
import { conclude, documentOf } from './conclude.js';
import type { InitFlags } from './declaration/init.js';
import { withInterrupts } from './interrupt.js';
import { progressOnStderr } from './progress.js';

/** `oomdrill init`: a folder that drills. */
export async function executeInit(dir: string, flags: InitFlags): Promise<void> {
  await conclude(flags, async () => {
    if (dir.trim() === '') throw mustError('INIT_DIR', 'The folder', 'be a directory', dir);
    const chosen = await chooseBundle(dir, flags);
    const warnings = checkBundle(chosen.bundle);
    const repository = findRepository(dir);
    const planned = planFolder({
      dir,
      chosen,
      repository,
      pipelines: choosePipelines(flags.ci, repository),
      packageText: await readPackage(dir),
      devDependencies: await listDependencies(dir),
    });
    const plan = await keepExisting(planned);
    await checkFolder(plan);
    const isDry = flags.dryRun === true;
    if (!isDry) await withInterrupts(progressOnStderr(), ({ signal }) => writeFolder(plan, signal));
    const tree = bundleTree(chosen.bundle, join(dir, chosen.path));
    const findings = lintTree(tree).findings.filter(({ severity }) => severity !== 'note');
    const made = {
      schema: INIT_SCHEMA,
      dir: plan.dir,
      dryRun: isDry,
      files: listFiles(plan),
      bundle: { path: chosen.path, manifest: chosen.bundle.manifest },
      needs: plan.needs,
      warnings,
      findings,
      command: commandIn(plan.dir),
    } as const;
    const { columns } = chooseStyle(process.stdout, process.env);
    return { document: documentOf(initSchema, made), text: renderNewFolder(made, columns), exitCode: 0 };
  });
}

/** @throws OomdrillError `INIT_FLAGS`, and those of the bundle that is chosen */
async function chooseBundle(dir: string, flags: InitFlags): Promise<ChosenBundle> {
  const { unit, url, package: packages = [], hostMemory, swap, bundle } = flags;
  if (bundle !== undefined) {
    if ((unit ?? url ?? flags.package ?? hostMemory ?? swap) !== undefined)
      throw usageError(
        'INIT_FLAGS',
        '--bundle cannot be used with --unit, --url, --package, --host-memory or --swap.',
        'The bundle says all of this: leave them out, and edit its bundle.json.',
      );
    return chooseBundleFolder(bundle, dir);
  }
  if (unit === undefined) {
    if ((url ?? flags.package) !== undefined)
      throw usageError(
        'INIT_FLAGS',
        '--url and --package must be used with --unit.',
        'Name the unit file with --unit.',
      );
    return createNginxBundle({ hostMemory, swap });
  }
  const { port, path, known } = askedAt(url);
  if (port === undefined)
    throw usageError(
      'INIT_FLAGS',
      '--unit must be used with --url: a unit file does not say where the server answers.',
      'Set the URL of the server with --url http://localhost:PORT/PATH.',
    );
  return createUnitBundle(unit, { port, path, known, packages, hostMemory, swap }, await readThisHost());
}

/** @throws OomdrillError `INIT_CI` */
function choosePipelines(name: string | undefined, repository: Repository): readonly PipelineKind[] {
  if (name === undefined) return PIPELINES.filter(({ isIn }) => isIn(repository));
  if (!PIPELINE_CHOICES.includes(name)) throw mustError('INIT_CI', '--ci', `be ${anyOf(PIPELINE_CHOICES)}`, name);
  return PIPELINES.filter((kind) => kind.name === name);
}

/** The package.json that is there. @throws OomdrillError `PACKAGE_INVALID` */
function readPackage(dir: string): Promise<string | undefined> {
  const hint = 'Correct it, or name another directory.';
  return readTextFileIfThere(join(dir, 'package.json'), { code: 'PACKAGE_INVALID', hint });
}

/** The command line that drills, from the working folder. */
function commandIn(dir: string): string {
  const steps = ['npx oomdrill run'];
  try {
    createRequire(join(dir, 'package.json')).resolve('oomdrill/package.json');
  } catch {
    steps.unshift('npm install');
  }
  const path = relative('', dir);
  if (path !== '') steps.unshift(`cd ${copyableWord(asOperand(path))}`);
  return steps.join(' && ');
}

/** What is made, with the bundle that is copied; what is kept; and package.json that is added to. */
const listFiles = ({ files, kept, copied, extended }: FolderPlan) => [
  ...(copied ? [{ path: `${copied.path}/`, does: `the bundle, copied from ${copied.from}` }] : []),
  ...files.map(({ path, does }) => ({ path, does })),
  ...kept.map(({ path, ifThere }) => ({ path, does: `kept: ${ifThere}` })),
  ...(extended ? [{ path: extended.path, does: `added: ${extended.does}` }] : []),
];
