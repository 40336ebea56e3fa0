import { printable } from '../core/printable.js';

/** Words, and what ends code or the cell of a table. */
const TOKEN = /[^\s`|\\]+|[`|\\]/g;

/**
 * What GitHub and GitLab act on after they have rendered a text, so that no backslash keeps them from it: addresses of the
 * web and of mail, mentions, and references to issues. In code they do not.
 */
const ACTING = /@|:\/\/|www\.|#\d|\bGH-\d|(?:mailto|xmpp):/i;

/** What is markup anywhere in a line: CommonMark 0.31, "Backslash escapes", and GFM, "Strikethrough". */
const MARKUP = /[*_~<>[\]&#$!^]/g;

/** As characters by their numbers, which no renderer takes for markup wherever they stand. */
const SEPARATORS: Readonly<Record<string, string>> = { '`': '&#96;', '|': '&#124;', '\\': '&#92;' };

/** What begins a block at the start of a line or of an item of a list: another list, a rule, the underline of a heading. */
const BLOCK_START = /^([-+=:]|\d+(?=[.)](?:\s|$)))/;

/** Text from outside as one line of Markdown in which nothing acts: no markup, no link, no mention, no block. */
export const markdownText = (text: string): string =>
  printable(text)
    .trim()
    .replace(TOKEN, (token) => (ACTING.test(token) ? `\`${token}\`` : (SEPARATORS[token] ?? escapeMarkup(token))))
    .replace(BLOCK_START, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));

const escapeMarkup = (word: string): string => word.replace(MARKUP, '\\$&');
