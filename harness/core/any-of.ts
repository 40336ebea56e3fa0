/** Joins alternatives: `a, b or c`. Intl.ListFormat could do it, but its first use costs every command 12 ms. */
export function anyOf(choices: readonly string[]): string {
  const last = choices.at(-1) ?? '';
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`;
}
