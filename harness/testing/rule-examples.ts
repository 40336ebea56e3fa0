import type { Tree } from '../bundle/tree.js';
import type { Rule } from '../lint/rule.js';
import type { HostMemory } from '../lint/scene.js';
import { composeManifest, composeTree } from './lint.js';

/** A tree that a rule must complain of, or must not. */
export interface RuleExample {
  readonly tree: Tree;
  /** What is known of the host besides. */
  readonly host?: HostMemory;
  /** A bad one: what the findings say. */
  readonly says?: RegExp;
  /** A bad one: where a finding points, as `file:line` or as a file. */
  readonly at?: string;
}

/** Trees that a rule must complain of, and trees that it must not; one of each at least. */
export interface RuleExamples {
  readonly bad: readonly RuleExample[];
  readonly good: readonly RuleExample[];
}

/** Examples of each rule that a module exports, by the rule's name there: where one is missing it does not compile. */
export type ExamplesOf<M> = { readonly [K in keyof M as M[K] extends Rule ? K : never]: RuleExamples };

/** Where the administrator's units stand. */
export const UNITS = 'etc/systemd/system';

/** The service of most examples, which serves in a bundle. */
export const A = `${UNITS}/a.service`;

/** Lines of [Service] that no rule complains of. */
export const GOOD = 'MemoryMax=16G\nMemorySwapMax=0\nOOMPolicy=continue';

/** The login sessions, capped. */
const SESSIONS = { [`${UNITS}/user-.slice.d/50-memory.conf`]: slice('MemoryMax=4G\nMemorySwapMax=0') };

export const EARLYOOM = 'etc/default/earlyoom';

/** earlyoom's settings, with these arguments behind those that no rule complains of. */
export function earlyoom(args: string): Readonly<Record<string, string>> {
  return { [EARLYOOM]: `EARLYOOM_ARGS="-m 5 -s 100 ${args}"\n` };
}

/** A service with these lines behind its command. */
export function service(lines: string): string {
  return `[Service]\nExecStart=/usr/bin/a\n${lines}\n`;
}

/** A slice with these lines. */
export function slice(lines: string): string {
  return `[Slice]\n${lines}\n`;
}

/** A bundle whose a.service has these lines and serves, with capped login sessions and whatever `more` holds. */
export function bundle(
  lines: string,
  more: Readonly<Record<string, string>> = {},
  manifest: Parameters<typeof composeManifest>[0] = {},
): Tree {
  return composeTree({ 'bundle.json': composeManifest(manifest), [A]: service(lines), ...SESSIONS, ...more });
}

/** Files without their surroundings. */
export function files(entries: Readonly<Record<string, string>>): Tree {
  return composeTree(entries, 'files');
}
