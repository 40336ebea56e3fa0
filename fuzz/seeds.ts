import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assets } from '../harness/core/assets.js';
import type { Finding } from './batch.js';

/** Inputs that a property did not hold for, one file for each property: the unit tests try them for ever. */
const FOLDER = join(assets.root, 'fuzz/seeds');

/** A finding as it is kept: the input itself, because what follows from a seed changes with the generators. */
export type Seed = Pick<Finding, 'input' | 'why'>;

/** The kept inputs of every property, by its name. */
export function readSeeds(folder = FOLDER): ReadonlyMap<string, readonly Seed[]> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return new Map(
    names.map((name) => [name.replace(/\.json$/, ''), JSON.parse(readFileSync(join(folder, name), 'utf8')) as Seed[]]),
  );
}

/** Keeps the input of a finding, unless it is kept already. Returns the file. */
export function keepSeed({ property, input, why }: Finding, folder = FOLDER): string {
  const file = join(folder, `${property}.json`);
  const kept = readSeeds(folder).get(property) ?? [];
  if (kept.some((seed) => JSON.stringify(seed.input) === JSON.stringify(input))) return file;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify([...kept, { input, why }], null, 2)}\n`);
  return file;
}
