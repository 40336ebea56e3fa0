/** A table of Markdown, to be aligned by prettier. @param empty a sentence in place of a table without rows */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly (string | undefined)[])[],
  empty: string,
): string {
  if (rows.length === 0) return empty;
  const line = (cells: readonly (string | undefined)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
