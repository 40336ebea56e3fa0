import { readFile } from 'node:fs/promises';
import { assets } from './assets.js';

/** The parts of oomdrill's own package.json that it uses. */
interface OwnPackage {
  readonly version: string;
  /** Exact versions, with which oomdrill itself is tested. */
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** oomdrill's own package.json. */
export const readOwnPackage = async (): Promise<OwnPackage> =>
  JSON.parse(await readFile(assets.packageJson, 'utf8')) as OwnPackage;

/** oomdrill's version. */
export const readVersion = async (): Promise<string> => (await readOwnPackage()).version;
