import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { readTrees } from '../../harness/bundle/tree.js';
import { OomdrillError } from '../../harness/core/errors.js';
import type { Finding } from '../../harness/lint/finding.js';
import { lintTrees } from '../../harness/lint/lint.js';
import type { HostMemory } from '../../harness/lint/scene.js';

/** Where files come from, as a root of a host that has only these files. */
export interface Source {
  readonly name: string;
  readonly root: string;
}

/** A finding, with the source of its file and the path below that source's root. */
export interface FieldFinding {
  readonly finding: Finding;
  readonly source: string;
  readonly file: string;
}

const GIB = 1024 ** 3;

/** What is said of the host: nothing, as most people do; a small server without swap; the same with swap. */
const HOSTS: readonly HostMemory[] = [{}, { memory: 8 * GIB, swap: 0 }, { memory: 8 * GIB, swap: 2 * GIB }];

/** Every file of a source that lint reads by its name, below the source's root. */
export async function listFiles({ root }: Source): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return paths.map((path) => relative(root, path)).sort();
}

/** Lints every file of a source by itself, and the source as a root, of each host. */
export async function lintAlone(source: Source): Promise<readonly FieldFinding[]> {
  const place = (path: string) => ({ source: source.name, file: relative(source.root, path) });
  const found: FieldFinding[] = [];
  for (const file of await listFiles(source)) found.push(...(await lint(join(source.root, file), {}, place)));
  for (const host of HOSTS) found.push(...(await lint(source.root, host, place)));
  return found;
}

/** Several sources as one host, which disposing removes. */
export interface JoinedSources extends AsyncDisposable {
  readonly root: string;
  /** The source of each file, by its path below the root. */
  readonly owners: ReadonlyMap<string, string>;
}

/** Copies sources into one root, which any user may read. Of files at the same path, the first source's is taken. */
export async function joinSources(sources: readonly Source[]): Promise<JoinedSources> {
  const root = await mkdtemp(join(tmpdir(), 'oomdrill-field-'));
  const owners = new Map<string, string>();
  for (const source of sources) {
    for (const file of await listFiles(source)) if (!owners.has(file)) owners.set(file, source.name);
    await execa('cp', ['--archive', '--no-clobber', `${source.root}/.`, root]);
  }
  await chmod(root, 0o755);
  return { root, owners, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

/**
 * Lints sources as one host, and their /usr without an /etc.
 *
 * @param source the name for findings of the host as a whole
 */
export async function lintTogether(sources: readonly Source[], source: string): Promise<readonly FieldFinding[]> {
  await using joined = await joinSources(sources);
  const { root, owners } = joined;
  const place = (path: string) => {
    const file = relative(root, path);
    return { source: owners.get(file) ?? source, file };
  };
  const found: FieldFinding[] = [];
  for (const host of HOSTS) found.push(...(await lint(root, host, place)));
  await rm(join(root, 'etc'), { recursive: true });
  for (const host of HOSTS) found.push(...(await lint(root, host, place)));
  return found;
}

/** The findings in a path; none in one that lint refuses, which is not counted. */
async function lint(
  path: string,
  host: HostMemory,
  place: (path: string) => Pick<FieldFinding, 'source' | 'file'>,
): Promise<readonly FieldFinding[]> {
  try {
    const { findings } = lintTrees(await readTrees([path]), { paths: [path], strict: false, host });
    return findings.map((finding) => ({ finding, ...place(finding.path) }));
  } catch (error) {
    if (error instanceof OomdrillError && error.code === 'LINT_PATH') return [];
    throw error;
  }
}
