import { basename, join, posix, relative, resolve } from 'node:path';
import { type BundleFile, listBundleFiles } from '../bundle/bundle.js';
import { nameOfServing } from '../bundle/manifest.js';
import { isWithin } from '../core/within.js';
import type { ChosenBundle } from './chosen-bundle.js';
import type { NewFile } from './new-file.js';
import { extendPackage } from './package-json.js';
import { NIGHTLY, type PipelineKind, type Repository } from './pipeline/pipeline.js';
import { plainName } from './plain-name.js';
import { createReadme } from './readme.js';
import { createScenarioFile } from './scenario.js';
import { SETTINGS } from './settings.js';

/** A folder that drills, before it is there. */
export interface FolderPlan {
  /** Its absolute path. */
  readonly dir: string;
  readonly files: readonly NewFile[];
  /** Files that are there already, and stay as they are. */
  readonly kept: readonly NewFile[];
  /** A bundle that is copied whole: from where, and its path relative to the folder. */
  readonly copied: { readonly from: string; readonly path: string } | undefined;
  /** A package.json that is there, with what is added to it. */
  readonly extended: NewFile | undefined;
  /** What must not be there and is, besides files: scripts of package.json. */
  readonly conflicts: readonly string[];
  /** What must be done before it can be drilled, in sentences. */
  readonly needs: readonly string[];
}

/** What the folder is made from. */
export interface FolderParts {
  readonly dir: string;
  readonly chosen: ChosenBundle;
  readonly repository: Repository;
  readonly pipelines: readonly PipelineKind[];
  /** The package.json that is there. */
  readonly packageText: string | undefined;
  /** Versions of the npm packages that the folder needs. */
  readonly devDependencies: Readonly<Record<string, string>>;
}

const SCRIPTS = { drill: 'oomdrill run', nightly: NIGHTLY, typecheck: 'tsc', test: 'tap' };

/** Plans all files of the folder. @throws OomdrillError `PACKAGE_INVALID` */
export function planFolder({ dir, chosen, repository, pipelines, packageText, ...parts }: FolderParts): FolderPlan {
  const { bundle, path, origin } = chosen;
  const unit = nameOfServing(bundle.manifest);
  const packagePath = 'package.json';
  const packageParts = {
    name: plainName(basename(resolve(dir)).toLowerCase(), 'drills'),
    scripts: SCRIPTS,
    devDependencies: parts.devDependencies,
  };
  const { text, conflicts, oomdrill, isModule } = extendPackage(packageText, packageParts, join(dir, packagePath));
  const packageFile = {
    path: packagePath,
    text,
    does: 'scripts drill, nightly, typecheck and test, and what they need',
  };
  const nightlies = pipelines.map(({ plan }) => plan(repository));
  const inRepository = nightlies.flatMap(({ files }) => files);
  return {
    dir: resolve(dir),
    files: [
      ...(origin.kind === 'made' ? describeFiles(listBundleFiles(bundle), path, unit) : []),
      createScenarioFile({ name: bundle.name, bundle: path, unit, extension: isModule ? 'ts' : 'mts' }),
      ...SETTINGS,
      ...(packageText === undefined ? [packageFile] : []),
      createReadme({ unit, bundle: path }),
      ...inRepository.map((file) => ({
        ...file,
        path: relative(resolve(dir), join(repository.root, file.path)),
        isNightly: true,
      })),
    ],
    kept: [],
    copied: origin.kind === 'copied' ? { from: origin.from, path } : undefined,
    extended: packageText === undefined ? undefined : packageFile,
    conflicts: conflicts.map((script) => `the script ${script} of ${packagePath}`),
    needs: [
      ...chosen.needs,
      ...nightlies.flatMap(({ needs }) => needs),
      ...findUnreachable(repository, oomdrill, nightlies),
    ],
  };
}

/** What keeps others from installing oomdrill: a path that only this machine has. */
function findUnreachable(repository: Repository, oomdrill: string, nightlies: readonly unknown[]): string[] {
  const path = /^file:(.+)$/.exec(oomdrill)?.[1];
  if (path === undefined) return [];
  if (!path.endsWith('.tgz'))
    return [
      `package.json takes oomdrill from the clone ${path}, without declarations for TypeScript: run \`npm pack\` there, and \`npm install\` the tarball here.`,
    ];
  if (nightlies.length === 0 && !repository.has('.git')) return [];
  if (isWithin(resolve(repository.root, repository.folder, path), repository.root)) return [];
  return [
    `CI cannot install oomdrill from ${path}, which is outside of the repository: copy it into the repository, and \`npm install\` it from there.`,
  ];
}

/** The files of a bundle that is made. */
const describeFiles = (files: readonly BundleFile[], bundle: string, unit: string): NewFile[] =>
  files.map(({ path, text }) => ({
    path: `${bundle}/${path}`,
    text,
    does: path === 'bundle.json' ? `the host, and how ${unit} is asked` : describePart(path),
  }));

function describePart(path: string): string {
  if (path.endsWith('.conf')) return `limits of ${posix.basename(posix.dirname(path), '.d')}`;
  return path.endsWith('.slice') ? 'a slice that it is in' : 'the unit that serves';
}
