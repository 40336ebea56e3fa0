import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** Bytes of a process's name that the kernel keeps, and earlyoom sees (proc_pid_comm(5), TASK_COMM_LEN). */
export const MAX_COMM_LENGTH = 15;

/**
 * A POSIX extended regular expression, as regcomp(3) takes it, in JavaScript's notation; undefined for one that neither takes.
 * Approximate where it does not matter for names: collating symbols, word boundaries of glibc.
 */
export function readPattern(text: string): { readonly regex: RegExp; readonly ast: AST.Pattern } | undefined {
  // A group that begins with a question mark is Perl's, and no POSIX expression.
  if (/(^|[^\\])\(\?/.test(text)) return undefined;
  const source = translateToJavaScript(text);
  if (source === undefined) return undefined;
  try {
    return { regex: new RegExp(source), ast: new RegExpParser({ ecmaVersion: 2023 }).parsePattern(source) };
  } catch {
    return undefined;
  }
}

/** An escaped character, a bracket expression, an interval, repetitions in a row, or any other character. */
const PATTERN_PIECE = /\\.|\[\^?\]?(?:\[:\w*:\]|[^\]])*\]|\{[^}]*\}?|[*+?]+|./gs;

/** Undefined for what regcomp(3) of glibc refuses and JavaScript takes: classes that it does not know, intervals that are none. */
function translateToJavaScript(text: string): string | undefined {
  let depth = 0;
  const pieces: string[] = [];
  for (const [piece] of text.matchAll(PATTERN_PIECE)) {
    if (piece.startsWith('[')) {
      const names = [...piece.matchAll(/\[:(\w*):\]/g)].map(([, name = '']) => name);
      if (!names.every((name) => name in CLASSES)) return undefined;
      // In there a backslash is itself, and so is a bracket that comes first.
      const literal = piece.replace(/\\/g, '\\\\').replace(/^(\[\^?)\]/, '$1\\]');
      pieces.push(literal.replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole));
    } else if (piece.startsWith('{')) {
      if (!/^\{(?:\d+(?:,\d*)?|,\d+)\}$/.test(piece)) return undefined;
      pieces.push(piece.replace('{,', '{0,'));
    } else if (/^[*+?]/.test(piece)) {
      // Behind another one JavaScript takes it for something else; here a* repeated is a*.
      const kinds = new Set(piece);
      pieces.push(kinds.size === 1 ? piece.slice(0, 1) : '*');
    } else if (/^\\[<>`']$/.test(piece)) pieces.push('\\b');
    // Of Perl's classes glibc knows \w and \s; \d is the letter.
    else if (/^\\[dD]$/.test(piece)) pieces.push(piece.slice(1));
    else if (piece === ')' && depth === 0) pieces.push('\\)');
    else {
      if (piece === '(') depth++;
      if (piece === ')') depth--;
      pieces.push(piece);
    }
  }
  return pieces.join('');
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\s',
  punct: '!-\\/:-@\\[-`{-~',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  graph: '!-~',
  print: ' -~',
  xdigit: '0-9A-Fa-f',
};

/**
 * Branches of a pattern that can match no name of a process: those that need more than 15 bytes, or a slash, which no name has.
 * `(^|/)` is left alone: it is the idiom of earlyoom's own manual, and its other branch matches.
 */
export function findDeadBranches(pattern: AST.Pattern): { readonly branch: string; readonly why: string }[] {
  const whole = countLeastLength(pattern);
  const found: { branch: string; why: string }[] = [];
  const visit = (node: AST.Pattern | AST.Group | AST.CapturingGroup): void => {
    for (const branch of node.alternatives) {
      const least = whole - countLeastLength(node) + countLeastLength(branch);
      const isDead = least > MAX_COMM_LENGTH || (needsSlash(branch) && branch.raw !== '/');
      if (isDead) {
        const why =
          least > MAX_COMM_LENGTH
            ? `needs ${least} characters and a name has ${MAX_COMM_LENGTH}`
            : 'needs a slash, and a name has none';
        found.push({ branch: branch.raw, why });
      } else for (const group of branch.elements.flatMap(findGroups)) visit(group);
    }
  };
  visit(pattern);
  return found;
}

const isGroup = (node: AST.Node): node is AST.Group | AST.CapturingGroup =>
  node.type === 'Group' || node.type === 'CapturingGroup';

function findGroups(element: AST.Element): (AST.Group | AST.CapturingGroup)[] {
  if (element.type === 'Quantifier') return element.min > 0 && isGroup(element.element) ? [element.element] : [];
  return isGroup(element) ? [element] : [];
}

/** The fewest characters that a match has. */
function countLeastLength(node: AST.Pattern | AST.Alternative | AST.Element): number {
  switch (node.type) {
    case 'Pattern':
    case 'Group':
    case 'CapturingGroup':
      return Math.min(...node.alternatives.map(countLeastLength));
    case 'Alternative':
      return node.elements.reduce((sum, element) => sum + countLeastLength(element), 0);
    case 'Quantifier':
      return node.min * countLeastLength(node.element);
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
