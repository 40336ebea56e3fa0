import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { github } from './github.js';
import { gitlab } from './gitlab.js';
import type { PipelineKind, Repository } from './pipeline.js';
import { woodpecker } from './woodpecker.js';

/** Every kind of pipeline for which there is a nightly. */
export const PIPELINES: readonly PipelineKind[] = [github, woodpecker, gitlab];

/** What `--ci` may be. */
export const PIPELINE_CHOICES: readonly string[] = [...PIPELINES.map(({ name }) => name), 'none'];

/** The Git repository that a folder is in, or will be in; the folder itself where there is none. */
export function findRepository(dir: string): Repository {
  const folder = resolve(dir);
  let root = folder;
  while (!existsSync(join(root, '.git'))) {
    if (root === dirname(root)) {
      root = folder;
      break;
    }
    root = dirname(root);
  }
  return { root, folder: relative(root, folder), has: (path) => existsSync(join(root, path)) };
}
