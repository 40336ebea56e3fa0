import type { Tree } from '../bundle/tree.js';
import type { TreeEntry } from '../bundle/tree-entry.js';
import { sortByPath } from '../bundle/tree-sort.js';

/**
 * Composes a tree for tests from texts by path below the root; a text that begins with `-> ` is a link. Files of the
 * context are read, but not linted.
 */
export function composeTree(
  files: Readonly<Record<string, string>>,
  kind: Tree['kind'] = 'etc',
  context: Readonly<Record<string, string>> = {},
): Tree {
  const entries = Object.entries({ ...files, ...context }).map(([path, text]): TreeEntry => {
    const at = { path, shown: path, isContext: path in context ? (true as const) : undefined };
    return text.startsWith('-> ')
      ? { ...at, kind: 'link', target: text.slice('-> '.length) }
      : { ...at, kind: 'file', text };
  });
  return { kind: 'bundle.json' in files ? 'bundle' : kind, root: '.', ...sortByPath(entries) };
}

/** Composes a bundle.json for tests. */
export function composeManifest(
  more: { memory?: string; swap?: string; unit?: string; sidecars?: readonly object[] } = {},
): string {
  const { memory = '24G', swap = '0', unit = 'a.service', sidecars = [] } = more;
  const serving = { unit, port: 80, path: '/' };
  return JSON.stringify({ description: 'a bundle', host: { memory, swap, cpus: 2 }, serving, sidecars });
}
