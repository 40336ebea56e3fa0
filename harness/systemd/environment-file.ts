/** A variable that an environment file sets. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
  /** The assignment as written, with quotes and backslashes. */
  readonly raw: string;
  /** Where the assignment begins, from 1. */
  readonly line: number;
}

/**
 * Reads a file as `EnvironmentFile=` does (systemd.exec(5)). Outside quotes, a backslash is removed and the next
 * character kept; within double quotes, only `"`, `\`, `` ` `` and `$` are unescaped; single quotes keep everything. A
 * value may consist of several quoted pieces. Other lines are ignored (systemd, parse_env_file_internal()).
 */
export function parseEnvironmentFile(text: string): EnvironmentVariable[] {
  const variables: EnvironmentVariable[] = [];
  let line = 1;
  let index = 0;
  while (index < text.length) {
    const { name, value, next } = readAssignment(text, index);
    const raw = text.slice(index, next);
    if (name !== undefined) variables.push({ name, value, raw: raw.replace(/\n$/, ''), line });
    line += raw.split('\n').length - 1;
    index = next;
  }
  return variables;
}

/** Reads one logical line that begins at `start`; `next` is the index after it, and always larger than `start`. */
function readAssignment(text: string, start: number): { name: string | undefined; value: string; next: number } {
  const end = text.indexOf('\n', start);
  const line = text.slice(start, end < 0 ? text.length : end);
  const next = end < 0 ? text.length : end + 1;
  const [head, name] = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=[ \t]*/.exec(line) ?? [];
  if (head === undefined) return { name: undefined, value: '', next };

  let value = '';
  let quote = '';
  let index = start + head.length;
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
 * Splits the value of `$VARIABLE` in a command line into arguments, at white space outside quotes. Removes quotes and
 * backslashes, also within single quotes (systemd, replace_env_argv(), strv_split_full(EXTRACT_RELAX|EXTRACT_UNQUOTE)).
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
