import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { assets } from '../core/assets.js';
import { OUTCOME_NAMES } from '../record/schema.js';
import { formatMarkdown } from '../testing/markdown.js';
import { replaceOutcomeSections } from './manual.js';
import { OUTCOMES, outcomeNames } from './outcomes.js';

t.test('docs/outcomes.md is up to date', async (t) => {
  const page = await readFile(join(assets.root, 'docs/outcomes.md'), 'utf8');
  t.equal(page, await formatMarkdown(replaceOutcomeSections(page)), 'npm run generate');
  t.throws(() => replaceOutcomeSections('# Outcomes\n'), /must have both markers/);
});

t.test('the order of evidence, and the ranks', async (t) => {
  t.strictSame(outcomeNames(OUTCOMES), OUTCOME_NAMES, 'the record lists the names in the same order');
  const ranks = outcomeNames(OUTCOMES).flatMap((name) => OUTCOMES[name].badness ?? []);
  t.equal(new Set(ranks).size, ranks.length, 'each rank is used once');
  t.equal(outcomeNames(OUTCOMES).at(-1), 'contained', 'the one that always holds is last');
});
