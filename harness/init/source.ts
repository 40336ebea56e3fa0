/** Characters of a line above which a formatter breaks it: the default of Prettier. */
const MAX_LINE_LENGTH = 80;

/** A property of an object literal, with its value on a line of its own if the line would be too long. */
export function renderProperty(key: string, value: string): string {
  const line = `  ${key}: ${value},`;
  return line.length <= MAX_LINE_LENGTH ? line : `  ${key}:\n    ${value},`;
}

/** A string literal of TypeScript in double quotes, or in single ones if it holds double quotes alone. */
export function renderString(text: string): string {
  const literal = JSON.stringify(text);
  const isBetterInSingle = text.includes('"') && !text.includes("'");
  return isBetterInSingle ? `'${literal.slice(1, -1).replaceAll('\\"', '"')}'` : literal;
}
