import t from 'tap';
import { loadRuleExamples } from '../testing/load-rule-examples.js';
import type { RuleExample } from '../testing/rule-examples.js';
import { RULES } from './catalogue.js';
import type { Finding } from './finding.js';
import { lintTree } from './lint.js';
import type { Rule } from './rule.js';

const find = (rule: Rule, { tree, host }: RuleExample): Finding[] =>
  lintTree(tree, host).findings.filter((finding) => finding.rule === rule.id);

const loaded = await loadRuleExamples();

for (const { rule, key, file, bad, good } of loaded) {
  t.test(rule.id, async (t) => {
    t.ok(bad.length > 0 && good.length > 0, `${key} has a bad and a good example in ${file}`);
    for (const [index, example] of bad.entries()) {
      const found = find(rule, example);
      t.ok(found.length > 0, `bad ${index}`);
      if (example.says) t.match(found.map(({ message }) => message).join('\n'), example.says);
      if (example.fixes) t.match(found.map(({ fix }) => fix).join('\n'), example.fixes);
      const places = found.map(({ path, line }) => (line === null ? path : `${path}:${line}`));
      if (example.at) t.ok(places.includes(example.at), `${example.at} is in ${places}`);
    }
    for (const [index, example] of good.entries()) t.same(find(rule, example), [], `good ${index}`);
  });
}

t.test('every rule is in the catalogue, once', async (t) => {
  t.same(RULES.map(({ id }) => id).sort(), loaded.map(({ rule }) => rule.id).sort());
});
