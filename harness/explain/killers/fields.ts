/** A line `key: value` of YAML, of JSON that is printed over several lines, or of `kubectl describe`. */
export interface Field {
  readonly key: string;
  /** Without quotes; empty if it is on further lines. */
  readonly value: string;
  /** How far it is indented. */
  readonly depth: number;
}

/** Documents that are larger are none of one pod or container. */
const MAX_TEXT = 16 * 1024 * 1024;

const FIELD = /^( {0,200}|\t{1,50})(?:- )?"?([A-Za-z][\w. ()-]{0,60}?)"?[ \t]{0,60}:[ \t]{0,60}(.*)$/;

/** The fields of a text, in its order. JSON on one line is spread first. Lines of other forms are left out. */
export function readFields(text: string): Field[] {
  if (text.length > MAX_TEXT) return [];
  return spread(text)
    .split('\n')
    .flatMap((line) => {
      const [, indent, key, value = ''] = line.length > 4_096 ? [] : (FIELD.exec(line) ?? []);
      if (indent === undefined || key === undefined) return [];
      return [{ key, value: unquote(value.trim().replace(/,$/, '')), depth: indent.length }];
    });
}

const unquote = (value: string): string => value.replace(/^"(.*)"$/, '$1');

function spread(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    return text;
  }
}

/** Fields of one state are not further apart. */
const MAX_DISTANCE = 64;

/** The fields of the same object or section as one of them, by their keys; what is inside of them is left out. */
export function siblingsOf(fields: readonly Field[], at: number): ReadonlyMap<string, string> {
  const siblings = new Map<string, string>();
  const depth = fields[at]?.depth ?? 0;
  for (const step of [-1, 1])
    for (
      let index = step < 0 ? at : at + 1;
      (fields[index]?.depth ?? -1) >= depth && Math.abs(index - at) <= MAX_DISTANCE;
      index += step
    ) {
      const { key, value, depth: own } = fields[index] as Field;
      if (own === depth && !siblings.has(key)) siblings.set(key, value);
    }
  return siblings;
}
