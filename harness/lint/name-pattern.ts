import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { RE2JS } from 're2js';

/**
 * The maximum length of a process's name in the kernel, in bytes; earlyoom sees no more (proc_pid_comm(5),
 * TASK_COMM_LEN).
 */
export const MAX_COMM_LENGTH = 15;

/** A longer pattern is not read: earlyoom's own defaults have a hundred characters. */
export const MAX_PATTERN_LENGTH = 4_096;

/** A pattern for names of processes. */
export interface CheckedPattern {
  readonly ast: AST.Pattern;
  /** Whether it matches in a name, in a time in proportion to both; undefined where that cannot be done. */
  readonly matches: ((name: string) => boolean) | undefined;
}

/**
 * Reads a POSIX extended regular expression, as regcomp(3) does, into JavaScript's notation; undefined if it is not
 * valid, or too long. Approximate where it does not matter for names: collating symbols, word boundaries of glibc.
 */
export function readPattern(text: string): CheckedPattern | undefined {
  if (text.length > MAX_PATTERN_LENGTH) return undefined;
  // A group that begins with a question mark is Perl's syntax, not POSIX.
  if (/(^|[^\\])\(\?/.test(text)) return undefined;
  const source = translateToJavaScript(text);
  if (source === undefined) return undefined;
  try {
    const ast = new RegExpParser({ ecmaVersion: 2023 }).parsePattern(source);
    return { ast, matches: createMatcher(source) };
  } catch {
    return undefined;
  }
}

/**
 * RegExp of JavaScript takes time that grows as a power of the name's length for `(.|.|.|.)*!`, so it is not used. RE2 has no
 * references to groups, which regcomp(3) of glibc knows, and refuses repetitions of repetitions by the thousand.
 */
function createMatcher(source: string): CheckedPattern['matches'] {
  try {
    const pattern = RE2JS.compile(source.replace(PATTERN_PIECE, capInterval));
    return (name) => pattern.matcher(name).find();
  } catch {
    return undefined;
  }
}

/** An interval for what is no longer than a name: to match more of anything is to match none. Other pieces as they are. */
const capInterval = (piece: string): string =>
  piece.startsWith('{')
    ? piece.replace(/\d+/g, (digits) => String(Math.min(Number(digits), MAX_COMM_LENGTH + 1)))
    : piece;

/** An escaped character, a bracket expression, an interval, repetitions in a row, or any other character. */
const PATTERN_PIECE = /\\.|\[\^?\]?(?:\[:\w*:\]|[^\]])*\]|\{[^}]*\}?|[*+?]+|./gs;

/** Undefined for what JavaScript accepts and regcomp(3) of glibc does not: unknown classes, invalid intervals. */
function translateToJavaScript(text: string): string | undefined {
  let depth = 0;
  const pieces: string[] = [];
  for (const [piece] of text.matchAll(PATTERN_PIECE)) {
    if (piece.startsWith('[')) {
      const names = [...piece.matchAll(/\[:(\w*):\]/g)].map(([, name = '']) => name);
      if (!names.every((name) => name in CLASSES)) return undefined;
      // Within brackets, a backslash is literal, and so is a closing bracket that comes first.
      const literal = piece.replace(/\\/g, '\\\\').replace(/^(\[\^?)\]/, '$1\\]');
      pieces.push(literal.replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole));
    } else if (piece.startsWith('{')) {
      if (!/^\{(?:\d+(?:,\d*)?|,\d+)\}$/.test(piece)) return undefined;
      pieces.push(piece.replace('{,', '{0,'));
    } else if (/^[*+?]/.test(piece)) {
      // JavaScript reads repetitions in a row differently; in POSIX, a** is a*.
      const kinds = new Set(piece);
      pieces.push(kinds.size === 1 ? piece.slice(0, 1) : '*');
    } else if (/^\\[<>`']$/.test(piece)) pieces.push('\\b');
    // Of Perl's classes, glibc knows \w and \s; \d is the letter d, \n the letter n.
    else if (/^\\[A-Za-z]$/.test(piece) && !/[bBsSwW]/.test(piece)) pieces.push(piece.slice(1));
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
 * Branches of a pattern that cannot match the name of a process, because they need more than 15 bytes, or a slash.
 * `(^|/)` is not reported: earlyoom's own manual uses it, and its other branch matches.
 */
export function findDeadBranches(pattern: AST.Pattern): { readonly branch: string; readonly why: string }[] {
  const whole = computeMinLength(pattern);
  const found: { branch: string; why: string }[] = [];
  const visit = (node: AST.Pattern | AST.Group | AST.CapturingGroup): void => {
    const around = whole - computeMinLength(node);
    for (const branch of node.alternatives) {
      const minLength = around + computeMinLength(branch);
      const isDead = minLength > MAX_COMM_LENGTH || (needsSlash(branch) && branch.raw !== '/');
      if (isDead) {
        const why =
          minLength > MAX_COMM_LENGTH
            ? `needs ${minLength} characters, and a name has at most ${MAX_COMM_LENGTH}`
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

/** The minimum number of characters in a match. */
function computeMinLength(node: AST.Pattern | AST.Alternative | AST.Element): number {
  switch (node.type) {
    case 'Pattern':
    case 'Group':
    case 'CapturingGroup':
      return node.alternatives.reduce(
        (least, each) => Math.min(least, computeMinLength(each)),
        Number.POSITIVE_INFINITY,
      );
    case 'Alternative':
      return node.elements.reduce((sum, element) => sum + computeMinLength(element), 0);
    case 'Quantifier':
      return node.min * computeMinLength(node.element);
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
