import { asOperand, shellWord } from '../../core/shell.js';
import type { NewFile } from '../new-file.js';

/** A service that runs pipelines of a repository. */
export interface PipelineKind {
  readonly name: string;
  /** Its name for people. */
  readonly title: string;
  /** Whether the repository has pipelines of it. */
  readonly isIn: (repository: Repository) => boolean;
  /** A nightly in files of its own. */
  readonly plan: (repository: Repository) => PipelinePlan;
}

/** A repository, and the folder in it that drills. */
export interface Repository {
  /** Its absolute path. */
  readonly root: string;
  /** Path of the folder below the root; empty for the root itself. */
  readonly folder: string;
  /** Whether the repository has this path. */
  readonly has: (path: string) => boolean;
}

interface PipelinePlan {
  /** With paths below the repository's root. */
  readonly files: readonly NewFile[];
  /** What must be done before it runs, in sentences. */
  readonly needs: readonly string[];
}

/** What the nightly writes besides its records; the paths are relative to the folder. */
export const NIGHTLY = 'oomdrill run --junit reports/junit.xml --markdown reports/nightly.md';

/** Node.js of Debian 13, in its container image. */
export const INSTALL_NODE =
  'apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm ca-certificates';

/** Without the scripts of packages, which oomdrill needs none of: they would run as root of the job. */
export const INSTALL_PACKAGES = 'npm ci --ignore-scripts';

/** Why the image of a job has no digest. */
export const BY_TAG =
  "# By tag and not by digest: today's packages are installed in it anyway, and an old one lacks fixes.";

/** A path in the folder, seen from the root of the repository. */
export const inFolder = ({ folder }: Repository, path: string): string => (folder === '' ? path : `${folder}/${path}`);

/** A line for a shell that goes into the folder; none where that is the root. */
export const enterFolder = ({ folder }: Repository): string[] =>
  folder === '' ? [] : [`cd ${shellWord(asOperand(folder))}`];

/** Plain scalars that YAML reads as something else (yaml.org/type, 1.1 and 1.2). */
const NO_TEXT = /^(?:true|false|yes|no|on|off|y|n|null|~|[-+]?\.(?:inf|nan))$/i;

/** A text as a scalar of YAML, in quotes unless it is plainly a text without them. */
export function yamlText(text: string): string {
  const isPlain = /^[A-Za-z./][\w ./&=*$-]*$/.test(text) && !text.endsWith(' ');
  return isPlain && !NO_TEXT.test(text) && Number.isNaN(Number(text)) ? text : JSON.stringify(text);
}

/** Commands as the items of a list of YAML, so many columns in. */
export const listCommands = (commands: readonly string[], indent: number): string =>
  commands.map((command) => `${' '.repeat(indent)}- ${yamlText(command)}`).join('\n');
