import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from './machine/places.js';

/** oomdrill's version, from package.json. */
export async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
