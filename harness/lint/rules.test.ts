import { readdirSync } from 'node:fs';
import t from 'tap';
import type { RuleExample, RuleExamples } from '../testing/rule-examples.js';
import { RULES } from './catalogue.js';
import type { Finding } from './finding.js';
import { lintTree } from './lint.js';
import type { Rule } from './rule.js';

/** Files of rules: the examples of `band.ts` are in `band.examples.ts`. */
const names = readdirSync(new URL('rules/', import.meta.url)).flatMap(
  (file) => /^([a-z-]+)\.ts$/.exec(file)?.[1] ?? [],
);

const isRule = (value: unknown): value is Rule => typeof value === 'object' && value !== null && 'check' in value;

const find = (rule: Rule, { tree, host }: RuleExample): Finding[] =>
  lintTree(tree, host).findings.filter((finding) => finding.rule === rule.id);

const rules: Rule[] = [];
for (const name of names) {
  const module: Record<string, unknown> = await import(`./rules/${name}.ts`);
  const { examples }: { examples: Record<string, RuleExamples> } = await import(`./rules/${name}.examples.ts`);
  for (const [key, rule] of Object.entries(module).filter((entry): entry is [string, Rule] => isRule(entry[1]))) {
    rules.push(rule);
    t.test(rule.id, async (t) => {
      const { bad = [], good = [] } = examples[key] ?? {};
      t.ok(bad.length > 0 && good.length > 0, `${key} has a bad and a good example in ${name}.examples.ts`);
      for (const [index, example] of bad.entries()) {
        const found = find(rule, example);
        t.ok(found.length > 0, `bad ${index}`);
        if (example.says) t.match(found.map(({ message }) => message).join('\n'), example.says);
        const places = found.map(({ path, line }) => (line === null ? path : `${path}:${line}`));
        if (example.at) t.ok(places.includes(example.at), `${example.at} is in ${places}`);
      }
      for (const [index, example] of good.entries()) t.same(find(rule, example), [], `good ${index}`);
    });
  }
}

t.test('every rule is in the catalogue, once', async (t) => {
  t.same(RULES.map(({ id }) => id).sort(), rules.map(({ id }) => id).sort());
});
