import { readdirSync } from 'node:fs';
import type { Rule } from '../lint/rule.js';
import type { RuleExamples } from './rule-examples.js';

/** Files of rules: the examples of `band.ts` are in `band.examples.ts`. */
const names = readdirSync(new URL('../lint/rules/', import.meta.url)).flatMap(
  (file) => /^([a-z-]+)\.ts$/.exec(file)?.[1] ?? [],
);

const isRule = (value: unknown): value is Rule => typeof value === 'object' && value !== null && 'check' in value;

/** A rule with its examples, the name by which its module exports it, and the file that has its examples. */
export interface ExemplifiedRule extends RuleExamples {
  readonly rule: Rule;
  readonly key: string;
  readonly file: string;
}

/** Loads every rule of `lint/rules/` with its examples; a rule without any has empty ones. */
export async function loadRuleExamples(): Promise<readonly ExemplifiedRule[]> {
  const loaded: ExemplifiedRule[] = [];
  for (const name of names) {
    const file = `${name}.examples.ts`;
    const module: Record<string, unknown> = await import(`../lint/rules/${name}.ts`);
    const { examples }: { examples: Record<string, RuleExamples> } = await import(`../lint/rules/${file}`);
    for (const [key, rule] of Object.entries(module))
      if (isRule(rule)) loaded.push({ rule, key, file, ...(examples[key] ?? { bad: [], good: [] }) });
  }
  return loaded;
}
