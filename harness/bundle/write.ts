import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Bundle } from './bundle.js';
import { bundleTree } from './devvm.js';

/** Writes a bundle as a folder of its name. */
export async function writeBundle(bundle: Bundle, parent: string): Promise<void> {
  for (const { path, text } of bundleTree(bundle)) {
    const file = join(parent, bundle.name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
