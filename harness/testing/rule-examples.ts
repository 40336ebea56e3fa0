import type { Tree } from '../bundle/tree.js';
import type { Rule } from '../lint/rule.js';
import type { HostFacts } from '../lint/scene.js';
import { composeManifest, composeTree } from './lint.js';

/** A tree in which a rule must, or must not, find something. */
export interface RuleExample {
  readonly tree: Tree;
  /** Further facts about the host. */
  readonly host?: HostFacts;
  /** Of a bad example: the findings' messages. */
  readonly says?: RegExp;
  /** Of a bad example: what its fixes say. */
  readonly fixes?: RegExp;
  /** Of a bad example: the place of a finding, as `file:line` or as a file. */
  readonly at?: string;
}

/** Trees in which a rule must find something, and trees in which it must not; at least one of each. */
export interface RuleExamples {
  readonly bad: readonly RuleExample[];
  readonly good: readonly RuleExample[];
}

/** Examples of each rule that a module exports, by the rule's name there: a missing one is a compile error. */
export type ExamplesOf<M> = { readonly [K in keyof M as M[K] extends Rule ? K : never]: RuleExamples };

/** The folder of the administrator's units. */
export const UNITS = 'etc/systemd/system';

/** The service of most examples; in a bundle it is the serving unit. */
export const A = `${UNITS}/a.service`;

/** Lines of [Service] in which no rule finds anything. */
export const GOOD = 'MemoryMax=16G\nMemorySwapMax=0\nOOMPolicy=continue';

/** Limits of the login sessions. */
const SESSIONS = { [`${UNITS}/user-.slice.d/50-memory.conf`]: slice('MemoryMax=4G\nMemorySwapMax=0') };

export const EARLYOOM = 'etc/default/earlyoom';

/** earlyoom's settings: arguments in which no rule finds anything, and then these. */
export function earlyoom(args: string): Readonly<Record<string, string>> {
  return { [EARLYOOM]: `EARLYOOM_ARGS="-m 5 -s 100 ${args}"\n` };
}

/** A service with these lines after its command. */
export function service(lines: string): string {
  return `[Service]\nExecStart=/usr/bin/a\n${lines}\n`;
}

/** A slice with these lines. */
export function slice(lines: string): string {
  return `[Slice]\n${lines}\n`;
}

/** A bundle whose serving unit a.service has these lines, with limited login sessions and the files of `more`. */
export function bundle(
  lines: string,
  more: Readonly<Record<string, string>> = {},
  manifest: Parameters<typeof composeManifest>[0] = {},
): Tree {
  return composeTree({ 'bundle.json': composeManifest(manifest), [A]: service(lines), ...SESSIONS, ...more });
}

/** Single files, without the tree around them. */
export function files(entries: Readonly<Record<string, string>>): Tree {
  return composeTree(entries, 'files');
}
