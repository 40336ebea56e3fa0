/** Joins alternatives: `a, b or c`. Intl.ListFormat could do it, but its first use costs every command 12 ms. */
export const anyOf = (choices: readonly string[]): string => join(choices, 'or');

/** Joins what is meant together: `a, b and c`. */
export const allOf = (parts: readonly string[]): string => join(parts, 'and');

function join(parts: readonly string[], word: string): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} ${word} ${last}`;
}
