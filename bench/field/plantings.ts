import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeEntry } from '../../harness/bundle/tree-entry.js';
import { sortByPath } from '../../harness/bundle/tree-sort.js';
import { loadRuleExamples } from '../../harness/testing/load-rule-examples.js';
import { createDraw, createRandom } from '../random.js';
import { findPlanted, type Habitat, listHabitats } from './plant.js';
import { listFiles, type Source } from './ways.js';

/** A fault that was planted, or what only looks like one. */
export interface Planting {
  /** The rule, the number of its example, and the service and source that it was planted in. */
  readonly name: string;
  readonly isFault: boolean;
  /** What lint says of it, by the rule. */
  readonly messages: readonly string[];
}

/** Which services the faults are planted in: chosen at random, and the same ones in every run. */
const SEED = 21;

/** Plants every example of every rule, bad and good, in a real service each. */
export async function plantAll(sources: readonly Source[]): Promise<readonly Planting[]> {
  const habitats: Habitat[] = [];
  for (const source of sources) habitats.push(...listHabitats(await readEntries(source)));
  const draw = createDraw(habitats, createRandom(SEED));
  const plantings: Planting[] = [];
  for (const { rule, bad, good } of await loadRuleExamples())
    for (const [index, example] of [...bad, ...good].entries()) {
      const habitat = draw();
      const isFault = index < bad.length;
      const which = isFault ? `bad ${index}` : `good ${index - bad.length}`;
      plantings.push({
        name: `${rule.id}, ${which}, in ${habitat.unit.shown}`,
        isFault,
        messages: findPlanted(rule.id, example, habitat).map(({ message }) => message),
      });
    }
  return plantings;
}

/** The files of a source that lint reads, as the entries of a host. */
async function readEntries(source: Source): Promise<readonly TreeEntry[]> {
  const files = await listFiles(source);
  const entries = await Promise.all(
    files.map(async (path): Promise<TreeEntry> => {
      const text = await readFile(join(source.root, path), 'utf8');
      return { kind: 'file', path, shown: `${source.name}/${path}`, text };
    }),
  );
  return sortByPath(entries).entries;
}
