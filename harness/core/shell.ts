import { printable } from './printable.js';

/** Quotes a text as one word for a POSIX shell. */
export const shellQuote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** A word for a POSIX shell as a person would write it: quoted only where it must be. */
export const shellWord = (word: string): string => (/^[\w%+,./:=@-]+$/.test(word) ? word : shellQuote(word));

/**
 * A word of a command that is printed for people to copy. What is not printable in it is written as `$'\x1b'`, which bash, zsh
 * and the shell of POSIX.1-2024 read: as a visible escape it would name something else.
 */
export const copyableWord = (word: string): string => {
  const quoted = shellWord(word);
  return printable(quoted) === quoted ? quoted : `$'${word.replace(/[^\w %+,./:=@-]/gu, escapeBytes)}'`;
};

/** The bytes of a character in UTF-8, each as `\xHH`. */
const escapeBytes = (character: string): string =>
  `\\x${Buffer.from(character).toString('hex').match(/../g)?.join('\\x')}`;

/** A path as an operand of a command: one that begins with a dash would be an option. */
export const asOperand = (path: string): string => (path.startsWith('-') ? `./${path}` : path);
