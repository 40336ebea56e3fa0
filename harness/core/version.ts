import { readFile } from 'node:fs/promises';
import { assets } from './assets.js';

/** oomdrill's version, from package.json. */
export async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(assets.packageJson, 'utf8')) as { version: string };
  return version;
}
