import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { assets } from '../../harness/core/assets.js';

const fixtures = join(assets.root, 'fixtures');

/** A file of fixtures/ as text. */
export const fixture = (path: string): string => readFileSync(join(fixtures, path), 'utf8');

/** All files of a folder of fixtures/ as documents. */
export const storedDocuments = (folder: string): unknown[] =>
  readdirSync(join(fixtures, 'stored/1', folder)).map((name) => JSON.parse(fixture(`stored/1/${folder}/${name}`)));

/** The unit files and settings of all bundles in fixtures/, by their paths on a host. */
export function bundleFiles(): { path: string; text: string }[] {
  const bundles = join(fixtures, 'bundles');
  return readdirSync(bundles, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.includes('/etc'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: path.slice(path.indexOf('/etc/') + 1), text: readFileSync(path, 'utf8') }));
}

/** The manifests of all bundles in fixtures/. */
export const manifests = (): unknown[] =>
  readdirSync(join(fixtures, 'bundles')).map((name) => JSON.parse(fixture(`bundles/${name}/bundle.json`)));

/** How many lines of each kind a shortened record keeps. */
const LINES_OF_A_KIND = 6;

/** Records of fixtures/, shortened: some lines of each kind, in their order. */
export function shortRecords(): string[] {
  const folder = 'stored/1/record';
  return readdirSync(join(fixtures, folder)).map((name) => {
    const counts = new Map<string, number>();
    const lines = gunzipSync(readFileSync(join(fixtures, folder, name)))
      .toString()
      .split('\n');
    const kept = lines.filter((line) => {
      const kind = /"type":"(\w+)"/.exec(line)?.[1] ?? '';
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      return (counts.get(kind) ?? 0) <= LINES_OF_A_KIND;
    });
    return kept.join('\n');
  });
}
