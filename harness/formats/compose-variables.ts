import { parseEnv } from 'node:util';

/** Values of variables by name, as far as they are known. */
export type Variables = ReadonlyMap<string, string>;

/** Variables within variables' defaults; Compose has no bound, and no file has three. */
const MAX_DEPTH = 20;

/** No setting that is read is longer; variables that hold variables can grow without end. */
const MAX_LENGTH = 10_000;

/**
 * Puts variables into a text as Compose does: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?error}`,
 * `${NAME:+other}`, and `$$` for a dollar sign (compose-spec, 12-interpolation.md; compose-go v2, template/template.go).
 * A variable that is not known here has its default: the shell that runs Compose may set another.
 *
 * @returns undefined if the text holds a variable that is not known and has no default
 */
export function interpolate(text: string, variables: Variables, depth = 0): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  let result = '';
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('$', at);
    if (next < 0) return result + text.slice(at);
    result += text.slice(at, next);
    const found = readVariable(text, next, variables, depth);
    if (found?.value === undefined) return undefined;
    result += found.value;
    if (result.length > MAX_LENGTH) return undefined;
    at = found.end;
  }
  return result;
}

/** One use of a variable: what it stands for, if that is known, and where it ends. Undefined for what is none. */
interface Use {
  readonly value: string | undefined;
  readonly end: number;
}

function readVariable(text: string, start: number, variables: Variables, depth: number): Use | undefined {
  if (text.startsWith('$$', start)) return { value: '$', end: start + 2 };
  const isBraced = text.startsWith('${', start);
  const from = start + (isBraced ? 2 : 1);
  const name = /^[A-Za-z_][A-Za-z0-9_]{0,200}/.exec(text.slice(from, from + 202))?.[0];
  if (name === undefined) return undefined;
  const value = variables.get(name);
  if (!isBraced) return { value, end: from + name.length };
  const close = findClose(text, from);
  if (close === undefined) return undefined;
  const [, operator = '', rest = ''] = /^(:?[-?+])?([\s\S]*)$/.exec(text.slice(from + name.length, close)) ?? [];
  if (operator === '' && rest !== '') return undefined;
  const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
  return {
    value: choose(operator.slice(-1), { value, isSet }, () => interpolate(rest, variables, depth + 1)),
    end: close + 1,
  };
}

/** What a variable with an operator stands for. */
function choose(
  operator: string,
  { value, isSet }: { readonly value: string | undefined; readonly isSet: boolean },
  other: () => string | undefined,
): string | undefined {
  if (operator === '-') return isSet ? value : other();
  // Whether the shell sets a variable that is not known is not known either.
  if (operator === '+') return value === undefined ? undefined : isSet ? other() : '';
  if (operator === '?') return isSet ? value : undefined;
  return value;
}

/** The brace that closes the one before `from`. */
function findClose(text: string, from: number): number | undefined {
  let open = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '}' && --open === 0) return at;
    if (text.startsWith('${', at)) open++;
  }
  return undefined;
}

/**
 * Reads a `.env` file, as Compose finds it next to its file; values may use the variables before them.
 *
 * @param others that values may use as well
 */
export function parseDotEnv(text: string, others: Variables = new Map()): Variables {
  const variables = new Map<string, string>();
  for (const [name, value = ''] of Object.entries(parseEnv(text))) {
    const known = interpolate(value, new Map([...others, ...variables]));
    if (known !== undefined) variables.set(name, known);
  }
  return variables;
}
