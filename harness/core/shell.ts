/** Quotes a text as one word for a POSIX shell. */
export const shellQuote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** A word for a POSIX shell as a person would write it: quoted only where it must be. */
export const shellWord = (word: string): string => (/^[\w./:=@+-]+$/.test(word) ? word : shellQuote(word));
