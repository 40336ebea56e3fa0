/**
 * What must not reach a terminal or a log as it is: control characters with all line breaks, what steers the direction of
 * writing, what has no width, lone surrogates, and noncharacters. The two selectors of an emoji's look stay.
 */
export const UNPRINTABLE = /(?![\u{fe0e}\u{fe0f}])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\p{NChar}]/gu;

/** Those that have a name of one letter in shells and in most languages. */
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A command to the CI that reads the log: `##[...]` of GitHub's runner, `##vso[...]` of Azure's agent and `##teamcity[...]`
 * are obeyed anywhere in a line.
 */
export const CI_COMMAND = /##(?=(?:vso|teamcity)?\[)/gi;

/** `::error::` of GitHub's runner, which obeys it where only blanks are before it. */
const COMMAND_AT_START = /^(\s*)::(?=.*::)/u;

/**
 * Text from outside, such as a file name or the reason of a drill, made fit for one line that people read: what could move
 * the cursor, break the line, hide or reorder text or command a CI is written as a visible escape, `\n`, `\x1b`, `\u202e`.
 * All other text stays as it is, backslashes too: it is for people, and cannot be turned back. What is printable already is
 * not changed again.
 */
export const printable = (text: string): string =>
  escapeCommand(text.replace(UNPRINTABLE, escapeCharacter).replace(CI_COMMAND, '\\x23#'));

/** A line that GitHub's runner takes for text, whatever it is put together from. */
export const escapeCommand = (line: string): string => line.replace(COMMAND_AT_START, '$1\\x3a:');

/** A character as an escape, as JavaScript would write it. */
function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code > 0xffff) return `\\u{${hex}}`;
  return SHORT[character] ?? (code > 0xff ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`);
}
