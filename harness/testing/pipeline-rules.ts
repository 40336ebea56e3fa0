import { parseAllDocuments } from 'yaml';

/** What a pipeline must keep so that it cannot be taken over from outside, by a short name each. */
const RULES: Readonly<Record<string, (pipeline: Pipeline) => readonly string[]>> = {
  'actions are pinned by the hash of a commit, with the version in a comment': ({ lines, values }) => {
    const pinned = lines.filter((line) => PINNED_ACTION.test(line)).length;
    return values('uses').length === pinned ? [] : values('uses').map(String);
  },
  'a checkout keeps no credentials': ({ steps }) =>
    steps
      .filter(({ uses, with: options }) => isCheckout(uses) && options?.['persist-credentials'] !== false)
      .map(({ uses }) => String(uses)),
  'a workflow may read the repository, and nothing else': ({ isWorkflow, values }) =>
    isWorkflow && JSON.stringify(values('permissions')) !== '[{"contents":"read"}]'
      ? [JSON.stringify(values('permissions'))]
      : [],
  'a workflow says which of its runs may be at the same time': ({ isWorkflow, values }) =>
    isWorkflow && values('concurrency').length === 0 ? ['no concurrency'] : [],
  'every job of a workflow has a limit of time': ({ isWorkflow, jobs }) =>
    isWorkflow
      ? jobs.filter((job) => typeof job['timeout-minutes'] !== 'number').map((job) => JSON.stringify(job))
      : [],
  // An expression is put into a script before a shell reads it; a variable is not.
  'no script has an expression in it': ({ values }) =>
    values('run')
      .filter((run) => typeof run === 'string' && run.includes('${{'))
      .map(String),
  'packages are installed without their scripts': ({ text }) =>
    [...text.matchAll(/\bnpm (?:ci|install|i)\b(?!.*--ignore-scripts).*/g)].map(([line]) => line),
  'an image has a digest, or the file says why not': ({ text, values }) =>
    /^ *# By tag and not by digest: \w/im.test(text) || /^ *# Images by tag and not by digest: \w/m.test(text)
      ? []
      : values('image')
          .filter((image) => !/@sha256:[0-9a-f]{64}$/.test(String(imageName(image))))
          .map(String),
};

/** `owner/name/path@hash # v1.2.3` */
const PINNED_ACTION = /^\s*(?:- )?uses: [\w.-]+(?:\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

const isCheckout = (uses: unknown): boolean => typeof uses === 'string' && uses.startsWith('actions/checkout@');

const imageName = (image: unknown): unknown => (isObject(image) ? image.name : image);

type Node = Readonly<Record<string, unknown>>;

interface Step extends Node {
  readonly uses?: string;
  readonly with?: Node;
}

interface Pipeline {
  readonly text: string;
  readonly lines: readonly string[];
  /** Whether it is one of GitHub Actions. */
  readonly isWorkflow: boolean;
  readonly jobs: readonly Node[];
  /** Every object with `uses`. */
  readonly steps: readonly Step[];
  /** Every value of a key, at any depth. */
  readonly values: (key: string) => unknown[];
}

/** Says which rules a pipeline breaks, and where; empty if it keeps all of them. */
export function findPipelineFaults(text: string): string[] {
  const documents = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  const objects = documents.flatMap(listObjects);
  const workflow = objects.find(({ jobs, on }) => isObject(jobs) && on !== undefined);
  const pipeline: Pipeline = {
    text,
    lines: text.split('\n'),
    isWorkflow: workflow !== undefined,
    jobs: Object.values((workflow?.jobs ?? {}) as Node).filter(isObject),
    steps: objects.filter(({ uses }) => uses !== undefined),
    values: (key) => objects.flatMap((object) => (key in object ? [object[key]] : [])),
  };
  return Object.entries(RULES).flatMap(([rule, check]) => check(pipeline).map((where) => `${rule}: ${where}`));
}

const isObject = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object itself, and all in it. */
function listObjects(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(listObjects);
  return isObject(value) ? [value, ...Object.values(value).flatMap(listObjects)] : [];
}
