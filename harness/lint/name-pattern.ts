import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** Bytes of a process's name that the kernel keeps, and earlyoom sees (proc_pid_comm(5), TASK_COMM_LEN). */
export const LONGEST_NAME = 15;

/**
 * A POSIX extended regular expression, as regcomp(3) takes it, in JavaScript's notation; undefined for one that neither takes.
 * Approximate where it does not matter for names: collating symbols, word boundaries of glibc.
 */
export function readPattern(text: string): { readonly regex: RegExp; readonly ast: AST.Pattern } | undefined {
  // A group that begins with a question mark is Perl's, and no POSIX expression.
  if (/(^|[^\\])\(\?/.test(text)) return undefined;
  const source = text
    .replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole)
    .replace(/\\([<>`'])/g, '\\b')
    // Of Perl's classes glibc knows \w and \s; \d is the letter.
    .replace(/\\([dD])/g, '$1');
  try {
    return { regex: new RegExp(source), ast: new RegExpParser({ ecmaVersion: 2023 }).parsePattern(source) };
  } catch {
    return undefined;
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\s',
  punct: '!-\\/:-@\\[-`{-~',
};

/**
 * Branches of a pattern that can match no name of a process: those that need more than 15 bytes, or a slash, which no name has.
 * `(^|/)` is left alone: it is the idiom of earlyoom's own manual, and its other branch matches.
 */
export function deadBranches(pattern: AST.Pattern): { readonly branch: string; readonly why: string }[] {
  const whole = leastLength(pattern);
  const found: { branch: string; why: string }[] = [];
  const visit = (node: AST.Pattern | AST.Group | AST.CapturingGroup): void => {
    for (const branch of node.alternatives) {
      const least = whole - leastLength(node) + leastLength(branch);
      const isDead = least > LONGEST_NAME || (needsSlash(branch) && branch.raw !== '/');
      if (isDead) {
        const why =
          least > LONGEST_NAME
            ? `needs ${least} characters and a name has ${LONGEST_NAME}`
            : 'needs a slash, and a name has none';
        found.push({ branch: branch.raw, why });
      } else for (const group of branch.elements.flatMap(groupOf)) visit(group);
    }
  };
  visit(pattern);
  return found;
}

const isGroup = (node: AST.Node): node is AST.Group | AST.CapturingGroup =>
  node.type === 'Group' || node.type === 'CapturingGroup';

function groupOf(element: AST.Element): (AST.Group | AST.CapturingGroup)[] {
  if (element.type === 'Quantifier') return element.min > 0 && isGroup(element.element) ? [element.element] : [];
  return isGroup(element) ? [element] : [];
}

/** The fewest characters that a match has. */
function leastLength(node: AST.Pattern | AST.Alternative | AST.Element): number {
  switch (node.type) {
    case 'Pattern':
    case 'Group':
    case 'CapturingGroup':
      return Math.min(...node.alternatives.map(leastLength));
    case 'Alternative':
      return node.elements.reduce((sum, element) => sum + leastLength(element), 0);
    case 'Quantifier':
      return node.min * leastLength(node.element);
    case 'Character':
    case 'CharacterSet':
    case 'CharacterClass':
      return 1;
    default:
      return 0;
  }
}

function needsSlash(node: AST.Alternative | AST.Element): boolean {
  if (node.type === 'Alternative') return node.elements.some(needsSlash);
  if (node.type === 'Character') return node.raw === '/' || node.raw === '\\/';
  if (node.type === 'Quantifier') return node.min > 0 && needsSlash(node.element);
  return isGroup(node) && node.alternatives.every(needsSlash);
}
