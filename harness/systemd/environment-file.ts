/** A variable that an environment file sets, and the line at which its assignment begins. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
  /** The assignment as it is written, quotes and backslashes included. */
  readonly raw: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Reads a file as `EnvironmentFile=` does (systemd.exec(5)). Outside of quotes a backslash is dropped and the next character
 * kept; within double quotes only `"`, `\`, `` ` `` and `$` are unescaped; single quotes keep everything. A value may consist of
 * several quoted pieces. Lines that are no assignments are passed over (systemd, parse_env_file_internal()).
 */
export function parseEnvironmentFile(text: string): EnvironmentVariable[] {
  const variables: EnvironmentVariable[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const start = at;
    const from = line;
    const read = readAssignment(text, at);
    at = read.next;
    const raw = text.slice(start, at).replace(/\n$/, '');
    line += text.slice(start, at).split('\n').length - 1;
    if (read.name !== undefined) variables.push({ name: read.name, value: read.value, raw, line: from });
  }
  return variables;
}

/** One logical line from `at` on; `next` is the index behind it, and always larger than `at`. */
function readAssignment(text: string, at: number): { name: string | undefined; value: string; next: number } {
  const end = text.indexOf('\n', at);
  const line = text.slice(at, end < 0 ? text.length : end);
  const next = end < 0 ? text.length : end + 1;
  const [head, name] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=[ \t]*/.exec(line) ?? [];
  if (head === undefined) return { name: undefined, value: '', next };

  let value = '';
  let quote = '';
  let index = at + head.length;
  for (; index < text.length; index++) {
    const char = text[index] ?? '';
    const following = text[index + 1] ?? '';
    if (quote === '' && char === '\n') break;
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char !== '\\' || quote === "'") value += char;
    else {
      index++;
      if (following === '\n') continue;
      value += quote === '' || '"\\`$'.includes(following) ? following : `\\${following}`;
    }
  }
  return { name, value: quote === '' ? value.trimEnd() : value, next: Math.min(text.length, index + 1) };
}

/**
 * Splits what `$VARIABLE` stands for in a command line: at white space, quotes respected and removed, and a backslash dropped
 * everywhere, within single quotes too (systemd, replace_env_argv(), strv_split_full(EXTRACT_RELAX|EXTRACT_UNQUOTE)).
 */
export function splitVariable(value: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < value.length; index++) {
    const char = value[index] ?? '';
    if (char === '\\') {
      index++;
      word = (word ?? '') + (value[index] ?? '');
    } else if (quote !== '' && char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else if (quote === '' && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  return word === undefined ? words : [...words, word];
}
